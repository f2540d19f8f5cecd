package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    final Map<String, Place> places = new HashMap<>();
    /** What each destination will not get, and is not on the disk yet. */
    private final Map<String, List<GapRows.Note>> gaps = new HashMap<>();
    /** Streams, by number; for each its epoch and its origin. */
    final Map<Long, Epoch> epochs = new HashMap<>();
    final Map<Long, String> origins = new HashMap<>();
    /** From whom summaries get their identity; {@code null} before that is known. */
    Numbering numbering;
    /** What all databases together wrote, and how fast that may be. */
    final DiskWrites writes = new DiskWrites();
    final CommitPace pace;
    final RecordTables records;

    Carried(CommitPace pace, RecordTables records) {
        this.pace = pace;
        this.records = records;
    }

    /** Takes over what a writer knows that will not be used any more. */
    void takeFrom(Writer writer) {
        Streams streams = writer.streams();
        sid = streams.recSid();
        life = streams.epoch(sid);
        committedSeq = Math.max(committedSeq, writer.committedSeq());
        readings.clear();
        readings.addAll(writer.unsealed());
        for (StoredOutbox outbox : writer.outboxes()) {
            place(outbox.sink()).join(outbox.place());
            for (GapRows.Note gap : outbox.gaps().noted()) {
                note(outbox.sink(), gap);
            }
        }
        for (long number : streams.numbers()) {
            epochs.put(number, streams.epoch(number));
            origins.put(number, streams.origin(number));
        }
    }

    /** How many of the readings were never committed, to no database. */
    int uncommitted() {
        int from = readings.size();
        while (from > 0 && readings.get(from - 1).seq > committedSeq) {
            from--;
        }
        return readings.size() - from;
    }

    private Place place(String sink) {
        Place place = places.get(sink);
        if (place == null) {
            place = new Place(Position.START);
            places.put(sink, place);
        }
        return place;
    }

    /** A destination has acknowledged this batch. */
    void acknowledged(String sink, Batch batch) {
        Place place = place(sink);
        place.ahead().add(batch.start, batch.end());
        place.swallow(new Stretches());
    }

    /** A destination will not get these readings. */
    void note(String sink, GapRows.Note gap) {
        List<GapRows.Note> noted = gaps.get(sink);
        if (noted == null) {
            noted = new ArrayList<>();
            gaps.put(sink, noted);
        }
        noted.add(gap);
    }

    /** The destinations of which something is known here. */
    Set<String> sinks() {
        Set<String> sinks = new HashSet<>(places.keySet());
        sinks.addAll(gaps.keySet());
        return sinks;
    }

    /** Has an outbox of another database go on. */
    void handTo(StoredOutbox outbox) throws SQLException {
        Place place = places.get(outbox.sink());
        List<GapRows.Note> noted = gaps.get(outbox.sink());
        if (place != null || noted != null) {
            outbox.goOnWith(place, noted == null ? Collections.<GapRows.Note>emptyList() : noted);
        }
    }

    /** A database has it all now. */
    void handedOver() {
        readings.clear();
        places.clear();
        gaps.clear();
    }
}
