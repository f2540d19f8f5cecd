package io.slipway.store;

import io.slipway.sync.Block;
import io.slipway.sync.EntriesCodec;
import io.slipway.sync.Entry;
import io.slipway.sync.EntryTable;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Shared values in a replica's file. What is changed belongs to the file's open transaction. No method throws: a disk
 * that fails has the transaction fail as a whole. One thread, that of the {@link ReplicaFile}.
 */
public final class ReplicaValues implements EntryTable {
    private static final String COLUMNS = "k, v, hlc, sid, number";

    private final ReplicaFile file;
    private final ReplicaTransaction transaction;
    private final Database database;
    private final ReplicaStreams streams;
    private final PreparedStatement find;
    private final PreparedStatement put;
    private final PreparedStatement past;
    private final PreparedStatement addPast;
    private final List<Entry> staged = new ArrayList<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private long highest;
    private long floor;

    ReplicaValues(ReplicaFile file, ReplicaTransaction transaction, Database database, ReplicaStreams streams)
            throws SQLException {
        this.file = file;
        this.transaction = transaction;
        this.database = database;
        this.streams = streams;
        this.find = database.prepare("SELECT " + COLUMNS + " FROM entry WHERE k=?");
        this.put = database.prepare("INSERT OR REPLACE INTO entry(" + COLUMNS + ") VALUES(?,?,?,?,?)");
        this.past = database.prepare("SELECT " + COLUMNS + " FROM history WHERE k=? ORDER BY n");
        this.addPast = database.prepare("INSERT INTO history(" + COLUMNS + ", n) VALUES(?,?,?,?,?,?)");
        load();
    }

    private void load() throws SQLException {
        highest = database.number("SELECT v FROM meta WHERE k='highest'");
        floor = database.number("SELECT v FROM meta WHERE k='floor'");
    }

    @Override
    public Entry find(String key) {
        try {
            find.setString(1, key);
            try (ResultSet row = find.executeQuery()) {
                return row.next() ? entry(row) : null;
            }
        } catch (SQLException failed) {
            transaction.failed(failed);
            return null;
        }
    }

    private Entry entry(ResultSet row) throws SQLException {
        ReplicaStreams.Row stream = streams.find(row.getLong(4));
        if (stream == null) {
            throw Database.damage("a value of stream " + row.getLong(4) + ", which is not there");
        }
        return new Entry(row.getString(1), row.getBytes(2), row.getLong(3), stream.key, row.getLong(5));
    }

    private void bind(PreparedStatement statement, Entry entry) throws SQLException {
        statement.setString(1, entry.key);
        statement.setBytes(2, entry.value);
        statement.setLong(3, entry.hlc);
        statement.setLong(4, streams.of(entry.stream).sid);
        statement.setLong(5, entry.number);
    }

    @Override
    public void put(Entry entry) {
        changed.add(entry.key);
        try {
            transaction.begin();
            bind(put, entry);
            put.executeUpdate();
        } catch (SQLException failed) {
            transaction.failed(failed);
        }
    }

    @Override
    public void remove(String key) {
        changed.add(key);
        delete("DELETE FROM entry WHERE k=?", key);
        delete("DELETE FROM history WHERE k=?", key);
    }

    private void delete(String sql, String key) {
        try {
            transaction.begin();
            try (PreparedStatement delete = database.prepare(sql)) {
                delete.setString(1, key);
                delete.executeUpdate();
            }
        } catch (SQLException failed) {
            transaction.failed(failed);
        }
    }

    @Override
    public List<Entry> history(String key) {
        List<Entry> entries = new ArrayList<>();
        try {
            past.setString(1, key);
            try (ResultSet row = past.executeQuery()) {
                while (row.next()) {
                    entries.add(entry(row));
                }
            }
        } catch (SQLException failed) {
            transaction.failed(failed);
        }
        return entries;
    }

    @Override
    public void history(String key, List<Entry> latestFirst) {
        delete("DELETE FROM history WHERE k=?", key);
        try {
            transaction.begin();
            for (int n = 0; n < latestFirst.size(); n++) {
                bind(addPast, latestFirst.get(n));
                addPast.setInt(6, n);
                addPast.executeUpdate();
            }
        } catch (SQLException failed) {
            transaction.failed(failed);
        }
    }

    @Override
    public List<Entry> tombstones(int most) {
        return select("WHERE v IS NULL AND number>0 ORDER BY k LIMIT " + most);
    }

    private List<Entry> select(String condition) {
        List<Entry> entries = new ArrayList<>();
        try (PreparedStatement query = database.prepare("SELECT " + COLUMNS + " FROM entry " + condition);
             ResultSet row = query.executeQuery()) {
            while (row.next()) {
                entries.add(entry(row));
            }
        } catch (SQLException failed) {
            transaction.failed(failed);
            return Collections.emptyList();
        }
        return entries;
    }

    /** The keys that have a value, in their order. */
    public List<String> keys() {
        List<String> keys = new ArrayList<>();
        try (PreparedStatement query = database.prepare("SELECT k FROM entry WHERE v IS NOT NULL ORDER BY k");
             ResultSet row = query.executeQuery()) {
            while (row.next()) {
                keys.add(row.getString(1));
            }
        } catch (SQLException failed) {
            transaction.failed(failed);
        }
        return keys;
    }

    @Override
    public void stage(Entry entry) {
        staged.add(entry);
    }

    /** Puts what was staged into blocks of the stream of values of this life, within the open transaction. */
    void seal() throws SQLException {
        int from = 0;
        while (from < staged.size()) {
            int bytes = 16;
            int to = from;
            while (to < staged.size() && bytes + EntriesCodec.size(staged.get(to)) + 8 <= Block.MAX_PAYLOAD) {
                bytes += EntriesCodec.size(staged.get(to++)) + 8;
            }
            seal(staged.subList(from, to));
            from = to;
        }
        staged.clear();
        meta("highest", highest);
        meta("floor", floor);
    }

    private void seal(List<Entry> entries) throws SQLException {
        Block block = file.sealValues(entries.get(0).stream, EntriesCodec.encode(entries));
        try (PreparedStatement number = database.prepare("UPDATE entry SET number=? WHERE k=? AND hlc=? AND sid=?")) {
            for (Entry entry : entries) {
                number.setLong(1, block.number);
                number.setString(2, entry.key);
                number.setLong(3, entry.hlc);
                number.setLong(4, streams.of(entry.stream).sid);
                number.executeUpdate();
            }
        }
    }

    private void meta(String key, long value) throws SQLException {
        if (value != database.number("SELECT v FROM meta WHERE k='" + key + "'")) {
            database.execute("INSERT OR REPLACE INTO meta(k, v) VALUES('" + key + "', " + value + ")");
        }
    }

    /** The keys of which something changed since this was asked last; to be asked after a commit. */
    public List<String> takeChanged() {
        List<String> keys = new ArrayList<>(changed);
        changed.clear();
        return keys;
    }

    void rolledBack() throws SQLException {
        staged.clear();
        changed.clear();
        load();
    }

    @Override
    public long highest() {
        return highest;
    }

    @Override
    public void highest(long hlc) {
        highest = hlc;
    }

    @Override
    public long floor() {
        return floor;
    }

    @Override
    public void floor(long hlc) {
        floor = hlc;
    }

    void close() throws SQLException {
        find.close();
        put.close();
        past.close();
        addPast.close();
    }
}
