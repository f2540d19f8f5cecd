package io.slipway.store;

import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a new database is given of those that were set aside before it, all in its first transaction, so that it never
 * is without: every stream under its number, so that positions mean the same; the boot counter; cursors; gaps; mended
 * times. Blocks and stage come later, see {@link Salvage}. The store's thread only.
 *
 * <pre>
 * meta.boot          the highest boot counter
 * meta.sid_floor     new streams get numbers above it, and so come behind everything that can still be salvaged
 * meta.salvage/FILE  'todo', 'staged' (its stage is here), 'done'
 * meta.end/SID       the last reading of that stream, where it is known although the file is damaged
 * </pre>
 */
final class Seed {
    static final String FLOOR = "sid_floor";
    static final String SALVAGE = "salvage/";
    static final String END = "end/";
    /** What a stream's number can be: a block's is a multiple of it. */
    private static final long MAX_SID = 1L << 22;
    /** Left free where streams cannot be read whose numbers may have been given out. */
    private static final long SPACE = 1L << 12;

    private final Database database;
    private final Carried carried;
    private final Health health;
    private final Map<String, Place> places = new HashMap<>();
    /** Those whose cursor was read, and those that are to have one. */
    private final Set<String> sinks;
    private final Map<Long, Epoch> epochs;
    private final Map<Long, String> origins;
    private long boot;
    private long highest;
    private boolean incomplete;

    /** @param destinations who has to know where streams were lost */
    Seed(Database database, Carried carried, String[] destinations, Health health) {
        this.database = database;
        this.carried = carried;
        this.health = health;
        this.sinks = new HashSet<>(Arrays.asList(destinations));
        for (Map.Entry<String, Place> place : carried.places.entrySet()) {
            this.places.put(place.getKey(), place.getValue().copy());
        }
        this.epochs = new HashMap<>(carried.epochs);
        this.origins = new HashMap<>(carried.origins);
    }

    /**
     * Fills the new database, in one transaction. A file that cannot be read at all gives nothing.
     *
     * @param damaged the newest first
     */
    void sow(List<Path> damaged) throws SQLException {
        database.begin();
        try {
            for (Path file : damaged) {
                insert("INSERT OR IGNORE INTO meta(k, v) VALUES(?, 'todo')", SALVAGE + file.getFileName());
                sow(file);
            }
            sowCarried();
            for (Map.Entry<String, Place> place : places.entrySet()) {
                highest = Math.max(highest, place.getValue().cursor().sid);
                new SavedPlace(place.getKey(), place.getValue(), database).save();
            }
            insert("INSERT INTO meta(k, v) VALUES('boot', ?)", boot);
            insert("INSERT INTO meta(k, v) VALUES(?, ?)", FLOOR, highest + (incomplete ? SPACE : 0));
            if (incomplete) {
                blanketGap();
            }
            database.commit();
        } catch (SQLException | RuntimeException failed) {
            database.rollback();
            throw failed;
        }
    }

    private void sow(Path file) throws SQLException {
        DamagedFile in;
        try {
            in = new DamagedFile(file);
        } catch (SQLException unreadable) {
            incomplete = true;
            return;
        }
        try {
            sowStreams(in);
            for (Object[] row : in.rows("SELECT sink, sid, seq, crc FROM sink_ack ORDER BY sink", 4)) {
                cursor(row);
            }
            for (Object[] row : in.rows("SELECT sink || '/' || from_sid || '/' || from_seq, sink, from_sid, from_seq,"
                    + " to_sid, to_seq, crc FROM sink_ahead ORDER BY 1", 7)) {
                stretch(row);
            }
            copyRest(in);
        } finally {
            in.close();
        }
    }

    private void copyRest(DamagedFile in) throws SQLException {
        for (Object[] row : in.rows("SELECT k, v FROM meta ORDER BY k", 2)) {
            String key = String.valueOf(row[0]);
            if (key.equals("boot")) {
                boot = Math.max(boot, number(row[1]) & Integer.MAX_VALUE);
            } else if (key.equals(FLOOR) && number(row[1]) <= MAX_SID) {
                highest = Math.max(highest, number(row[1]));
            } else if (key.startsWith(SALVAGE) || key.startsWith(END)) {
                insert("INSERT OR IGNORE INTO meta(k, v) VALUES(?, ?)", row);
            }
        }
        for (Object[] row : in.rows("SELECT id, sink, rec_sid, first, last, n, reason, reported FROM gap"
                + " ORDER BY id", 8)) {
            insert("INSERT OR IGNORE INTO gap(id, sink, rec_sid, first, last, n, reason, reported)"
                + " VALUES(?, ?, ?, ?, ?, ?, ?, ?)", row);
        }
        // A gap that is not on record any more is behind the cursor: nobody else knows of it.
        incomplete |= !in.wasWhole();
        for (Object[] row : in.rows("SELECT sid, offset_ms FROM clk ORDER BY sid", 2)) {
            insert("INSERT OR IGNORE INTO clk(sid, offset_ms) VALUES(?, ?)", row);
        }
        for (String table : Records.TABLES) {
            for (Object[] row : in.rows("SELECT k, v, crc FROM " + table + " ORDER BY k", 3)) {
                // What is damaged is passed over when it is read.
                insert("INSERT OR IGNORE INTO " + table + "(k, v, crc) VALUES(?, ?, ?)", row);
            }
        }
    }

    /** A stream is what both copies of it say, the table and its index, or the one that can be read. */
    private void sowStreams(DamagedFile in) throws SQLException {
        List<Object[]> table = in.rows(
            "SELECT sid, origin, boot, nonce, kind, low, contig, hash, ran FROM strm NOT INDEXED ORDER BY sid", 9);
        boolean whole = in.wasWhole();
        List<Object[]> index = in.rows(Streams.BY_INDEX + " ORDER BY origin", 4);
        whole |= in.wasWhole();
        Map<Long, Object[]> byNumber = new HashMap<>();
        for (Object[] row : index) {
            byNumber.put(number(row[0]), row);
        }
        for (Object[] row : table) {
            Object[] other = byNumber.remove(number(row[0]));
            if (other != null && !Arrays.equals(other, Arrays.copyOf(row, 4))) {
                incomplete = true;
            } else {
                stream(row);
            }
        }
        for (Object[] row : byNumber.values()) {
            stream(row[0], row[1], row[2], row[3], 0L, 1L, 0L, Blocks.NO_HASH, 0L);
        }
        // Each copy may lack what the other has; where both are cut, nobody knows what both lack.
        incomplete |= !whole || table.isEmpty() && index.isEmpty();
    }

    private void stream(Object... row) throws SQLException {
        long sid = number(row[0]);
        if (sid < 1 || sid > MAX_SID || !(row[1] instanceof String)) {
            incomplete = true;
            return;
        }
        Epoch epoch = new Epoch((int) number(row[2]), (int) number(row[3]));
        if (epochs.containsKey(sid) && !(epochs.get(sid).equals(epoch) && row[1].equals(origins.get(sid)))) {
            return;
        }
        epochs.put(sid, epoch);
        origins.put(sid, (String) row[1]);
        highest = Math.max(highest, sid);
        boot = Math.max(boot, epoch.boot());
        insert("INSERT OR IGNORE INTO strm(sid, origin, boot, nonce, kind, low, contig, hash, ran, closed)"
            + " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 1)", row);
    }

    private void cursor(Object[] row) {
        String sink = String.valueOf(row[0]);
        Position at = new Position(number(row[1]), number(row[2]));
        if (row[3] == null || number(row[3]) == Checksum.cursor(sink, at)) {
            join(sink, new Place(at));
        }
    }

    private void stretch(Object[] row) {
        String sink = String.valueOf(row[1]);
        Position start = new Position(number(row[2]), number(row[3]));
        Position end = new Position(number(row[4]), number(row[5]));
        if (number(row[6]) == Checksum.stretch(sink, start, end)) {
            Place ahead = new Place(Position.START);
            ahead.ahead().add(start, end);
            join(sink, ahead);
        }
    }

    private void join(String sink, Place other) {
        sinks.add(sink);
        Place place = places.get(sink);
        if (place == null) {
            places.put(sink, other);
        } else {
            place.join(other);
        }
    }

    private void sowCarried() throws SQLException {
        for (Map.Entry<Long, Epoch> stream : carried.epochs.entrySet()) {
            Epoch epoch = stream.getValue();
            stream(stream.getKey(), carried.origins.get(stream.getKey()), epoch.boot(), epoch.nonce(), 0L, 1L, 0L,
                Blocks.NO_HASH, 0L);
        }
        if (carried.sid != 0) {
            insert("INSERT OR REPLACE INTO meta(k, v) VALUES(?, ?)", END + carried.sid, carried.committedSeq);
        }
    }

    /** Readings of streams that nobody knows any more are lost, and that is all that can be said. */
    private void blanketGap() throws SQLException {
        Gaps gaps = new Gaps(database, health);
        for (String sink : sinks) {
            gaps.recordUnknown(sink, 0, 0, 0, Gaps.DAMAGE);
        }
    }

    private void insert(String sql, Object... values) throws SQLException {
        try (PreparedStatement insert = database.prepare(sql)) {
            for (int i = 0; i < values.length; i++) {
                insert.setObject(i + 1, values[i]);
            }
            insert.executeUpdate();
        }
    }

    /** Whether some file that was set aside may have readings that are not here yet. */
    static boolean isSalvageDue(Database database) throws SQLException {
        return database.number("SELECT EXISTS(SELECT 1 FROM meta WHERE k > '" + SALVAGE + "' AND k < 'salvage0'"
            + " AND v <> 'done')") != 0;
    }

    private static long number(Object value) {
        return value instanceof Number ? ((Number) value).longValue() : 0;
    }
}
