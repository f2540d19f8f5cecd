package io.slipway.store;

import io.slipway.health.Health;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What a destination will never get: ranges of numbers, each with how many of its readings are gone and why. A range
 * that touches one of the same destination, epoch and reason becomes one with it; so a row may also span readings that
 * are still there, and its count says how many are not. At most {@value #MOST} rows: beyond that the oldest ranges of
 * one epoch are joined, whatever their reasons. The store's thread only, within an open transaction.
 */
final class Gaps {
    /** Rows in the table. */
    static final int MOST = 512;
    /** The reason of ranges that were joined though they had different ones. */
    static final String SEVERAL = "several";
    /** The reason of readings that the destination itself would not take. */
    static final String REFUSED = "refused";
    /** The reason of readings that were damaged on the disk. */
    static final String DAMAGE = "damage";
    /** Which rows the destination has not been told of as they are, see {@link Schema}. */
    static final String UNTOLD = "reported < MAX(n, 1)";
    /** The last number of a range whose end nobody knows; the largest that every JSON reader can hold. */
    static final long UNKNOWN_END = (1L << 53) - 1;

    private final Database database;
    private final Health health;
    private final PreparedStatement touching;
    private final PreparedStatement insert;
    private final PreparedStatement unknown;
    private final PreparedStatement widen;
    private final PreparedStatement delete;

    Gaps(Database database, Health health) throws SQLException {
        this.database = database;
        this.health = health;
        this.touching = database.prepare("SELECT id, first, last FROM gap WHERE sink=? AND rec_sid=? AND reason=?"
            + " AND last >= ? AND first <= ? AND n > 0 ORDER BY id DESC LIMIT 1");
        this.unknown = database.prepare("INSERT INTO gap(sink, rec_sid, first, last, n, reason)"
            + " SELECT ?1, ?2, ?3, ?4, 0, ?5 WHERE NOT EXISTS (SELECT 1 FROM gap WHERE sink=?1 AND rec_sid=?2"
            + " AND first<=?3 AND last>=?4)");
        this.insert = database.prepare(
            "INSERT INTO gap(sink, rec_sid, first, last, n, reason) VALUES(?, ?, ?, ?, ?, ?)");
        this.widen = database.prepare(
            "UPDATE gap SET first=?, last=?, n=n+?, reported=reported+?, reason=? WHERE id=?");
        this.delete = database.prepare("DELETE FROM gap WHERE id=?");
    }

    /**
     * Records that so many of the readings {@code first} to {@code last} are gone for a destination.
     *
     * @param recSid the stream of the epoch in which they were taken in
     * @param count 1 or more, not counted in an earlier call
     * @param reason a word: what took them
     */
    void record(String sink, long recSid, long first, long last, long count, String reason) throws SQLException {
        touching.setString(1, sink);
        touching.setLong(2, recSid);
        touching.setString(3, reason);
        touching.setLong(4, first - 1);
        touching.setLong(5, last + 1);
        try (ResultSet row = touching.executeQuery()) {
            boolean joins = row.next();
            if (joins && reason.equals(DAMAGE) && row.getLong(2) <= first && row.getLong(3) >= last) {
                // The same block was found damaged in an earlier life.
                return;
            }
            if (joins) {
                widen(row.getLong(1), Math.min(first, row.getLong(2)), Math.max(last, row.getLong(3)), count, 0,
                    reason);
                return;
            }
        }
        insert.setString(1, sink);
        insert.setLong(2, recSid);
        insert.setLong(3, first);
        insert.setLong(4, last);
        insert.setLong(5, count);
        insert.setString(6, reason);
        insert.executeUpdate();
        bound();
    }

    /**
     * Records that some of these readings may be gone, and nobody knows how many.
     *
     * @param recSid 0 for streams that nobody knows any more
     * @param last {@link #UNKNOWN_END} where the end is not known
     */
    void recordUnknown(String sink, long recSid, long first, long last, String reason) throws SQLException {
        unknown.setString(1, sink);
        unknown.setLong(2, recSid);
        unknown.setLong(3, first);
        unknown.setLong(4, last);
        unknown.setString(5, reason);
        unknown.executeUpdate();
        bound();
    }

    private void bound() throws SQLException {
        for (long rows = database.number("SELECT COUNT(*) FROM gap"); rows > MOST; rows--) {
            compact();
        }
    }

    private void widen(long id, long first, long last, long count, long reported, String reason) throws SQLException {
        widen.setLong(1, first);
        widen.setLong(2, last);
        widen.setLong(3, count);
        widen.setLong(4, reported);
        widen.setString(5, reason);
        widen.setLong(6, id);
        widen.executeUpdate();
    }

    /** Makes two rows one: the oldest two neighbours of one destination and epoch; else the oldest row goes. */
    private void compact() throws SQLException {
        // How many are gone of a range of known and unknown ones together, nobody could say: they stay apart. The
        // neighbour is looked for in order, for a join of the table with itself is 512 times as much work.
        try (PreparedStatement inOrder = database.prepare("SELECT id, first, last, n, reported, reason,"
                + " rec_sid || (n=0) || sink FROM gap ORDER BY rec_sid, n=0, sink, first, id");
             ResultSet row = inOrder.executeQuery()) {
            String whose = "";
            long[] before = null;
            String reason = null;
            while (row.next()) {
                if (row.getString(7).equals(whose)) {
                    join(before, row, reason);
                    return;
                }
                whose = row.getString(7);
                before = new long[] {row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(5)};
                reason = row.getString(6);
            }
        }
        health.error("there are too many gaps to remember: the oldest is forgotten");
        database.execute("DELETE FROM gap WHERE id=(SELECT id FROM gap ORDER BY " + UNTOLD + ", rec_sid, id LIMIT 1)");
    }

    /** @param before of the row that stays: its number, first and last, and how many the destination was told of */
    private void join(long[] before, ResultSet row, String reason) throws SQLException {
        long id = row.getLong(1);
        long count = row.getLong(4);
        // A range of an unknown number has nothing to show that it has grown: it is told again.
        widen(before[0], before[1], Math.max(before[2], row.getLong(3)), count,
            count == 0 ? -before[3] : row.getLong(5), reason.equals(row.getString(6)) ? reason : SEVERAL);
        delete.setLong(1, id);
        delete.executeUpdate();
    }
}
