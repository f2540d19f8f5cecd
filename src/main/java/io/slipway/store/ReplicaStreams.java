package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.sync.Block;
import io.slipway.sync.Chain;
import io.slipway.sync.StreamKey;
import io.slipway.sync.StreamState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table {@code strm} of a replica, which is in memory whole: at most some thousand rows. One thread. */
final class ReplicaStreams {
    /** A stream as the open transaction sees it. */
    static final class Row {
        final long sid;
        final StreamKey key;
        long low = 1;
        long contig;
        /** {@code null} where nobody knows it. */
        byte[] hash = Chain.start();
        long total;
        boolean closed;

        Row(long sid, StreamKey key) {
            this.sid = sid;
            this.key = key;
        }

        StreamState state() {
            return new StreamState(key, low, contig, hash, total, closed);
        }
    }

    private final Database database;
    private final Map<StreamKey, Row> rows = new LinkedHashMap<>();
    private final Map<Long, Row> bySid = new HashMap<>();
    private final PreparedStatement insert;
    private final PreparedStatement update;

    ReplicaStreams(Database database) throws SQLException {
        this.database = database;
        this.insert = database.prepare("INSERT INTO strm(sid, origin, boot, nonce, kind, low, contig, hash, total,"
            + " closed) VALUES(?,?,?,?,?,1,0,zeroblob(16),0,0)");
        this.update = database.prepare("UPDATE strm SET low=?, contig=?, hash=?, total=?, closed=? WHERE sid=?");
        load();
    }

    /** Reads what is committed, after a transaction failed. */
    void load() throws SQLException {
        rows.clear();
        bySid.clear();
        try (PreparedStatement all = database.prepare("SELECT sid, origin, boot, nonce, kind, low, contig, hash, total,"
                + " closed FROM strm ORDER BY sid");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                Row one = new Row(row.getLong(1), new StreamKey(row.getString(2),
                    new Epoch(row.getInt(3), row.getInt(4)), row.getInt(5)));
                one.low = row.getLong(6);
                one.contig = row.getLong(7);
                one.hash = row.getBytes(8);
                one.total = row.getLong(9);
                one.closed = row.getInt(10) == 1;
                add(one);
            }
        }
    }

    private void add(Row row) {
        rows.put(row.key, row);
        bySid.put(row.sid, row);
    }

    /** {@code null} where nothing is known of it. */
    Row find(StreamKey key) {
        return rows.get(key);
    }

    /** {@code null} where there is none of that number. */
    Row find(long sid) {
        return bySid.get(sid);
    }

    Collection<Row> all() {
        return rows.values();
    }

    List<StreamState> states() {
        List<StreamState> states = new ArrayList<>(rows.size());
        for (Row row : rows.values()) {
            states.add(row.state());
        }
        return states;
    }

    /** The row, made within the open transaction where there is none. */
    Row of(StreamKey key) throws SQLException {
        Row row = rows.get(key);
        if (row == null) {
            // Numbers of streams that were forgotten may come again: nothing refers to them any more.
            row = new Row(database.number("SELECT max(sid) FROM strm") + 1, key);
            insert.setLong(1, row.sid);
            insert.setString(2, key.origin);
            insert.setInt(3, key.epoch.boot());
            insert.setInt(4, key.epoch.nonce());
            insert.setInt(5, key.kind);
            insert.executeUpdate();
            add(row);
        }
        return row;
    }

    /** Writes what changed of it, within the open transaction. */
    void save(Row row) throws SQLException {
        update.setLong(1, row.low);
        update.setLong(2, row.contig);
        update.setBytes(3, row.hash);
        update.setLong(4, row.total);
        update.setInt(5, row.closed ? 1 : 0);
        update.setLong(6, row.sid);
        update.executeUpdate();
    }

    /** Puts a block behind its last one, within the open transaction. */
    void append(Row row, Block block, ReplicaBlocks blocks) throws SQLException {
        row.total += block.count;
        blocks.insert(row, block, row.total);
        row.contig = block.number;
        row.hash = block.hash;
        save(row);
    }

    /** Removes it within the open transaction. */
    void remove(Row row) throws SQLException {
        database.execute("DELETE FROM strm WHERE sid=" + row.sid);
        rows.remove(row.key);
        bySid.remove(row.sid);
    }

    void close() throws SQLException {
        insert.close();
        update.close();
    }
}
