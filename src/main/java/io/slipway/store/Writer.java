package io.slipway.store;

import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
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
    private final Clocks clocks;
    private final PreparedStatement insertStage;
    private final Map<String, StoredOutbox> outboxes = new LinkedHashMap<>();
    private final long sid;

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

    /** Begins a new epoch; when this returns, it is durable, and what an earlier life left staged is sealed. */
    Writer(StoreConfig config, Database database, String origin, Health health) throws SQLException {
        this.config = config;
        this.health = health;
        this.database = database;
        this.streams = new Streams(database);
        this.blocks = new Blocks(database, streams);
        this.retention = new Retention(database, config.maxBytes, health);
        this.clocks = new Clocks(database);
        this.insertStage = database.prepare("INSERT INTO stage(rec_sid, body) VALUES(?, ?)");
        database.begin();
        try {
            sid = streams.begin(origin);
            sealLeftovers();
            database.commit();
        } catch (SQLException | RuntimeException failed) {
            database.rollback();
            throw failed;
        }
    }

    Streams streams() {
        return streams;
    }

    Blocks blocks() {
        return blocks;
    }

    /** Everything committed, for who reads along. */
    HistoryQuery history() {
        return new HistoryQuery(database, streams, clocks);
    }

    Clocks clocks() {
        return clocks;
    }

    /** The stream of this epoch. */
    long sid() {
        return sid;
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
        return isStageOld() || isCursorMoved(closing);
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
            clocks.observe(sid, pending);
            for (StoredOutbox outbox : outboxes.values()) {
                outbox.save();
            }
            if (change.blocksSealed > 0) {
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
                insertStage.setLong(1, sid);
                insertStage.setBytes(2, ReadingsCodec.encode(pending.subList(from, pending.size())));
                insertStage.executeUpdate();
            }
        }

        void seal() throws SQLException {
            nextHead = blocks.seal(sid, nextHead, sid, nextStaged);
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
            health.count(Counter.STORE_COMMITS);
            health.count(Counter.STORE_COMMITTED, count);
            health.count(Counter.STORE_BLOCKS, blocksSealed);
            health.count(Counter.STORE_BLOCK_BYTES, blockBytes);
            retention.committed();
            clocks.committed();
            for (StoredOutbox outbox : outboxes.values()) {
                outbox.committed(count);
            }
        }
    }

    /** Readings that an earlier life committed and did not seal keep their identity in this epoch's stream. */
    private void sealLeftovers() throws SQLException {
        Map<Long, List<Reading>> leftovers = new LinkedHashMap<>();
        try (PreparedStatement all = database.prepare("SELECT rec_sid, body FROM stage ORDER BY id");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                long recSid = row.getLong(1);
                List<Reading> readings = leftovers.get(recSid);
                if (readings == null) {
                    readings = new ArrayList<>();
                    leftovers.put(recSid, readings);
                }
                readings.addAll(ReadingsCodec.decode(row.getBytes(2), streams.origin(recSid), streams.epoch(recSid)));
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

    /** Whether every reading behind this position is staged, so that no block need be looked for. */
    boolean isBehindBlocks(Position position) {
        return position.sid == sid && position.seq >= sealedSeq;
    }

    /** Readings behind a position that no block holds. */
    List<Reading> stagedAfter(Position position) {
        if (position.sid < sid) {
            return staged;
        }
        int from = 0;
        while (from < staged.size() && staged.get(from).seq <= position.seq) {
            from++;
        }
        return from == staged.size() ? Collections.<Reading>emptyList() : staged.subList(from, staged.size());
    }

    void close() {
        blocks.close();
    }
}
