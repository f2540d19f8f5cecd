package io.slipway.store;

import io.slipway.reading.Epoch;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which stream is whose: the table {@code strm}, of which nearly nothing changes after the start. */
final class Streams {
    /** Readings; other kinds are for other things than readings. */
    private static final int TELEMETRY = 0;

    private final Database database;
    private final Map<Long, Epoch> epochs = new HashMap<>();
    private final Map<Long, String> origins = new HashMap<>();
    private final Map<Long, Long> ran = new HashMap<>();

    Streams(Database database) throws SQLException {
        this.database = database;
        try (PreparedStatement all = database.prepare("SELECT sid, origin, boot, nonce, ran FROM strm");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                origins.put(row.getLong(1), row.getString(2));
                epochs.put(row.getLong(1), new Epoch(row.getInt(3), row.getInt(4)));
                ran.put(row.getLong(1), row.getLong(5));
            }
        }
    }

    /**
     * Begins a new epoch of this gateway within the open transaction: the boot counter goes up and a new nonce is
     * drawn, so that not even a restored database can give out an identity twice.
     *
     * @return the new stream's number
     */
    long begin(String origin) throws SQLException {
        int boot = (int) database.number("SELECT v FROM meta WHERE k='boot'") + 1;
        Epoch epoch = new Epoch(boot, nonce());
        database.execute("INSERT OR REPLACE INTO meta(k, v) VALUES('boot', " + boot + ")");
        database.execute("UPDATE strm SET closed=1 WHERE closed=0");
        try (PreparedStatement insert = database.prepare("INSERT INTO strm(origin, boot, nonce, kind, low, contig,"
                + " hash, closed) VALUES(?, ?, ?, ?, 1, 0, ?, 0)")) {
            insert.setString(1, origin);
            insert.setInt(2, boot);
            insert.setInt(3, epoch.nonce());
            insert.setInt(4, TELEMETRY);
            insert.setBytes(5, Blocks.NO_HASH);
            insert.executeUpdate();
        }
        long sid = database.number("SELECT last_insert_rowid()");
        epochs.put(sid, epoch);
        origins.put(sid, origin);
        return sid;
    }

    /**
     * Forgets lives of which nothing is left, within the open transaction: no block that they sealed or whose readings
     * they took in, nothing staged, no gap that a destination was not told of, no cursor in them. Their running time
     * counts on with the life before, for what is older still grows older by it. Numbers of streams are not given out
     * again: the newest always stays.
     *
     * @param most at most so many
     */
    void forgetEmpty(String origin, long newest, int most) throws SQLException {
        try (PreparedStatement empty = database.prepare("SELECT sid, ran FROM strm WHERE kind=" + TELEMETRY
                + " AND origin=? AND sid<? AND NOT EXISTS(SELECT 1 FROM blk WHERE rec_sid=strm.sid)"
                + " AND NOT EXISTS(SELECT 1 FROM blk WHERE id BETWEEN strm.sid<<40 AND (strm.sid+1<<40)-1)"
                + " AND NOT EXISTS(SELECT 1 FROM stage WHERE rec_sid=strm.sid)"
                + " AND NOT EXISTS(SELECT 1 FROM gap WHERE rec_sid=strm.sid AND reported<n)"
                + " AND NOT EXISTS(SELECT 1 FROM sink_ack WHERE sid=strm.sid)"
                + " AND NOT EXISTS(SELECT 1 FROM sink_ahead WHERE strm.sid BETWEEN from_sid AND to_sid)"
                + " ORDER BY sid LIMIT ?")) {
            empty.setString(1, origin);
            empty.setLong(2, newest);
            empty.setInt(3, most);
            List<long[]> found = new ArrayList<>();
            try (ResultSet row = empty.executeQuery()) {
                while (row.next()) {
                    found.add(new long[] {row.getLong(1), row.getLong(2)});
                }
            }
            for (long[] one : found) {
                forget(origin, one[0], one[1]);
            }
        }
    }

    private void forget(String origin, long sid, long ranMs) throws SQLException {
        try (PreparedStatement pass = database.prepare("UPDATE strm SET ran=ran+? WHERE sid=(SELECT MAX(sid) FROM strm"
                + " WHERE origin=? AND kind=" + TELEMETRY + " AND sid<?)")) {
            pass.setLong(1, ranMs);
            pass.setString(2, origin);
            pass.setLong(3, sid);
            pass.executeUpdate();
        }
        database.execute("DELETE FROM gap WHERE rec_sid=" + sid);
        database.execute("DELETE FROM clk WHERE sid=" + sid);
        database.execute("DELETE FROM strm WHERE sid=" + sid);
    }

    /** For how many milliseconds an earlier epoch is known to have lasted. */
    long ranMs(long sid) {
        Long known = ran.get(sid);
        return known == null ? 0 : known;
    }

    /** For how many milliseconds the epochs between these two are known to have lasted, taken together. */
    long ranMsBetween(long earlier, long later) {
        long sum = 0;
        for (Map.Entry<Long, Long> one : ran.entrySet()) {
            long sid = one.getKey();
            if (sid > earlier && sid < later && origins.get(sid).equals(origins.get(later))) {
                sum += one.getValue();
            }
        }
        return sum;
    }

    /** From the kernel, as SecureRandom has it too; but that one loads 60 classes and their tables for it. */
    private static int nonce() {
        try (DataInputStream random = new DataInputStream(new FileInputStream("/dev/urandom"))) {
            return random.readInt();
        } catch (IOException absent) {
            return new SecureRandom().nextInt();
        }
    }

    Epoch epoch(long sid) {
        return epochs.get(sid);
    }

    String origin(long sid) {
        return origins.get(sid);
    }
}
