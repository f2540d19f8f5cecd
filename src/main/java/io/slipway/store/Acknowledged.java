package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/** Readings that an outbox is done with and that are still held. The store's thread only. */
final class Acknowledged {
    private final Writer writer;

    Acknowledged(Writer writer) {
        this.writer = writer;
    }

    /** See {@link Outbox#again}; {@code cursor} is the destination's. */
    Again again(Position cursor, Epoch epoch, long first, long last, int maxReadings, int maxBytes)
            throws SQLException {
        if (writer.isHeld()) {
            // What is being salvaged may be among them.
            return new Again(null, first - 1);
        }
        long sid = writer.streams().ownSid(epoch);
        if (sid == 0) {
            return new Again(null, last);
        }
        long end = sid < cursor.sid ? last : sid == cursor.sid ? Math.min(last, cursor.seq) : 0;
        if (end < first) {
            return new Again(null, first - 1);
        }
        Position from = new Position(sid, first - 1);
        List<Reading> readings = behind(from);
        int count = StoredOutbox.fitting(sid, readings, new Position(sid, end), maxReadings, maxBytes);
        if (count == 0) {
            return new Again(null, end);
        }
        Batch batch = new Batch(from, sid, writer.clocks().timed(sid, readings.subList(0, count)));
        return new Again(batch, batch.last());
    }

    /** Those of the same stream in the first block behind a position that can be read, or on the stage. */
    private List<Reading> behind(Position from) throws SQLException {
        Position at = from;
        Blocks.Content found = writer.isBehindBlocks(at) ? null : writer.blocks().after(at);
        while (found != null && found.recSid == from.sid && found.damage != null) {
            at = new Position(found.recSid, found.last);
            found = writer.blocks().after(at);
        }
        if (found == null) {
            return from.sid == writer.recSid() ? writer.stagedAfter(at) : Collections.<Reading>emptyList();
        }
        return found.recSid != from.sid ? Collections.<Reading>emptyList()
            : found.readings.subList(StoredOutbox.indexAfter(at, found), found.readings.size());
    }

    /** See {@link Outbox#held}. */
    List<HeldEpoch> held(int most) throws SQLException {
        List<HeldEpoch> held = new ArrayList<>();
        Streams streams = writer.streams();
        try (PreparedStatement last = writer.database().prepare("SELECT max(last) FROM blk WHERE rec_sid=?")) {
            for (long sid : new TreeSet<>(streams.numbers()).descendingSet()) {
                HeldEpoch one = held.size() < most && streams.ownOrigin().equals(streams.origin(sid))
                    ? held(sid, last) : null;
                if (one != null) {
                    held.add(one);
                }
            }
        }
        return held;
    }

    /** {@code null} where nothing is held of it. */
    private HeldEpoch held(long sid, PreparedStatement last) throws SQLException {
        List<Reading> staged = sid == writer.recSid() ? writer.stagedAfter(new Position(sid, 0))
            : Collections.<Reading>emptyList();
        Headers.Header first = writer.blocks().headers().after(new Position(sid, 0));
        if (first == null || first.recSid != sid) {
            return staged.isEmpty() ? null : new HeldEpoch(writer.streams().epoch(sid), staged.get(0).seq,
                staged.get(staged.size() - 1).seq);
        }
        last.setLong(1, sid);
        try (ResultSet row = last.executeQuery()) {
            long end = row.next() ? row.getLong(1) : first.last;
            return new HeldEpoch(writer.streams().epoch(sid), first.first,
                staged.isEmpty() ? end : Math.max(end, staged.get(staged.size() - 1).seq));
        }
    }
}
