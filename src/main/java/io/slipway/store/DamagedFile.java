package io.slipway.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A database that was set aside, open to read what can be read of it; nothing in it is changed. One thread. */
final class DamagedFile implements Closeable {
    private final Database database;
    private boolean whole;

    /** @throws SQLException if SQLite finds no tables in it */
    DamagedFile(Path file) throws SQLException {
        try {
            database = Database.openToRead(file);
        } catch (IOException unreadable) {
            throw new SQLException(unreadable.getMessage(), unreadable);
        }
        try (PreparedStatement tables = prepare("SELECT COUNT(*) FROM strm WHERE 0");
             ResultSet row = tables.executeQuery()) {
            row.next();
        } catch (SQLException unreadable) {
            close();
            throw unreadable;
        }
    }

    /** See {@link RowWalk}. */
    RowWalk walk(String table, String key, String columns) throws SQLException {
        return new RowWalk(database, table, key, columns);
    }

    /** Of a page. */
    long pageBytes() throws SQLException {
        return database.pageBytes();
    }

    PreparedStatement prepare(String sql) throws SQLException {
        return database.prepare(sql);
    }

    /**
     * The rows of a small table, from both ends up to where they cannot be read any more.
     *
     * @param sql whose first column is a key, and which ends with {@code ORDER BY} one column
     * @param columns of a row
     */
    List<Object[]> rows(String sql, int columns) {
        List<Object[]> rows = new ArrayList<>();
        Set<Object> keys = new HashSet<>();
        whole = read(sql, columns, rows, keys);
        if (!whole) {
            read(sql + " DESC", columns, rows, keys);
        }
        return rows;
    }

    private boolean read(String sql, int columns, List<Object[]> rows, Set<Object> keys) {
        try (PreparedStatement all = prepare(sql); ResultSet row = all.executeQuery()) {
            while (row.next()) {
                Object[] values = new Object[columns];
                for (int i = 0; i < columns; i++) {
                    values[i] = row.getObject(i + 1);
                }
                if (keys.add(values[0])) {
                    rows.add(values);
                }
            }
            return true;
        } catch (SQLException | RuntimeException unreadable) {
            return false;
        }
    }

    /** Whether the last {@link #rows} could read to the end. */
    boolean wasWhole() {
        return whole;
    }

    @Override
    public void close() {
        database.close();
    }
}
