package io.slipway.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One destination's rows of the table {@code gap}: those that it has still to be told of, and new ones for what it
 * refused. What changes is written with the store's next commit. The store's thread only, but for {@link #hasOpen}.
 */
final class GapRows {
    private final String sink;
    private final Streams streams;
    private final PreparedStatement open;
    private final PreparedStatement tell;
    private final PreparedStatement grow;
    private final PreparedStatement insert;
    /** Batches that were refused and are not written yet. */
    private final List<Batch> refused = new ArrayList<>();
    /** Row to the number of readings that the destination knows of, not written yet. */
    private final Map<Long, Long> told = new HashMap<>();
    private volatile boolean hasOpen;

    GapRows(String sink, Streams streams, Database database) throws SQLException {
        this.sink = sink;
        this.streams = streams;
        this.open = database.prepare("SELECT id, rec_sid, first, last, n, reason FROM gap"
            + " WHERE sink=? AND reported<n ORDER BY id");
        this.tell = database.prepare("UPDATE gap SET reported=? WHERE id=?");
        this.grow = database.prepare("UPDATE gap SET last=?, n=n+? WHERE sink=? AND rec_sid=? AND last=?"
            + " AND reason='refused'");
        this.insert = database.prepare(
            "INSERT INTO gap(sink, rec_sid, first, last, n, reason) VALUES(?, ?, ?, ?, ?, 'refused')");
        open(1);
    }

    /** See {@link Outbox#hasGaps}. Any thread. */
    boolean hasOpen() {
        return hasOpen;
    }

    /** Somebody wrote rows; a look at them will show whether they are ours. */
    void changed() {
        hasOpen = true;
    }

    /** See {@link Outbox#gaps}. */
    List<Gap> open(int max) throws SQLException {
        List<Gap> gaps = new ArrayList<>();
        open.setString(1, sink);
        try (ResultSet row = open.executeQuery()) {
            while (gaps.size() < max && row.next()) {
                long id = row.getLong(1);
                long sid = row.getLong(2);
                long[] range = {row.getLong(3), row.getLong(4), row.getLong(5)};
                Long known = told.get(id);
                if ((known == null || known < range[2]) && streams.epoch(sid) != null) {
                    gaps.add(new Gap(id, streams.origin(sid), streams.epoch(sid), range, row.getString(6)));
                }
            }
        }
        hasOpen = !gaps.isEmpty() || !refused.isEmpty();
        return gaps;
    }

    void told(Gap gap) {
        told.put(gap.id, gap.count);
    }

    void refused(Batch batch) {
        refused.add(batch);
    }

    /** Within the open transaction. */
    void save() throws SQLException {
        for (Map.Entry<Long, Long> row : told.entrySet()) {
            tell.setLong(1, row.getValue());
            tell.setLong(2, row.getKey());
            tell.executeUpdate();
        }
        for (Batch batch : refused) {
            // One row for a range that grows batch by batch.
            grow.setLong(1, batch.last());
            grow.setLong(2, batch.readings.size());
            grow.setString(3, sink);
            grow.setLong(4, batch.end().sid);
            grow.setLong(5, batch.first() - 1);
            if (grow.executeUpdate() == 0) {
                insert.setString(1, sink);
                insert.setLong(2, batch.end().sid);
                insert.setLong(3, batch.first());
                insert.setLong(4, batch.last());
                insert.setLong(5, batch.readings.size());
                insert.executeUpdate();
            }
        }
    }

    /**
     * The transaction is durable.
     *
     * @return whether there is something new to be told
     */
    boolean committed() {
        told.clear();
        boolean more = !refused.isEmpty();
        refused.clear();
        hasOpen |= more;
        return more;
    }
}
