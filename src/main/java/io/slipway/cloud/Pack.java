package io.slipway.cloud;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.util.Collections;
import java.util.List;

/** What one batch held: readings of one epoch, ascending, at least one. Immutable; any thread. */
final class Pack {
    final String origin;
    final Epoch epoch;
    final List<Reading> readings;

    Pack(String origin, Epoch epoch, List<Reading> readings) {
        this.origin = origin;
        this.epoch = epoch;
        this.readings = Collections.unmodifiableList(readings);
    }

    long first() {
        return readings.get(0).seq;
    }

    long last() {
        return readings.get(readings.size() - 1).seq;
    }
}
