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
 * refused and what was found damaged. What changes is written with the store's next commit. The store's thread only,
 * but for {@link #hasOpen}.
 */
final class GapRows {
    /** A range that is not written yet. Immutable. */
    static final class Note {
        private final long recSid;
        private final long first;
        private final long last;
        private final long count;
        private final String reason;

        /** @param count of readings within the range */
        Note(long recSid, long first, long last, long count, String reason) {
            this.recSid = recSid;
            this.first = first;
            this.last = last;
            this.count = count;
            this.reason = reason;
        }

        /** What the destination refused. */
        static Note refused(Batch batch) {
            return new Note(batch.end().sid, batch.first(), batch.last(), batch.readings.size(), Gaps.REFUSED);
        }
    }

    private final String sink;
    private final Streams streams;
    private final Gaps gaps;
    private final PreparedStatement open;
    private final PreparedStatement tell;
    private final List<Note> noted = new ArrayList<>();
    /** Rows, as the destination knows them, not written yet. */
    private final Map<Long, Gap> told = new HashMap<>();
    private volatile boolean hasOpen;

    GapRows(String sink, Streams streams, Gaps gaps, Database database) throws SQLException {
        this.sink = sink;
        this.streams = streams;
        this.gaps = gaps;
        this.open = database.prepare("SELECT id, rec_sid, first, last, n, reason FROM gap"
            + " WHERE sink=? AND " + Gaps.UNTOLD + " ORDER BY id");
        this.tell = database.prepare(
            // In a database that took the place of a damaged one, the number may be another gap's. One that has grown
            // is told again: one of an unknown number has nothing but its range to show that.
            "UPDATE gap SET reported=MAX(?1, 1) WHERE id=?2 AND sink=?3"
                + " AND (n>0 AND first<=?4 AND last>=?5 OR first=?4 AND last=?5)");
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
                Gap known = told.get(id);
                if (known == null || !known.covers(range[0], range[1], range[2])) {
                    String origin = streams.origin(sid) == null ? streams.ownOrigin() : streams.origin(sid);
                    found.add(new Gap(id, origin, streams.epoch(sid), range, row.getString(6)));
                }
            }
        }
        hasOpen = !found.isEmpty() || !noted.isEmpty();
        return found;
    }

    void told(Gap gap) {
        told.put(gap.id, gap);
    }

    void note(Note gap) {
        noted.add(gap);
    }

    /** What is not written yet. */
    List<Note> noted() {
        return noted;
    }

    /** Within the open transaction. */
    void save() throws SQLException {
        for (Gap gap : told.values()) {
            tell.setLong(1, gap.count);
            tell.setLong(2, gap.id);
            tell.setString(3, sink);
            tell.setLong(4, gap.first);
            tell.setLong(5, gap.last);
            tell.executeUpdate();
        }
        for (Note gap : noted) {
            gaps.record(sink, gap.recSid, gap.first, gap.last, gap.count, gap.reason);
        }
    }

    /**
     * The transaction is durable.
     *
     * @return whether there is something new to be told
     */
    boolean committed() {
        told.clear();
        boolean more = !noted.isEmpty();
        noted.clear();
        hasOpen |= more;
        return more;
    }
}
