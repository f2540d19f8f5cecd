package io.slipway.store;

import io.slipway.reading.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far the wall clock is ahead of the monotonic clock of each epoch, in milliseconds: the table {@code clk}. Learned
 * from the readings whose clock could be trusted, and committed with them; with it a reading from before the clock was
 * set gets the time that it must have been. The epoch of a life in which the clock was never right has none.
 *
 * <p>The first difference is taken as it is. Another one, by more than {@value #TOLERANCE_MS} ms, counts only when it
 * has stood for {@value #STEADY_MS} ms by the monotonic clock: a clock is often set in several steps. The store's
 * thread only.
 */
final class Clocks {
    /** What a clock may be slewed by before the difference is another. */
    private static final long TOLERANCE_MS = 2000;
    private static final long STEADY_MS = 10_000;

    private final Map<Long, Long> offsets = new HashMap<>();
    private final PreparedStatement save;
    /** A difference that may become the one that counts. */
    private long candidateMs;
    private long candidateSince;
    private boolean hasCandidate;
    /** Written in the open transaction, true once that is committed. */
    private long savedSid;
    private long savedMs;
    private boolean saved;

    Clocks(Database database) throws SQLException {
        save = database.prepare("INSERT OR REPLACE INTO clk(sid, offset_ms) VALUES(?, ?)");
        try (PreparedStatement all = database.prepare("SELECT sid, offset_ms FROM clk");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                offsets.put(row.getLong(1), row.getLong(2));
            }
        }
    }

    /** Learns from readings of one epoch, in their order, within the transaction that commits them. */
    void observe(long sid, List<Reading> readings) throws SQLException {
        saved = false;
        Long known = offsets.get(sid);
        for (int i = 0; i < readings.size(); i++) {
            Reading reading = readings.get(i);
            if (!reading.clockOk) {
                continue;
            }
            long offset = reading.at - reading.mono;
            if (known == null || isSteady(known, offset, reading.mono)) {
                known = offset;
                savedSid = sid;
                savedMs = offset;
                saved = true;
                hasCandidate = false;
            }
        }
        if (saved) {
            save.setLong(1, savedSid);
            save.setLong(2, savedMs);
            save.executeUpdate();
        }
    }

    private boolean isSteady(long known, long offset, long mono) {
        if (isNear(known, offset)) {
            hasCandidate = false;
            return false;
        }
        if (!hasCandidate || !isNear(candidateMs, offset)) {
            hasCandidate = true;
            candidateMs = offset;
            candidateSince = mono;
        }
        return mono - candidateSince >= STEADY_MS;
    }

    private static boolean isNear(long one, long other) {
        return Math.abs(one - other) <= TOLERANCE_MS;
    }

    /** What was written is durable. */
    void committed() {
        if (saved) {
            offsets.put(savedSid, savedMs);
            saved = false;
        }
    }

    /** What the wall clock is ahead in that epoch; {@code null} where it was never right. */
    Long offset(long sid) {
        return offsets.get(sid);
    }

    /** Copies readings of one epoch, with times for those that have none, where they are known. */
    List<Reading> timed(long sid, List<Reading> readings) {
        return timed(readings, offsets.get(sid));
    }

    /** The same with a difference that may be {@code null}. */
    static List<Reading> timed(List<Reading> readings, Long offsetMs) {
        List<Reading> timed = new ArrayList<>(readings);
        if (offsetMs != null) {
            for (int i = 0; i < timed.size(); i++) {
                timed.set(i, timed.get(i).timedBy(offsetMs));
            }
        }
        return timed;
    }
}
