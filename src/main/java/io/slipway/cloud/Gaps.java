package io.slipway.cloud;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;

/** The rows of the table {@code gap}, within the transaction that is open. Used by one thread. */
final class Gaps {
    private final Connection connection;

    Gaps(Connection connection) {
        this.connection = connection;
    }

    /** Gaps of a stream that are not settled: id, first, last and n each. */
    List<long[]> open(long sid) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT id, first, last, n FROM gap WHERE sid = ? AND settled = 0 AND n IS NOT NULL")) {
            Books.bind(select, sid);
            return Books.numbers(select, 4);
        }
    }

    void settle(long gapId) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE gap SET settled = 1 WHERE id = ?")) {
            update.setLong(1, gapId);
            update.executeUpdate();
        }
    }

    /** Whether a gap of this stream and reason covers the range already; those that it covers itself are removed. */
    boolean isToldWider(long sid, String reason, long first, long last) throws SQLException {
        try (PreparedStatement wider = connection.prepareStatement("SELECT count(*) FROM gap WHERE sid = ? AND"
                + " first <= ? AND last >= ? AND (first < ? OR last > ?) AND reason = ?")) {
            Books.bind(wider, sid, first, last, first, last);
            wider.setString(6, reason);
            if (Books.numbers(wider, 1).get(0)[0] > 0) {
                return true;
            }
        }
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM gap WHERE sid = ? AND first >= ? AND last <= ? AND reason = ?")) {
            Books.bind(delete, sid, first, last);
            delete.setString(4, reason);
            delete.executeUpdate();
        }
        return false;
    }

    /**
     * Adds a row.
     *
     * @param sid -1 for lives that nobody remembers
     * @param range first and last
     * @param n -1 where nobody knows
     */
    void add(String origin, long sid, long[] range, long n, String reason, boolean settled, long now)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO gap(first, last, settled, told_at,"
                + " origin, reason, sid, n) VALUES(?, ?, ?, ?, ?, ?, ?, ?)")) {
            Books.bind(insert, range[0], range[1], settled ? 1 : 0, now);
            insert.setString(5, origin);
            insert.setString(6, reason);
            setOrNull(insert, 7, sid);
            setOrNull(insert, 8, n);
            insert.executeUpdate();
        }
    }

    private static void setOrNull(PreparedStatement statement, int at, long value) throws SQLException {
        if (value < 0) {
            statement.setNull(at, Types.BIGINT);
        } else {
            statement.setLong(at, value);
        }
    }
}
