package io.slipway.store;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes what was salvaged into the database that is in use, each call in a transaction of its own. Everything keeps
 * its number, so that what is admitted twice is there once. The store's thread only.
 */
final class Admission {
    private final Writer writer;
    private final Database database;
    private final Health health;

    Admission(Writer writer, Health health) {
        this.writer = writer;
        this.database = writer.database();
        this.health = health;
    }

    /** What a salvage has to know of the database before it begins with a file. */
    static final class Terms {
        final Map<Long, Epoch> epochs = new HashMap<>();
        final Map<Long, String> origins = new HashMap<>();
        /** For each stream of blocks the first and the last number that it should hold. */
        final Map<Long, long[]> blocks = new HashMap<>();
        /** Streams whose last readings the store had in memory, and has committed here already. */
        final Map<Long, Long> ends = new HashMap<>();
        /** Whether the file's stage is here already. */
        boolean staged;
        /** Everything up to here has been acknowledged by everybody. */
        Position acknowledged;
        /** How far each destination had acknowledged. */
        final Map<String, Place> places = new HashMap<>();
        /** How often readings had been deleted to make room. */
        int roomMade;
    }

    Terms terms(String file) throws SQLException {
        Terms terms = new Terms();
        for (long sid : writer.streams().numbers()) {
            terms.epochs.put(sid, writer.streams().epoch(sid));
            terms.origins.put(sid, writer.streams().origin(sid));
        }
        try (PreparedStatement tops = database.prepare("SELECT sid, low, contig FROM strm WHERE sid <= " + floor());
             ResultSet row = tops.executeQuery()) {
            while (row.next()) {
                terms.blocks.put(row.getLong(1), new long[] {row.getLong(2), row.getLong(3)});
            }
        }
        for (long sid : terms.epochs.keySet()) {
            long end = database.number("SELECT COALESCE((SELECT v FROM meta WHERE k='" + Seed.END + sid + "'), -1)");
            if (end >= 0) {
                terms.ends.put(sid, end);
            }
        }
        terms.staged = "staged".equals(database.text("SELECT v FROM meta WHERE k='" + Seed.SALVAGE + file + "'"));
        terms.acknowledged = new Position(Long.MAX_VALUE, 0);
        for (StoredOutbox outbox : writer.outboxes()) {
            terms.places.put(outbox.sink(), outbox.place().copy());
            if (outbox.cursor().isBefore(terms.acknowledged.sid, terms.acknowledged.seq)) {
                terms.acknowledged = outbox.cursor();
            }
        }
        terms.roomMade = writer.retention().roomMade();
        return terms;
    }

    private long floor() throws SQLException {
        return database.number("SELECT v FROM meta WHERE k='" + Seed.FLOOR + "'");
    }

    /**
     * Takes blocks as they are; some may be here since an earlier attempt. False where there is no room for the others,
     * or where readings had to be deleted since the beginning: those were younger than what comes here. Then nothing
     * was taken.
     */
    boolean admit(Terms terms, List<BlockRow> salvaged) throws SQLException {
        List<BlockRow> blocks = new ArrayList<>();
        long bytes = 0;
        long count = 0;
        for (BlockRow block : salvaged) {
            if (database.number("SELECT EXISTS(SELECT 1 FROM blk WHERE id=" + block.id() + ")") == 0) {
                blocks.add(block);
                bytes += block.payload.length;
                count += block.count();
            }
        }
        if (blocks.isEmpty()) {
            return true;
        }
        Retention retention = writer.retention();
        if (retention.roomMade() != terms.roomMade || !retention.hasRoom(bytes, count)) {
            return false;
        }
        database.begin();
        try (PreparedStatement insert = database.prepare("INSERT" + BlockRow.INTO)) {
            for (BlockRow block : blocks) {
                block.insert(insert);
            }
            database.commit();
        } catch (SQLException | RuntimeException failed) {
            database.rollback();
            throw failed;
        }
        retention.oldBlocksCame();
        for (BlockRow block : blocks) {
            admitted(block.recSid(), block.first(), block.last(), block.count());
        }
        return true;
    }

    private void admitted(long recSid, long first, long last, int count) {
        health.count(Counter.STORE_SALVAGED, count);
        for (StoredOutbox outbox : writer.outboxes()) {
            outbox.salvaged(recSid, first, last, count);
        }
    }

    /** Takes what the file's stage held, for each stream ascending, once and never again. */
    void admitStage(String file, Map<Long, List<Reading>> readings) throws SQLException {
        Blocks.Head head = null;
        database.begin();
        try {
            for (Map.Entry<Long, List<Reading>> some : readings.entrySet()) {
                head = writer.seal(head, some.getKey(), some.getValue());
            }
            mark(file, "staged");
            database.commit();
        } catch (SQLException | RuntimeException failed) {
            database.rollback();
            throw failed;
        }
        if (head != null) {
            writer.sealed(head);
            writer.retention().oldBlocksCame();
        }
        for (Map.Entry<Long, List<Reading>> some : readings.entrySet()) {
            List<Reading> list = some.getValue();
            admitted(some.getKey(), list.get(0).seq, list.get(list.size() - 1).seq, list.size());
        }
    }

    private void mark(String file, String state) throws SQLException {
        try (PreparedStatement mark = database.prepare("INSERT OR REPLACE INTO meta(k, v) VALUES(?, ?)")) {
            mark.setString(1, Seed.SALVAGE + file);
            mark.setString(2, state);
            mark.executeUpdate();
        }
    }

    /**
     * Everything that can be had of the file is here: puts on record what each destination will not get.
     *
     * @param terms those at the beginning: cursors may have moved on since
     * @param found for each stream the readings that are here
     * @param tails the last readings found, and which streams may have lost others behind them
     * @param reason why readings are missing
     * @return how many readings some destination will not get; those of ranges without an end are not in it
     */
    long finish(String file, Terms terms, Map<Long, Ranges> found, Tails tails, String reason)
            throws SQLException {
        long lost = 0;
        long first = (floor() + 1) * Blocks.STREAM_UNIT;
        database.begin();
        try {
            Gaps gaps = writer.gaps();
            for (long recSid : writer.streams().numbers()) {
                if (recSid > floor() && database.number("SELECT COUNT(*) FROM meta WHERE k='" + Seed.END + recSid
                        + "'") == 0) {
                    continue;
                }
                Ranges present = present(recSid, first, found.get(recSid));
                for (Map.Entry<String, Place> place : terms.places.entrySet()) {
                    lost += note(gaps, place.getKey(), place.getValue(), recSid, present, tails, reason);
                }
            }
            mark(file, "done");
            if (!Seed.isSalvageDue(database)) {
                settle();
            }
            database.commit();
        } catch (SQLException | RuntimeException failed) {
            database.rollback();
            throw failed;
        }
        for (StoredOutbox outbox : writer.outboxes()) {
            outbox.gaps().changed();
            outbox.wake();
        }
        health.count(Counter.STORE_DAMAGED, lost);
        return lost;
    }

    /** Nothing comes any more: what the streams of blocks say of themselves is what is here. */
    private void settle() throws SQLException {
        String blocks = " FROM blk WHERE id BETWEEN strm.sid<<40 AND (strm.sid+1<<40)-1)";
        database.execute("UPDATE strm SET low=COALESCE((SELECT MIN(id)" + blocks + " & " + (Blocks.STREAM_UNIT - 1)
            + ", contig + 1), contig=COALESCE((SELECT MAX(id)" + blocks + " & " + (Blocks.STREAM_UNIT - 1)
            + ", contig), hash=COALESCE((SELECT hash FROM blk WHERE id=(SELECT MAX(id)" + blocks + "), hash)"
            + " WHERE sid <= " + floor());
    }

    /** What is here of a stream: what was found, and what was committed here since. */
    private Ranges present(long recSid, long firstId, Ranges found) throws SQLException {
        Ranges present = new Ranges();
        if (found != null) {
            present.addAll(found);
        }
        try (PreparedStatement since = database.prepare("SELECT first, last FROM blk WHERE id >= " + firstId
                + " AND rec_sid=" + recSid); ResultSet row = since.executeQuery()) {
            while (row.next()) {
                present.add(row.getLong(1), row.getLong(2));
            }
        }
        List<Reading> staged = writer.unsealed();
        if (recSid == writer.recSid() && !staged.isEmpty()) {
            present.add(staged.get(0).seq, staged.get(staged.size() - 1).seq);
        }
        return present;
    }

    private long note(Gaps gaps, String sink, Place place, long recSid, Ranges present, Tails tails, String reason)
            throws SQLException {
        Position cursor = place.cursor();
        if (recSid < cursor.sid) {
            return 0;
        }
        long from = recSid == cursor.sid ? cursor.seq + 1 : 1;
        long end = database.number("SELECT COALESCE((SELECT v FROM meta WHERE k='" + Seed.END + recSid + "'), -1)");
        long highest = Math.max(present.highest(), tails.highest(recSid));
        Ranges known = known(sink, recSid, present);
        long lost = 0;
        for (long[] range : known.missing(from, end >= 0 ? end : highest)) {
            for (long[] piece : place.unacknowledged(recSid, range[0], range[1])) {
                gaps.record(sink, recSid, piece[0], piece[1], piece[1] - piece[0] + 1, reason);
                lost += piece[1] - piece[0] + 1;
            }
        }
        if (end < 0 && tails.isOpen(recSid)) {
            gaps.recordUnknown(sink, recSid, Math.max(from, highest + 1), Gaps.UNKNOWN_END, reason);
        }
        return lost;
    }

    /** What is here, and what the destination was to miss anyway. */
    private Ranges known(String sink, long recSid, Ranges present) throws SQLException {
        Ranges known = new Ranges();
        known.addAll(present);
        try (PreparedStatement told = database.prepare("SELECT first, last FROM gap WHERE sink=? AND rec_sid="
                + recSid)) {
            told.setString(1, sink);
            try (ResultSet row = told.executeQuery()) {
                while (row.next()) {
                    known.add(row.getLong(1), row.getLong(2));
                }
            }
        }
        return known;
    }
}
