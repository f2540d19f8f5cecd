package io.slipway.store;

import java.io.Closeable;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The rows of a damaged table by descending number, around the pages that cannot be read. Each row is looked for from
 * the root of the tree on, so that a page that is bad, or that points to a wrong one, hides nothing but what hangs on
 * it; where the next row cannot be reached, the nearest number below that can be is found by doubling steps and then
 * by halves, which reads some eighty pages at most. One thread.
 */
final class RowWalk implements Closeable {
    private final PreparedStatement below;
    private long bound;
    private long holes;

    /** @param columns the key, an INTEGER PRIMARY KEY, first */
    RowWalk(Database database, String table, String key, String columns) throws SQLException {
        this(database, table, key, columns, Long.MAX_VALUE);
    }

    /** @param from the highest key that is wanted */
    RowWalk(Database database, String table, String key, String columns, long from) throws SQLException {
        this.below = database.prepare("SELECT " + columns + " FROM " + table
            + " WHERE " + key + " BETWEEN 0 AND ? ORDER BY " + key + " DESC LIMIT 1");
        this.bound = from;
    }

    /** The next row, true until the next call; {@code null} at the end. */
    ResultSet next() {
        while (bound >= 0) {
            try {
                ResultSet row = seek(bound);
                if (row == null) {
                    return null;
                }
                bound = row.getLong(1) - 1;
                return row;
            } catch (SQLException | RuntimeException unreadable) {
                holes++;
                bound = beyond(bound);
            }
        }
        return null;
    }

    /** How many places could not be read. */
    long holes() {
        return holes;
    }

    private ResultSet seek(long highest) throws SQLException {
        below.setLong(1, highest);
        ResultSet row = below.executeQuery();
        if (!row.next()) {
            row.close();
            return null;
        }
        if (row.getLong(1) > highest || row.getLong(1) < 0) {
            throw Database.damage("rows are out of order");
        }
        return row;
    }

    /** The highest number below a bad one that can be looked for; -1 where there is none. */
    private long beyond(long bad) {
        long high = bad;
        long step = 1;
        long low = bad - step;
        while (low >= 0 && !isReadable(low)) {
            high = low;
            step *= 2;
            low = step > high ? low == 0 ? -1 : 0 : high - step;
        }
        if (low < 0) {
            return -1;
        }
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (isReadable(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean isReadable(long highest) {
        try {
            seek(highest);
            return true;
        } catch (SQLException | RuntimeException bad) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            below.close();
        } catch (SQLException ignored) {
            // Nothing was written.
        }
    }
}
