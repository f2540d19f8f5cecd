package io.slipway.store;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One small table of keys and bytes that outlives the gateway. Who owns the records has them all in memory; here is a
 * copy of each, which is written with the next commit of readings, or by itself when it has waited for long enough or
 * is urgent. Of several changes to one record between two commits the last is written. Any thread.
 */
public final class Records {
    /** Hears what becomes of the table. Called by the store's thread: must not block. */
    public interface Owner {
        /** What an earlier life left, once, as soon as there is a database: perhaps before anything else. */
        void found(Map<Long, byte[]> records);

        /** Another database took the place of the first: everything that is to be kept is to be put again. */
        void lost();
    }

    /** Hears whether a record is safe. Called by the store's thread, once: must not block and must not throw. */
    public interface Receipt {
        /**
         * Its fate is known, for now.
         *
         * @param durable whether it survives a power cut; if not, the disk refused, and it is tried again
         */
        void kept(boolean durable);
    }

    /** The tables that there are. */
    static final String[] TABLES = {"node", "cmd"};

    /** What is to be written. */
    private static final class Change {
        /** {@code null} for a removal. */
        private final byte[] body;
        private Receipt receipt;

        Change(byte[] body, Receipt receipt) {
            this.body = body;
            this.receipt = receipt;
        }

        synchronized boolean isAwaited() {
            return receipt != null;
        }

        void told(boolean durable) {
            Receipt waiting;
            synchronized (this) {
                waiting = receipt;
                receipt = null;
            }
            if (waiting != null) {
                waiting.kept(durable);
            }
        }
    }

    private final String table;
    private final long patienceNs;
    private final Intake intake;
    private final Health health;
    /** Set before the store's thread starts or by it. */
    private Owner owner;
    private final Map<Long, Change> pending = new LinkedHashMap<>();
    private long pendingSinceNs;
    private boolean urgent;
    /** In the open transaction. The store's thread only. */
    private final Map<Long, Change> writing = new LinkedHashMap<>();
    private Map<Long, byte[]> found;
    private boolean connected;

    /** @param patienceMs how long a record may wait for a commit that comes anyway */
    Records(String table, long patienceMs, Intake intake, Health health) {
        this.table = table;
        this.patienceNs = patienceMs * 1_000_000L;
        this.intake = intake;
        this.health = health;
    }

    /** Takes the place of what was known under that key. It is durable when a commit took it with it. */
    public void put(long key, byte[] body) {
        change(key, new Change(body, null), false);
    }

    /** The same at once: the receipt says when it is durable, or that it is not. */
    public void put(long key, byte[] body, Receipt receipt) {
        change(key, new Change(body, receipt), true);
    }

    /** Removes what is known under that key, with a commit that comes anyway. */
    public void remove(long key) {
        change(key, new Change(null, null), false);
    }

    private void change(long key, Change change, boolean isUrgent) {
        Change before;
        boolean wakes;
        synchronized (this) {
            if (pending.isEmpty()) {
                pendingSinceNs = System.nanoTime();
            }
            before = pending.put(key, change);
            wakes = isUrgent && !urgent;
            urgent |= isUrgent;
        }
        if (before != null) {
            before.told(false);
        }
        if (wakes && !intake.wake()) {
            refused();
        }
    }

    /** Whether something is to be written now. The store's thread only. */
    synchronized boolean isDue(boolean closing) {
        return !pending.isEmpty()
            && (urgent || closing || System.nanoTime() - pendingSinceNs >= patienceNs);
    }

    /** Within the open transaction writes what waits. */
    void write(Database database) throws SQLException {
        writing.clear();
        synchronized (this) {
            writing.putAll(pending);
        }
        if (writing.isEmpty()) {
            return;
        }
        try (PreparedStatement put = database.prepare("INSERT OR REPLACE INTO " + table
                + "(k, v, crc) VALUES(?, ?, ?)");
             PreparedStatement remove = database.prepare("DELETE FROM " + table + " WHERE k=?")) {
            for (Map.Entry<Long, Change> change : writing.entrySet()) {
                byte[] body = change.getValue().body;
                PreparedStatement statement = body == null ? remove : put;
                statement.setLong(1, change.getKey());
                if (body != null) {
                    statement.setBytes(2, body);
                    statement.setLong(3, Checksum.record(table, change.getKey(), body));
                }
                statement.executeUpdate();
            }
        }
    }

    /** What was written is durable. */
    void committed() {
        synchronized (this) {
            for (Map.Entry<Long, Change> change : writing.entrySet()) {
                if (pending.get(change.getKey()) == change.getValue()) {
                    pending.remove(change.getKey());
                }
            }
            urgent = false;
            for (Change later : pending.values()) {
                urgent |= later.isAwaited();
            }
        }
        health.count(Counter.STORE_RECORDS, writing.size());
        for (Change change : writing.values()) {
            change.told(true);
        }
        writing.clear();
    }

    /** The disk refuses for now: who waits is told, and all is tried again. */
    void refused() {
        List<Change> waiting;
        synchronized (this) {
            waiting = new ArrayList<>(pending.values());
        }
        for (Change change : waiting) {
            change.told(false);
        }
    }

    /** Who has the records. What was found already is handed over at once. */
    void owned(Owner by) {
        owner = by;
        handOver();
    }

    /** A database was opened: the first time its records are read, later it gets those of the owner. */
    void connect(Database database) throws SQLException {
        if (connected) {
            if (owner != null) {
                owner.lost();
            }
            return;
        }
        Map<Long, byte[]> rows = new LinkedHashMap<>();
        try (PreparedStatement all = database.prepare("SELECT k, v, crc FROM " + table + " ORDER BY k");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                long key = row.getLong(1);
                byte[] body = row.getBytes(2);
                if (body != null && row.getLong(3) == Checksum.record(table, key, body)) {
                    rows.put(key, body);
                } else {
                    health.error("a damaged record of " + table + " is left out");
                }
            }
        }
        found = rows;
        connected = true;
        handOver();
    }

    private void handOver() {
        if (owner != null && found != null) {
            Map<Long, byte[]> rows = found;
            found = null;
            owner.found(rows);
        }
    }
}
