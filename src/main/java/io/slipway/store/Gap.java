package io.slipway.store;

import io.slipway.reading.Epoch;

/** Readings of one epoch that a destination will not get, known by name. Immutable; any thread. */
public final class Gap {
    /** The gateway that took the readings in. */
    public final String origin;
    /** Its epoch then. */
    public final Epoch epoch;
    /** The first number, and the last. */
    public final long first;
    /** The last number; between them may be some that never were. */
    public final long last;
    /** How many readings it is. */
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
}
