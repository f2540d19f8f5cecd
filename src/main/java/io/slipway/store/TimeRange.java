package io.slipway.store;

import io.slipway.reading.Reading;

/** From one moment, included, to another, excluded; milliseconds since 1970. Immutable. */
public final class TimeRange {
    /** All readings, those without a time too. */
    public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

    final long from;
    final long to;

    /** {@link Long#MIN_VALUE} and {@link Long#MAX_VALUE} where there is no bound. */
    public TimeRange(long from, long to) {
        this.from = from;
        this.to = to;
    }

    /** Whether the reading's time lies within; one whose time nobody knows only where there are no bounds. */
    public boolean contains(Reading reading) {
        return isAll() || reading.hasTime() && reading.at >= from && reading.at < to;
    }

    /** Whether there are no bounds. */
    public boolean isAll() {
        return from == Long.MIN_VALUE && to == Long.MAX_VALUE;
    }

    /** Both ends, with a space between. */
    @Override
    public String toString() {
        return from + " " + to;
    }
}
