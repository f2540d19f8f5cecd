package io.slipway.store;

import io.slipway.reading.Epoch;

/** Between which numbers a store holds readings of one life of its gateway. Immutable; any thread. */
public final class HeldEpoch {
    /** The life. */
    public final Epoch epoch;
    /** The lowest number that is held. */
    public final long first;
    /** The highest; between them some may be missing. */
    public final long last;

    /** @param first 1 or more */
    public HeldEpoch(Epoch epoch, long first, long last) {
        this.epoch = epoch;
        this.first = first;
        this.last = last;
    }
}
