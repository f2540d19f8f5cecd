package io.slipway.store;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Keeps the database within its bytes: the oldest blocks go first, whole, and where a destination had not
 * acknowledged some of their readings, {@code gap} says which. The store's thread only.
 */
final class Retention {
    /** No more blocks than this go with one commit, so that none takes long, but for twice the bytes that it adds. */
    private static final int BLOCKS_A_COMMIT = 8;

    private static final class Loss {
        private final StoredOutbox outbox;
        private final Position last;
        private final long count;

        Loss(StoredOutbox outbox, Position last, long count) {
            this.outbox = outbox;
            this.last = last;
            this.count = count;
        }
    }

    private final Database database;
    private final long maxBytes;
    private final Health health;
    private final PreparedStatement oldest;
    private final PreparedStatement delete;
    private final PreparedStatement lastGap;
    private final PreparedStatement insertGap;
    private final PreparedStatement growGap;
    private long expired;
    private final List<Loss> losses = new ArrayList<>();

    Retention(Database database, long maxBytes, Health health) throws SQLException {
        this.database = database;
        this.maxBytes = maxBytes;
        this.health = health;
        this.oldest = database.prepare("SELECT id, rec_sid, first, last, n FROM blk ORDER BY id LIMIT 1");
        this.delete = database.prepare("DELETE FROM blk WHERE id=?");
        this.lastGap = database.prepare("SELECT id FROM gap WHERE sink=? AND rec_sid=? AND last=? LIMIT 1");
        this.insertGap = database.prepare(
            "INSERT INTO gap(sink, rec_sid, first, last, n, reason) VALUES(?, ?, ?, ?, ?, 'retention')");
        this.growGap = database.prepare("UPDATE gap SET last=?, n=n+? WHERE id=?");
    }

    /** Deletes within the open transaction; {@link #committed} is called once that is durable. */
    void apply(Collection<StoredOutbox> outboxes, long addedBytes) throws SQLException {
        expired = 0;
        losses.clear();
        long before = database.usedBytes();
        long used = before;
        int deleted = 0;
        while (used > maxBytes && (deleted < BLOCKS_A_COMMIT || before - used < 2 * addedBytes)
            && deleteOldest(outboxes)) {
            deleted++;
            used = database.usedBytes();
        }
    }

    private boolean deleteOldest(Collection<StoredOutbox> outboxes) throws SQLException {
        long id;
        long recSid;
        long first;
        long last;
        long count;
        try (ResultSet row = oldest.executeQuery()) {
            if (!row.next()) {
                return false;
            }
            id = row.getLong(1);
            recSid = row.getLong(2);
            first = row.getLong(3);
            last = row.getLong(4);
            count = row.getLong(5);
        }
        for (StoredOutbox outbox : outboxes) {
            if (outbox.cursor().isBefore(recSid, last)) {
                boolean whole = outbox.cursor().isBefore(recSid, first);
                long from = whole ? first : outbox.cursor().seq + 1;
                // A block that the cursor cuts is counted from the cursor on: numbers within a block rarely have holes.
                long unsent = whole ? count : Math.min(count, last - from + 1);
                recordGap(outbox.sink(), recSid, from, last, unsent);
                losses.add(new Loss(outbox, new Position(recSid, last), unsent));
            }
        }
        delete.setLong(1, id);
        delete.executeUpdate();
        database.execute("UPDATE strm SET low=" + (id % Blocks.STREAM_UNIT + 1) + " WHERE sid="
            + id / Blocks.STREAM_UNIT);
        expired += count;
        return true;
    }

    /** One row for a range that grows block by block. */
    private void recordGap(String sink, long recSid, long first, long last, long count) throws SQLException {
        lastGap.setString(1, sink);
        lastGap.setLong(2, recSid);
        lastGap.setLong(3, first - 1);
        long id;
        try (ResultSet row = lastGap.executeQuery()) {
            id = row.next() ? row.getLong(1) : 0;
        }
        if (id != 0) {
            growGap.setLong(1, last);
            growGap.setLong(2, count);
            growGap.setLong(3, id);
            growGap.executeUpdate();
            return;
        }
        insertGap.setString(1, sink);
        insertGap.setLong(2, recSid);
        insertGap.setLong(3, first);
        insertGap.setLong(4, last);
        insertGap.setLong(5, count);
        insertGap.executeUpdate();
    }

    /** The transaction is durable: now the counts are true. */
    void committed() {
        health.count(Counter.STORE_EXPIRED, expired);
        expired = 0;
        for (Loss loss : losses) {
            health.count(Counter.STORE_EXPIRED_UNSENT, loss.count);
            health.error("the store is full: readings that '" + loss.outbox.sink()
                + "' had not acknowledged were deleted");
            loss.outbox.lost(loss.last, loss.count);
        }
        losses.clear();
    }
}
