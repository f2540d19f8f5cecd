package io.slipway.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * The blocks of a database that was set aside, the newest first: those that the table's tree leads to, and, where that
 * has holes, those that lie in the leaves all the same. One thread.
 */
final class BlockWalk implements Closeable {
    private final PreparedStatement load;
    /** {@code null} where the tree is whole. */
    private final LeafScan leaves;
    private final int all;
    private long[] ids = new long[64];
    private int count;

    /** Looks for all blocks' numbers, which reads the leaves of the table, or the whole file. */
    BlockWalk(DamagedFile in, Path file, Admission.Terms terms) throws SQLException {
        boolean whole;
        try (RowWalk rows = in.walk("blk", "id", "id")) {
            for (ResultSet row = rows.next(); row != null; row = rows.next()) {
                add(row.getLong(1));
            }
            whole = rows.holes() == 0 && count > 0;
        }
        this.load = in.prepare(BlockRow.SELECT + " FROM blk WHERE id=?");
        this.leaves = whole ? null : scan(file, (int) in.pageBytes(), terms);
        Arrays.sort(ids, 0, count);
        this.all = count;
    }

    /** How much of the way is behind. */
    int percent() {
        return all == 0 ? 100 : (int) (100L * (all - count) / all);
    }

    private LeafScan scan(Path file, int pageBytes, Admission.Terms terms) {
        LeafScan scan = null;
        try {
            scan = new LeafScan(file, pageBytes);
            long[] reached = Arrays.copyOf(ids, count);
            Arrays.sort(reached);
            for (long id : scan.find(terms.epochs, terms.blocks)) {
                if (Arrays.binarySearch(reached, id) < 0) {
                    add(id);
                }
            }
        } catch (IOException unreadable) {
            // What was found before stays of use.
            return scan;
        }
        return scan;
    }

    private void add(long id) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
        }
        ids[count++] = id;
    }

    /** Whether there may be another one. */
    boolean hasNext() {
        return count > 0;
    }

    /** The next one, which is still to be checked; {@code null} where it cannot be read. */
    BlockRow next() {
        long id = ids[--count];
        try {
            BlockRow row = BlockRow.load(load, id);
            if (row != null || leaves == null) {
                return row;
            }
        } catch (SQLException | RuntimeException unreached) {
            if (leaves == null) {
                return null;
            }
        }
        try {
            return leaves.load(id);
        } catch (IOException unreadable) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            load.close();
            if (leaves != null) {
                leaves.close();
            }
        } catch (SQLException | IOException ignored) {
            // Nothing was written.
        }
    }
}
