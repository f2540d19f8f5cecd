package io.slipway.store;

import io.slipway.reading.Epoch;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
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

    Streams(Database database) throws SQLException {
        this.database = database;
        try (PreparedStatement all = database.prepare("SELECT sid, origin, boot, nonce FROM strm");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                origins.put(row.getLong(1), row.getString(2));
                epochs.put(row.getLong(1), new Epoch(row.getInt(3), row.getInt(4)));
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
