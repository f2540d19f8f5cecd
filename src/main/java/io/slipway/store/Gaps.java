package io.slipway.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Readings that destinations will never get because of damage, on record in the table {@code gap}. What is noted is
 * written with the next commit. The store's thread only.
 */
final class Gaps {
    /** The reasons in the table. */
    static final String DAMAGE = "damage";
    static final String RETENTION = "retention";
    /** The last number of a range whose end nobody knows; the largest that every JSON reader can hold. */
    static final long UNKNOWN_END = (1L << 53) - 1;

    private final PreparedStatement insert;
    private final List<Object[]> noted = new ArrayList<>();

    Gaps(Database database) throws SQLException {
        this.insert = database.prepare("INSERT INTO gap(sink, rec_sid, first, last, n, reason)"
            + " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM gap WHERE sink=?1 AND rec_sid=?2"
            + " AND first<=?3 AND last>=?4)");
    }

    /**
     * Takes note of a range, both ends included.
     *
     * @param recSid 0 for streams that nobody knows any more
     * @param count of readings; 0 where nobody knows
     * @param reason {@link #DAMAGE}, or {@link #RETENTION} where there was no room for them
     */
    void note(String sink, long recSid, long first, long last, long count, String reason) {
        noted.add(new Object[] {sink, recSid, first, last, count, reason});
    }

    /** What was noted and is not durable yet. */
    List<Object[]> noted() {
        return noted;
    }

    /** Takes over what was noted for another database. */
    void noteAll(List<Object[]> others) {
        noted.addAll(others);
    }

    boolean isEmpty() {
        return noted.isEmpty();
    }

    /** Writes what was noted within the open transaction. */
    void save() throws SQLException {
        for (Object[] gap : noted) {
            for (int i = 0; i < gap.length; i++) {
                insert.setObject(i + 1, gap[i]);
            }
            insert.executeUpdate();
        }
    }

    /** What was written is durable. */
    void committed() {
        noted.clear();
    }
}
