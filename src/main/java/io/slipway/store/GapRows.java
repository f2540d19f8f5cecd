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
    private final Gaps gaps;
    private final PreparedStatement open;
    private final PreparedStatement tell;
    /** Batches that were refused and are not written yet. */
    private final List<Batch> refused = new ArrayList<>();
    /** Row to the number of readings that the destination knows of, not written yet. */
    private final Map<Long, Long> told = new HashMap<>();
    private volatile boolean hasOpen;

    GapRows(String sink, Streams streams, Gaps gaps, Database database) throws SQLException {
        this.sink = sink;
        this.streams = streams;
        this.gaps = gaps;
        this.open = database.prepare("SELECT id, rec_sid, first, last, n, reason FROM gap"
            + " WHERE sink=? AND reported<n ORDER BY id");
        this.tell = database.prepare("UPDATE gap SET reported=? WHERE id=?");
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
        List<Gap> found = new ArrayList<>();
        open.setString(1, sink);
        try (ResultSet row = open.executeQuery()) {
            while (found.size() < max && row.next()) {
                long id = row.getLong(1);
                long sid = row.getLong(2);
                long[] range = {row.getLong(3), row.getLong(4), row.getLong(5)};
                Long known = told.get(id);
                if ((known == null || known < range[2]) && streams.epoch(sid) != null) {
                    found.add(new Gap(id, streams.origin(sid), streams.epoch(sid), range, row.getString(6)));
                }
            }
        }
        hasOpen = !found.isEmpty() || !refused.isEmpty();
        return found;
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
            gaps.record(sink, batch.end().sid, batch.first(), batch.last(), batch.readings.size(), Gaps.REFUSED);
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
