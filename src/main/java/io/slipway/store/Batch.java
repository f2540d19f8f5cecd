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
    /** Where the way to it began: all that is to be sent between there and its last reading is in it. */
    final Position start;
    private final Position end;

    /**
     * @param start the position that it was looked for from
     * @param sid the stream of the readings
     * @param readings not empty, all of one origin and epoch, ascending
     */
    public Batch(Position start, long sid, List<Reading> readings) {
        this.start = start;
        this.readings = Collections.unmodifiableList(readings);
        this.origin = readings.get(0).origin;
        this.epoch = readings.get(0).epoch;
        this.end = new Position(sid, last());
    }

    /** The first number in it. */
    public long first() {
        return readings.get(0).seq;
    }

    /** The last number in it. */
    public long last() {
        return readings.get(readings.size() - 1).seq;
    }

    /** The place behind it. */
    public Position end() {
        return end;
    }
}
