package io.slipway.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * A prepared statement that can be used again after it met an error. The driver finalizes one that SQLite refused,
 * were it only because the disk was full for a moment, and every later use of it would fail. One thread.
 */
final class LastingStatement extends JDBC4PreparedStatement {
    LastingStatement(SQLiteConnection connection, String sql) throws SQLException {
        super(connection, sql);
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        try {
            return super.executeQuery();
        } catch (SQLException failed) {
            renew();
            throw failed;
        }
    }

    @Override
    public int executeUpdate() throws SQLException {
        try {
            return super.executeUpdate();
        } catch (SQLException failed) {
            renew();
            throw failed;
        }
    }

    private void renew() {
        try {
            conn.getDatabase().prepare(this);
        } catch (SQLException unreadable) {
            // The tables themselves cannot be read: then every statement fails, as it should.
        }
    }
}
