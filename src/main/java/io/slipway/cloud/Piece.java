package io.slipway.cloud;

import io.slipway.reading.Reading;
import java.util.ArrayList;
import java.util.List;

/** Readings of one stream out of batches that touch each other or overlap, within one transaction. */
final class Piece {
    final StreamRow stream;
    final List<Reading> readings = new ArrayList<>();
    /** The numbers that the batches go over; what is no reading among them never comes. */
    long first;
    long last;
    /** Of the readings, those that were not stored before. */
    int added;

    Piece(StreamRow stream, Pack pack) {
        this.stream = stream;
        this.first = pack.first();
        this.last = pack.last();
        readings.addAll(pack.readings);
    }

    /** Takes a batch of the same stream in if it touches this piece. */
    boolean join(Pack pack) {
        if (pack.first() > last + 1 || pack.last() < first - 1) {
            return false;
        }
        first = Math.min(first, pack.first());
        last = Math.max(last, pack.last());
        readings.addAll(pack.readings);
        return true;
    }

    boolean holds(long seq) {
        return seq >= first && seq <= last;
    }
}
