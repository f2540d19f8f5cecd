package io.slipway.store;

import io.slipway.config.RetentionConfig;
import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Reading;
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
    /** Readings in a block at most. */
    static final int BLOCK_READINGS = 512;
    /** Lives of which nothing is left that are forgotten at one start. */
    private static final int FORGET_LIVES = 64;

    private final StoreConfig config;
    private final Health health;
    private final Database database;
    private final Streams streams;
    private final Blocks blocks;
    private final Priorities priorities;
    private final Gaps gaps;
    private final RunningTime time;
    private final Thinning thinning;
    private final Retention retention;
    private final DiskWrites writes;
    private final CommitPace pace;
    private final Clocks clocks;
    private final Stage stage;
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
        this.priorities = new Priorities(config);
        this.blocks = new Blocks(database, streams, priorities);
        this.clocks = new Clocks(database);
        this.stage = new Stage(database);
        database.begin();
        try {
            sid = streams.begin(origin);
            sealLeftovers();
            streams.forgetEmpty(origin, sid, FORGET_LIVES);
            database.commit();
        } catch (SQLException | RuntimeException failed) {
            database.rollback();
            throw failed;
        }
        this.writes = new DiskWrites(database);
        this.pace = new CommitPace(config, System.nanoTime());
        Headers headers = blocks.headers();
        this.gaps = new Gaps(database, health);
        this.time = new RunningTime(streams, sid);
        Removal removal = new Removal(database, headers, gaps, health);
        this.thinning = new Thinning(blocks, headers, priorities, time, removal, config.thinIntervalS);
        this.retention = new Retention(database, config, blocks, headers, priorities, time, removal, thinning);
    }

    Gaps gaps() {
        return gaps;
    }

    void numberWith(Numbering numbering) {
        thinning.numberWith(numbering);
    }

    DiskWrites writes() {
        return writes;
    }

    CommitPace pace() {
        return pace;
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

    /** The place behind all that is committed. */
    Position end() {
        return new Position(sid, staged.isEmpty() ? sealedSeq : staged.get(staged.size() - 1).seq);
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

    /**
     * Takes what fits with what a failed attempt left over into a block's worth.
     *
     * @throws SQLException if what is to be thinned cannot be read; what waits stays where it is
     */
    void take(Intake intake) throws SQLException {
        if (pace.isDue(System.nanoTime())) {
            pace.adapt(System.nanoTime(), writes.bytes());
            intake.pace(pace.readings(), pace.intervalMs());
        }
        thinning.begin(intake);
        int from = pending.size();
        if (pendingBytes < BLOCK_PAYLOAD_BYTES) {
            intake.drainTo(pending, config.blockReadings - from, BLOCK_PAYLOAD_BYTES - pendingBytes);
        }
        int missing = pending.isEmpty() ? 0 : (int) thinning.missingAfter(lastPending());
        intake.drainTo(pending, missing, Integer.MAX_VALUE);
        for (int i = from; i < pending.size(); i++) {
            pendingBytes += pending.get(i).payload.length;
        }
    }

    private long lastPending() {
        return pending.get(pending.size() - 1).seq;
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
        if (!pending.isEmpty()) {
            time.saw(pending.get(pending.size() - 1).mono);
        }
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
            retention.begin();
            if (!pending.isEmpty() && thinning.isDue(lastPending())) {
                thinning.finish(outboxes.values(), change);
            } else if (change.blocksSealed > 0 || retention.isRefusing()) {
                retention.apply(outboxes.values(), change.blockBytes, change);
            }
            database.commit();
        } catch (SQLException | RuntimeException | Error failed) {
            database.rollback();
            thinning.rolledBack();
            throw failed;
        }
        change.adopt();
        countWrites();
    }

    /** What cannot be counted is left to the next commit: everything is committed already. */
    private void countWrites() {
        try {
            writes.committed();
        } catch (SQLException unknown) {
            health.error("how much is written to the disk is not known: " + unknown.getMessage());
        }
    }

    /** What one transaction makes of stage and stream; forgotten if it fails. */
    private final class Change implements Removal.Stream {
        private final List<Reading> nextStaged = new ArrayList<>(staged);
        private int nextBytes = stagedBytes;
        private Blocks.Head nextHead = head;
        private long nextSealedSeq = sealedSeq;
        private boolean stageSealed;
        private int blocksSealed;
        private long blockBytes;
        private int refused;

        /** Adds what there is room for; refused readings are gone for every destination. */
        void addPending() throws SQLException {
            List<Reading> accepted = retention.isRefusing() ? accepted() : pending;
            int from = 0;
            for (int i = 0; i < accepted.size(); i++) {
                Reading reading = accepted.get(i);
                nextStaged.add(reading);
                nextBytes += reading.payload.length;
                if (nextStaged.size() >= config.blockReadings || nextBytes >= BLOCK_PAYLOAD_BYTES) {
                    seal();
                    from = i + 1;
                }
            }
            if (from < accepted.size()) {
                stage.add(sid, accepted.subList(from, accepted.size()));
            }
        }

        private List<Reading> accepted() throws SQLException {
            List<Reading> accepted = new ArrayList<>(pending.size());
            for (Reading reading : pending) {
                if (priorities.policy(priorities.of(reading)) != RetentionConfig.Policy.NEWEST) {
                    accepted.add(reading);
                }
            }
            refused = pending.size() - accepted.size();
            for (StoredOutbox outbox : outboxes.values()) {
                if (refused > 0) {
                    gaps.record(outbox.sink(), sid, pending.get(0).seq, lastPending(), refused, Retention.NEWEST);
                }
            }
            return accepted;
        }

        @Override
        public void carryOver(long recSid, List<Reading> readings, int marks) throws SQLException {
            nextHead = blocks.seal(sid, nextHead, recSid, readings, marks);
            blocksSealed++;
            blockBytes += nextHead.payloadBytes;
        }

        void seal() throws SQLException {
            nextHead = blocks.seal(sid, nextHead, sid, nextStaged, 0);
            stage.clear();
            stageSealed = true;
            nextSealedSeq = nextStaged.get(nextStaged.size() - 1).seq;
            nextStaged.clear();
            nextBytes = 0;
            blocksSealed++;
            blockBytes += nextHead.payloadBytes;
        }

        void adopt() {
            if (stageSealed || staged.isEmpty()) {
                stagedSinceNs = System.nanoTime();
            }
            int count = pending.size() - refused;
            if (refused > 0) {
                health.count(Counter.STORE_REFUSED, refused);
                health.error("the store is full: new readings are refused");
            }
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
            thinning.committed();
            clocks.committed();
            for (StoredOutbox outbox : outboxes.values()) {
                if (refused > 0) {
                    outbox.gaps().changed();
                }
                outbox.committed(count);
            }
        }
    }

    /** Readings that an earlier life committed and did not seal keep their identity in this epoch's stream. */
    private void sealLeftovers() throws SQLException {
        Map<Long, List<Reading>> leftovers = stage.leftovers(streams);
        for (Map.Entry<Long, List<Reading>> left : leftovers.entrySet()) {
            head = blocks.seal(sid, head, left.getKey(), left.getValue(), 0);
        }
        if (!leftovers.isEmpty()) {
            stage.clear();
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
