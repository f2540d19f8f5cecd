package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.util.Collections;
import java.util.List;

/** Committed readings of one epoch, in the order of their numbers, at least one. Immutable; any thread. */
public final class Batch {
    /** The gateway that took the readings in. */
    public final String origin;
    /** Its epoch then. */
    public final Epoch epoch;
    /** In ascending {@code seq}; numbers may be missing where readings were dropped. */
    public final List<Reading> readings;
    /** The database's name for the stream; only the store reads it. */
    final long stream;

    /** @param readings not empty, all of one origin and epoch, ascending */
    public Batch(long stream, List<Reading> readings) {
        this.stream = stream;
        this.readings = Collections.unmodifiableList(readings);
        this.origin = readings.get(0).origin;
        this.epoch = readings.get(0).epoch;
    }

    /** The first number in it. */
    public long first() {
        return readings.get(0).seq;
    }

    /** The last number in it. */
    public long last() {
        return readings.get(readings.size() - 1).seq;
    }
}
