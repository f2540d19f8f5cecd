package io.slipway.store;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
    private final long maxBytes;
    private final Health health;

    Admission(Writer writer, Health health) {
        this.writer = writer;
        this.database = writer.database();
        this.maxBytes = writer.maxBytes();
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
        final Map<String, Position> cursors = new HashMap<>();
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
            terms.cursors.put(outbox.sink(), outbox.cursor());
            if (outbox.cursor().isBefore(terms.acknowledged.sid, terms.acknowledged.seq)) {
                terms.acknowledged = outbox.cursor();
            }
        }
        return terms;
    }

    private long floor() throws SQLException {
        return database.number("SELECT v FROM meta WHERE k='" + Seed.FLOOR + "'");
    }

    /** Takes blocks as they are. False where the bytes of the database are used up: then nothing was taken. */
    boolean admit(List<Salvaged> blocks) throws SQLException {
        long bytes = 0;
        for (Salvaged block : blocks) {
            bytes += block.payload.length;
        }
        if (database.usedBytes() + bytes > maxBytes) {
            return false;
        }
        int[] taken = new int[blocks.size()];
        database.begin();
        try (PreparedStatement insert = database.prepare("INSERT OR IGNORE INTO blk(id, rec_sid, first, last, n, tmin,"
                + " tmax, codec, hash, payload, cls, crc) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)")) {
            for (int i = 0; i < taken.length; i++) {
                Salvaged block = blocks.get(i);
                for (int k = 0; k < block.header.length; k++) {
                    insert.setLong(k + 1, block.header[k]);
                }
                insert.setBytes(9, block.hash);
                insert.setBytes(10, block.payload);
                insert.setInt(11, block.priority);
                insert.setObject(12, block.crc);
                taken[i] = insert.executeUpdate();
            }
            database.commit();
        } catch (SQLException | RuntimeException failed) {
            database.rollback();
            throw failed;
        }
        for (int i = 0; i < taken.length; i++) {
            if (taken[i] > 0) {
                admitted(blocks.get(i).header[1], blocks.get(i).readings);
            }
        }
        return true;
    }

    private void admitted(long recSid, List<Reading> readings) {
        health.count(Counter.STORE_SALVAGED, readings.size());
        for (StoredOutbox outbox : writer.outboxes()) {
            outbox.salvaged(recSid, readings.get(0).seq, readings.get(readings.size() - 1).seq, readings.size());
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
        }
        for (Map.Entry<Long, List<Reading>> some : readings.entrySet()) {
            admitted(some.getKey(), some.getValue());
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
     * @param tails which streams may have lost readings behind the last one found
     * @param reason why readings are missing
     * @return how many readings some destination will not get; those of ranges without an end are not in it
     */
    long finish(String file, Terms terms, Map<Long, Ranges> found, Tails tails, String reason)
            throws SQLException {
        long lost = 0;
        long first = (floor() + 1) * Blocks.STREAM_UNIT;
        database.begin();
        try {
            Gaps gaps = new Gaps(database);
            for (long recSid : writer.streams().numbers()) {
                if (recSid > floor() && database.number("SELECT COUNT(*) FROM meta WHERE k='" + Seed.END + recSid
                        + "'") == 0) {
                    continue;
                }
                Ranges present = present(recSid, first, found.get(recSid));
                for (Map.Entry<String, Position> cursor : terms.cursors.entrySet()) {
                    lost += note(gaps, cursor.getKey(), cursor.getValue(), recSid, present, tails, reason);
                }
            }
            gaps.save();
            mark(file, "done");
            database.commit();
        } catch (SQLException | RuntimeException failed) {
            database.rollback();
            throw failed;
        }
        health.count(Counter.STORE_DAMAGED, lost);
        return lost;
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

    private long note(Gaps gaps, String sink, Position cursor, long recSid, Ranges present, Tails tails,
                      String reason) throws SQLException {
        if (recSid < cursor.sid) {
            return 0;
        }
        long from = recSid == cursor.sid ? cursor.seq + 1 : 1;
        long end = database.number("SELECT COALESCE((SELECT v FROM meta WHERE k='" + Seed.END + recSid + "'), -1)");
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
        long lost = 0;
        for (long[] range : known.missing(from, end >= 0 ? end : present.highest())) {
            gaps.note(sink, recSid, range[0], range[1], range[1] - range[0] + 1, reason);
            lost += range[1] - range[0] + 1;
        }
        if (end < 0 && tails.isOpen(recSid)) {
            gaps.note(sink, recSid, Math.max(from, present.highest() + 1), Gaps.UNKNOWN_END, 0, reason);
        }
        return lost;
    }
}
