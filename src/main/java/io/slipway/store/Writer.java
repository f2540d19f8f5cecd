package io.slipway.store;

import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The commit point. Takes readings in groups, appends each group to {@code stage} or seals it with what is staged
 * into a block, moves cursors, deletes what the retention rule says: all in one transaction with one sync. What it
 * knows in memory changes only after the commit. The store's thread only.
 */
final class Writer {
    /** A block is sealed early where its payloads exceed this, so that it can be read on a small machine. */
    static final int BLOCK_PAYLOAD_BYTES = 64 << 10;

    private final StoreConfig config;
    private final Health health;
    private final Database database;
    private final Streams streams;
    private final Blocks blocks;
    private final Retention retention;
    private final PreparedStatement insertStage;
    private final Map<String, StoredOutbox> outboxes = new LinkedHashMap<>();
    private final Gaps gaps;
    /** Where blocks go, and the stream of this life's readings. */
    private final long sid;
    private final long recSid;
    private boolean held;

    private Blocks.Head head = new Blocks.Head(0, Blocks.NO_HASH, 0);
    /** What {@code stage} holds: committed, all of this epoch, ascending, not in a block yet. */
    private List<Reading> staged = new ArrayList<>();
    private int stagedBytes;
    private long stagedSinceNs;
    /** The last reading of this epoch that is in a block. */
    private long sealedSeq;
    /** Taken from the queue and not committed yet: kept over a failed transaction. */
    private final List<Reading> pending = new ArrayList<>();
    private int pendingBytes;

    /**
     * Begins a new epoch, or goes on with one that another database failed; when this returns, it is durable, and
     * what was left staged is sealed.
     *
     * @param carried what is to go on; its readings are this writer's from now on
     */
    Writer(StoreConfig config, Database database, String origin, Carried carried, Health health) throws SQLException {
        this.config = config;
        this.health = health;
        this.database = database;
        this.streams = new Streams(database);
        this.blocks = new Blocks(database, streams);
        this.retention = new Retention(database, config.maxBytes, health);
        this.gaps = new Gaps(database);
        this.insertStage = database.prepare("INSERT INTO stage(rec_sid, body, crc) VALUES(?, ?, ?)");
        database.begin();
        try {
            streams.begin(origin, carried.life);
            sid = streams.sid();
            recSid = streams.recSid();
            sealLeftovers();
            database.commit();
        } catch (SQLException | RuntimeException failed) {
            database.rollback();
            throw failed;
        }
        goOnWith(carried);
    }

    /** A commit that was said to have failed may have come through; and blocks may still be salvaged. */
    private void goOnWith(Carried carried) throws SQLException {
        long last = database.number("SELECT MAX(last) FROM blk WHERE rec_sid=" + recSid);
        for (Reading reading : carried.readings) {
            if (reading.seq > last) {
                pending.add(reading);
                pendingBytes += reading.payload.length;
            }
        }
        sealedSeq = Math.max(last, pending.isEmpty() ? carried.committedSeq : pending.get(0).seq - 1);
    }

    /** What has not reached a block: committed or not, ascending. */
    List<Reading> unsealed() {
        List<Reading> all = new ArrayList<>(staged);
        all.addAll(pending);
        return all;
    }

    /** The last committed reading of this life; 0 where there is none. */
    long committedSeq() {
        return staged.isEmpty() ? sealedSeq : staged.get(staged.size() - 1).seq;
    }

    Collection<StoredOutbox> outboxes() {
        return outboxes.values();
    }

    Gaps gaps() {
        return gaps;
    }

    /** While held, the outboxes hand out nothing: older readings are still to come, and order is a promise. */
    void hold(boolean hold) {
        held = hold;
        if (!hold) {
            for (StoredOutbox outbox : outboxes.values()) {
                outbox.wake();
            }
        }
    }

    boolean isHeld() {
        return held;
    }

    Streams streams() {
        return streams;
    }

    Blocks blocks() {
        return blocks;
    }

    /** The stream of this life's readings. */
    long recSid() {
        return recSid;
    }

    /** Committed readings that are in no block yet, ascending, all of this epoch. Not to be changed. */
    List<Reading> staged() {
        return staged;
    }

    int pendingCount() {
        return pending.size();
    }

    /** The destination's outbox; one a name. */
    StoredOutbox outbox(String sink) throws SQLException {
        StoredOutbox outbox = outboxes.get(sink);
        if (outbox == null) {
            outbox = new StoredOutbox(sink, this, database, health);
            outboxes.put(sink, outbox);
        }
        return outbox;
    }

    /** How many readings the database holds. */
    long readings() throws SQLException {
        return blocks.count() + staged.size();
    }

    /** Takes what fits with what a failed attempt left over into a block's worth. */
    void take(Intake intake) {
        if (pendingBytes < BLOCK_PAYLOAD_BYTES) {
            int from = pending.size();
            intake.drainTo(pending, config.blockReadings - from, BLOCK_PAYLOAD_BYTES - pendingBytes);
            for (int i = from; i < pending.size(); i++) {
                pendingBytes += pending.get(i).payload.length;
            }
        }
    }

    /** Whether a commit without readings is due: old staged readings to seal, or cursors to save. */
    boolean hasChores(boolean closing) {
        return isStageOld() || isCursorMoved(closing) || !gaps.isEmpty();
    }

    private boolean isStageOld() {
        return !staged.isEmpty() && System.nanoTime() - stagedSinceNs >= config.blockAgeS * 1_000_000_000L;
    }

    private boolean isCursorMoved(boolean closing) {
        for (StoredOutbox outbox : outboxes.values()) {
            if (outbox.isSaveDue(closing)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Commits what was taken. When this returns, it survives a power cut.
     *
     * @throws SQLException if nothing was committed; what was taken stays for the next attempt
     */
    void commit() throws SQLException {
        Change change = new Change();
        database.begin();
        try {
            if (isStageOld()) {
                change.seal();
            }
            change.addPending();
            for (StoredOutbox outbox : outboxes.values()) {
                outbox.save();
            }
            gaps.save();
            if (change.blocksSealed > 0 || database.isTooLarge()) {
                retention.apply(outboxes.values(), change.blockBytes);
            }
            database.commit();
        } catch (SQLException | RuntimeException | Error failed) {
            database.rollback();
            throw failed;
        }
        change.adopt();
    }

    /** What one transaction makes of stage and stream; forgotten if it fails. */
    private final class Change {
        private final List<Reading> nextStaged = new ArrayList<>(staged);
        private int nextBytes = stagedBytes;
        private Blocks.Head nextHead = head;
        private long nextSealedSeq = sealedSeq;
        private int blocksSealed;
        private long blockBytes;

        void addPending() throws SQLException {
            int from = 0;
            for (int i = 0; i < pending.size(); i++) {
                Reading reading = pending.get(i);
                nextStaged.add(reading);
                nextBytes += reading.payload.length;
                if (nextStaged.size() >= config.blockReadings || nextBytes >= BLOCK_PAYLOAD_BYTES) {
                    seal();
                    from = i + 1;
                }
            }
            if (from < pending.size()) {
                byte[] body = ReadingsCodec.encode(pending.subList(from, pending.size()));
                insertStage.setLong(1, recSid);
                insertStage.setBytes(2, body);
                insertStage.setLong(3, Checksum.stage(streams.epoch(recSid), recSid, body));
                insertStage.executeUpdate();
            }
        }

        void seal() throws SQLException {
            nextHead = blocks.seal(sid, nextHead, recSid, nextStaged);
            database.execute("DELETE FROM stage");
            nextSealedSeq = nextStaged.get(nextStaged.size() - 1).seq;
            nextStaged.clear();
            nextBytes = 0;
            blocksSealed++;
            blockBytes += nextHead.payloadBytes;
        }

        void adopt() {
            if (blocksSealed > 0 || staged.isEmpty()) {
                stagedSinceNs = System.nanoTime();
            }
            int count = pending.size();
            staged = nextStaged;
            stagedBytes = nextBytes;
            head = nextHead;
            sealedSeq = nextSealedSeq;
            pending.clear();
            pendingBytes = 0;
            gaps.committed();
            health.count(Counter.STORE_COMMITS);
            health.count(Counter.STORE_COMMITTED, count);
            health.count(Counter.STORE_BLOCKS, blocksSealed);
            health.count(Counter.STORE_BLOCK_BYTES, blockBytes);
            retention.committed();
            for (StoredOutbox outbox : outboxes.values()) {
                outbox.committed(count);
            }
        }
    }

    /** Readings that an earlier life committed and did not seal keep their identity in this epoch's stream. */
    private void sealLeftovers() throws SQLException {
        Map<Long, List<Reading>> leftovers = new LinkedHashMap<>();
        try (PreparedStatement all = database.prepare("SELECT rec_sid, body, crc FROM stage ORDER BY id");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                long left = row.getLong(1);
                long crc = row.getLong(3);
                List<Reading> readings = stageRow(left, row.getBytes(2), row.wasNull() ? null : crc,
                    streams.origin(left), streams.epoch(left));
                List<Reading> before = leftovers.get(left);
                if (before == null) {
                    leftovers.put(left, readings);
                } else {
                    before.addAll(readings);
                }
            }
        } catch (IllegalArgumentException damaged) {
            throw Database.damage("the stage: " + damaged.getMessage());
        }
        for (Map.Entry<Long, List<Reading>> left : leftovers.entrySet()) {
            head = blocks.seal(sid, head, left.getKey(), left.getValue());
        }
        if (!leftovers.isEmpty()) {
            database.execute("DELETE FROM stage");
        }
    }

    /**
     * The readings of a row of the stage.
     *
     * @param crc {@code null} where the row has none
     * @throws IllegalArgumentException if it is not as it was written
     */
    static List<Reading> stageRow(long recSid, byte[] body, Long crc, String origin, Epoch epoch) {
        if (epoch == null || body == null || crc != null && crc != Checksum.stage(epoch, recSid, body)) {
            throw new IllegalArgumentException("a row of the stage is not as it was written");
        }
        return ReadingsCodec.decode(body, origin, epoch);
    }

    /**
     * Seals readings that a file which was set aside held in its stage, within the open transaction.
     *
     * @param end where the stream ends within the transaction; {@code null} where it did not grow in it yet
     * @return the stream's new end, for {@link #sealed} once the transaction is durable
     */
    Blocks.Head seal(Blocks.Head end, long salvagedSid, List<Reading> readings) throws SQLException {
        return blocks.seal(sid, end == null ? head : end, salvagedSid, readings);
    }

    /** The stream of blocks ends here now. */
    void sealed(Blocks.Head newHead) {
        head = newHead;
    }

    /** Whether every reading behind this position is staged, so that no block need be looked for. */
    boolean isBehindBlocks(Position position) {
        return position.sid == recSid && position.seq >= sealedSeq;
    }

    /** Readings behind a position that no block holds. */
    List<Reading> stagedAfter(Position position) {
        if (position.sid < recSid) {
            return staged;
        }
        int from = 0;
        while (from < staged.size() && staged.get(from).seq <= position.seq) {
            from++;
        }
        return from == staged.size() ? Collections.<Reading>emptyList() : staged.subList(from, staged.size());
    }

    /** Bytes that the database may take. */
    long maxBytes() {
        return config.maxBytes;
    }

    Database database() {
        return database;
    }

    void close() {
        blocks.close();
        database.close();
    }
}
