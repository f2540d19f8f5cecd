package io.slipway.store;

import io.slipway.reading.Epoch;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
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
        Epoch epoch = new Epoch(boot, new SecureRandom().nextInt());
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

    Epoch epoch(long sid) {
        return epochs.get(sid);
    }

    String origin(long sid) {
        return origins.get(sid);
    }
}
