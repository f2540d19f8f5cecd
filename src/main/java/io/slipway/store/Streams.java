package io.slipway.store;

import io.slipway.health.KernelRandom;
import io.slipway.reading.Epoch;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which stream is whose: the table {@code strm}, of which nearly nothing changes after the start. */
final class Streams {
    /** Readings; other kinds are for other things than readings. */
    private static final int TELEMETRY = 0;
    /** The copy of the table that its UNIQUE keeps. */
    static final String BY_INDEX =
        "SELECT sid, origin, boot, nonce FROM strm INDEXED BY sqlite_autoindex_strm_1 WHERE origin >= ''";

    private final Database database;
    private final Map<Long, Epoch> epochs = new HashMap<>();
    private final Map<Long, String> origins = new HashMap<>();
    private final Map<Long, Long> ran = new HashMap<>();
    private long recSid;
    private long sid;

    Streams(Database database) throws SQLException {
        this.database = database;
        try (PreparedStatement all = database.prepare("SELECT sid, origin, boot, nonce, ran FROM strm NOT INDEXED");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                origins.put(row.getLong(1), row.getString(2));
                epochs.put(row.getLong(1), new Epoch(row.getInt(3), row.getInt(4)));
                ran.put(row.getLong(1), row.getLong(5));
            }
        }
        compareWithIndex();
    }

    /** Whose the readings are hangs on these few rows, so the second copy of them that the index is must agree. */
    private void compareWithIndex() throws SQLException {
        int count = 0;
        try (PreparedStatement all = database.prepare(BY_INDEX); ResultSet row = all.executeQuery()) {
            while (row.next()) {
                count++;
                long number = row.getLong(1);
                if (!row.getString(2).equals(origins.get(number))
                    || !new Epoch(row.getInt(3), row.getInt(4)).equals(epochs.get(number))) {
                    throw Database.damage("stream " + number + " is another one in the index");
                }
            }
        }
        if (count != epochs.size()) {
            throw Database.damage("streams are missing");
        }
    }

    /**
     * Begins a life of this gateway within the open transaction, or goes on with one that the store began before it
     * had this database, or had it open. Where the life has a stream here already, its blocks go to a new one: whether
     * they would go on where the old one's chain ends is not known, and one number must never name two blocks.
     *
     * @param life {@code null} for a new one: the boot counter goes up and a new nonce is drawn, so that not even a
     *     restored database can give out an identity twice
     */
    void begin(String origin, Epoch life) throws SQLException {
        int boot = (int) database.number("SELECT v FROM meta WHERE k='boot'");
        Epoch epoch = life == null ? drawn(boot + 1) : life;
        database.execute("UPDATE strm SET closed=1 WHERE closed=0");
        recSid = find(origin, epoch);
        Epoch last = recSid == 0 ? epoch : drawn(Math.max(boot, epoch.boot()) + 1);
        sid = insert(origin, last);
        if (recSid == 0) {
            recSid = sid;
        }
        database.execute("INSERT OR REPLACE INTO meta(k, v) VALUES('boot', " + Math.max(boot, last.boot()) + ")");
    }

    /** An epoch that nobody else has. */
    static Epoch drawn(int boot) {
        return new Epoch(boot, (int) KernelRandom.next());
    }

    private long find(String origin, Epoch epoch) {
        for (Map.Entry<Long, Epoch> entry : epochs.entrySet()) {
            if (entry.getValue().equals(epoch) && origins.get(entry.getKey()).equals(origin)) {
                return entry.getKey();
            }
        }
        return 0;
    }

    private long insert(String origin, Epoch epoch) throws SQLException {
        long number = database.number("SELECT MAX(COALESCE((SELECT MAX(sid) FROM strm), 0),"
            + " COALESCE((SELECT v FROM meta WHERE k='" + Seed.FLOOR + "'), 0))") + 1;
        try (PreparedStatement insert = database.prepare("INSERT INTO strm(sid, origin, boot, nonce, kind, low, contig,"
                + " hash, closed) VALUES(?, ?, ?, ?, ?, 1, 0, ?, 0)")) {
            insert.setLong(1, number);
            insert.setString(2, origin);
            insert.setInt(3, epoch.boot());
            insert.setInt(4, epoch.nonce());
            insert.setInt(5, TELEMETRY);
            insert.setBytes(6, Blocks.NO_HASH);
            insert.executeUpdate();
        }
        epochs.put(number, epoch);
        origins.put(number, origin);
        return number;
    }

    /** The stream of the life's readings: what their positions are counted in. */
    long recSid() {
        return recSid;
    }

    /** The stream that the life's blocks go to; nearly always {@link #recSid}. */
    long sid() {
        return sid;
    }

    /** Every stream's number. */
    Set<Long> numbers() {
        return epochs.keySet();
    }

    /**
     * Forgets lives of which nothing is left, within the open transaction: no block that they sealed or whose readings
     * they took in, nothing staged, no gap that a destination was not told of, no cursor in them. Their running time
     * counts on with the life before, for what is older still grows older by it. Numbers of streams are not given out
     * again: the newest always stays. Nothing is forgotten while a file that was set aside may still have readings.
     *
     * @param most at most so many
     */
    void forgetEmpty(String origin, int most) throws SQLException {
        if (recSid != sid || Seed.isSalvageDue(database)) {
            return;
        }
        try (PreparedStatement empty = database.prepare("SELECT sid, ran FROM strm WHERE kind=" + TELEMETRY
                + " AND origin=? AND sid<? AND NOT EXISTS(SELECT 1 FROM blk WHERE rec_sid=strm.sid)"
                + " AND NOT EXISTS(SELECT 1 FROM blk WHERE id BETWEEN strm.sid<<40 AND (strm.sid+1<<40)-1)"
                + " AND NOT EXISTS(SELECT 1 FROM stage WHERE rec_sid=strm.sid)"
                + " AND NOT EXISTS(SELECT 1 FROM gap WHERE rec_sid=strm.sid AND " + Gaps.UNTOLD + ")"
                + " AND NOT EXISTS(SELECT 1 FROM sink_ack WHERE sid=strm.sid)"
                + " AND NOT EXISTS(SELECT 1 FROM sink_ahead WHERE strm.sid BETWEEN from_sid AND to_sid)"
                + " ORDER BY sid LIMIT ?")) {
            empty.setString(1, origin);
            empty.setLong(2, this.sid);
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
        database.execute("DELETE FROM meta WHERE k='" + Seed.END + sid + "'");
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

    /** For how long the gateway is known to have run between a moment of an earlier epoch and the start of this one. */
    long ranMsSince(Epoch epoch, long monoMs) {
        for (Map.Entry<Long, Epoch> one : epochs.entrySet()) {
            long number = one.getKey();
            if (one.getValue().equals(epoch) && number < recSid) {
                return Math.max(0, ranMs(number) - monoMs) + ranMsBetween(number, recSid);
            }
        }
        return 0;
    }

    /** The stream of this gateway's readings of a life; 0 where none is known. */
    long ownSid(Epoch epoch) {
        return find(ownOrigin(), epoch);
    }

    /** {@code null} where the stream is not known. */
    Epoch epoch(long sid) {
        return epochs.get(sid);
    }

    /** Of this life. */
    String ownOrigin() {
        return origins.get(recSid);
    }

    /** {@code null} where the stream is not known. */
    String origin(long sid) {
        return origins.get(sid);
    }
}
