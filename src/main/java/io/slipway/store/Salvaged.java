package io.slipway.store;

import io.slipway.reading.Reading;
import java.util.List;

/** A block out of a damaged database, found to be as it was written. Immutable. */
final class Salvaged {
    /** {@code id, rec_sid, first, last, n, tmin, tmax, codec}. */
    final long[] header;
    final byte[] hash;
    final byte[] payload;
    final int priority;
    final Long crc;
    final List<Reading> readings;

    Salvaged(long[] header, byte[] hash, byte[] payload, int priority, Long crc, List<Reading> readings) {
        this.header = header;
        this.hash = hash;
        this.payload = payload;
        this.priority = priority;
        this.crc = crc;
        this.readings = readings;
    }
}
