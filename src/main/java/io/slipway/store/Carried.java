package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the store knows that outlives a database which fails it: it goes on with this on the next one. Empty at the
 * start. The store's thread only.
 */
final class Carried {
    /** The life that goes on; {@code null} where it is still to begin. */
    Epoch life;
    /** The life's stream; 0 where no database has had one. */
    long sid;
    /** The last reading of the life that was committed; 0 for none. */
    long committedSeq;
    /** Readings that are in no block yet, committed or not, ascending. */
    final List<Reading> readings = new ArrayList<>();
    /** How far each destination has acknowledged. */
    final Map<String, Position> cursors = new HashMap<>();
    /** Gaps that are not on the disk yet. */
    final List<Object[]> gaps = new ArrayList<>();
    /** Streams, by number; for each its epoch and its origin. */
    final Map<Long, Epoch> epochs = new HashMap<>();
    final Map<Long, String> origins = new HashMap<>();

    /** Takes over what a writer knows that will not be used any more. */
    void takeFrom(Writer writer) {
        Streams streams = writer.streams();
        sid = streams.recSid();
        life = streams.epoch(sid);
        committedSeq = writer.committedSeq();
        readings.clear();
        readings.addAll(writer.unsealed());
        gaps.addAll(writer.gaps().noted());
        for (StoredOutbox outbox : writer.outboxes()) {
            acknowledged(outbox.sink(), outbox.cursor());
        }
        for (long number : streams.numbers()) {
            epochs.put(number, streams.epoch(number));
            origins.put(number, streams.origin(number));
        }
    }

    /** A destination has acknowledged up to here. */
    void acknowledged(String sink, Position cursor) {
        cursors.put(sink, Position.max(cursor, cursors.get(sink)));
    }

    /** A database has it all now. */
    void handedOver() {
        readings.clear();
        cursors.clear();
        gaps.clear();
    }
}
