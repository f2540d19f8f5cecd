package io.slipway.cloud;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rows of the table {@code copied}, within the transaction that is open. Used by one thread. */
final class Cursors {
    private final Connection connection;

    Cursors(Connection connection) {
        this.connection = connection;
    }

    /** By stream the block up to which its readings are stored. */
    Map<String, Long> all() throws SQLException {
        Map<String, Long> all = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT stream, number FROM copied");
             ResultSet row = select.executeQuery()) {
            while (row.next()) {
                all.put(row.getString(1), row.getLong(2));
            }
        }
        return all;
    }

    /**
     * Moves cursors to these blocks.
     *
     * @param copies those of a stream in its order
     * @param before where the cursors are thought to be
     * @throws SQLException also where one is elsewhere: the tables were put back to an earlier day, or another process
     *     does the same work
     */
    void move(List<Copy> copies, Map<String, Long> before) throws SQLException {
        Map<String, Long> now = new HashMap<>();
        for (Copy copy : copies) {
            now.put(copy.stream, copy.number);
        }
        for (Map.Entry<String, Long> one : now.entrySet()) {
            Long from = before.get(one.getKey());
            try (PreparedStatement move = connection.prepareStatement(from == null
                    ? "INSERT INTO copied(number, stream) VALUES(?, ?) ON CONFLICT DO NOTHING"
                    : "UPDATE copied SET number = ? WHERE stream = ? AND number = ?")) {
                move.setLong(1, one.getValue());
                move.setString(2, one.getKey());
                if (from != null) {
                    move.setLong(3, from);
                }
                if (move.executeUpdate() != 1) {
                    throw new SQLException("the place in " + one.getKey() + " is another by now", "40001");
                }
            }
        }
    }
}
