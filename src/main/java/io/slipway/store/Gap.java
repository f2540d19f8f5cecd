package io.slipway.store;

import io.slipway.reading.Epoch;

/** Readings of one epoch that a destination will not get, as far as anybody knows. Immutable; any thread. */
public final class Gap {
    /** The gateway that took the readings in. */
    public final String origin;
    /** Its epoch then; {@code null} where nobody knows: then {@link #first} and {@link #last} name nothing. */
    public final Epoch epoch;
    /** The first number, 1 or more. */
    public final long first;
    /** The last number, see {@link #hasEnd}; some of those before it may never have been, or have arrived. */
    public final long last;
    /** How many readings it is; 0 where nobody knows: some of the numbers, or none, or all. */
    public final long count;
    /** In a word: {@code retention}, {@code refused} … */
    public final String reason;
    /** The row. */
    final long id;

    Gap(long id, String origin, Epoch epoch, long[] range, String reason) {
        this.id = id;
        this.origin = origin;
        this.epoch = epoch;
        this.first = range[0];
        this.last = range[1];
        this.count = range[2];
        this.reason = reason;
    }

    /** Whether {@link #last} is a number; else the epoch's readings may be gone from {@link #first} to its end. */
    public boolean hasEnd() {
        return last != Gaps.UNKNOWN_END;
    }

    /** Whether a destination that knows of this one has nothing to learn from another of the same row. */
    boolean covers(long otherFirst, long otherLast, long otherCount) {
        return otherCount > 0 ? count >= otherCount : first == otherFirst && last == otherLast;
    }
}
