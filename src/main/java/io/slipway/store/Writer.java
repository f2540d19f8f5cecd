package io.slipway.store;

import io.slipway.config.RetentionConfig;
import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Reading;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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
    private final RecordTables records;
    private final Clocks clocks;
    private final Stage stage;
    private final Outboxes outboxes;
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
    private final Pending pending;

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
        this.priorities = new Priorities(config);
        this.blocks = new Blocks(database, streams, priorities);
        this.clocks = new Clocks(database);
        this.stage = new Stage(database, streams);
        database.begin();
        try {
            streams.begin(origin, carried.life);
            sid = streams.sid();
            recSid = streams.recSid();
            sealLeftovers();
            streams.forgetEmpty(origin, FORGET_LIVES);
            database.commit();
        } catch (SQLException | RuntimeException failed) {
            database.rollback();
            throw failed;
        }
        this.outboxes = new Outboxes(this, database, health);
        this.writes = carried.writes;
        this.pace = carried.pace;
        this.records = carried.records;
        Headers headers = blocks.headers();
        this.gaps = new Gaps(database, health);
        this.time = new RunningTime(streams, recSid);
        Removal removal = new Removal(database, headers, gaps, health);
        this.thinning = new Thinning(blocks, headers, priorities, time, removal, config.thinIntervalS);
        this.thinning.numberWith(carried.numbering);
        this.retention = new Retention(database, config, blocks, headers, priorities, time, removal, thinning);
        long last = database.number("SELECT MAX(last) FROM blk WHERE rec_sid=" + recSid);
        pending = new Pending(carried.readings, last, carried.committedSeq);
        // Blocks up to what is not sealed may still be salvaged.
        sealedSeq = Math.max(last, pending.isEmpty() ? carried.committedSeq : pending.first().seq - 1);
    }

    /** What has not reached a block: committed or not, ascending. */
    List<Reading> unsealed() {
        List<Reading> all = new ArrayList<>(staged);
        all.addAll(pending.readings());
        return all;
    }

    /** The last committed reading of this life; 0 where there is none. */
    long committedSeq() {
        return staged.isEmpty() ? sealedSeq : staged.get(staged.size() - 1).seq;
    }

    Collection<StoredOutbox> outboxes() {
        return outboxes.all();
    }

    Gaps gaps() {
        return gaps;
    }

    void numberWith(Numbering numbering) {
        thinning.numberWith(numbering);
    }

    Retention retention() {
        return retention;
    }

    Database database() {
        return database;
    }

    /** While held, the outboxes hand out nothing: older readings are still to come, and order is a promise. */
    void hold(boolean hold) {
        held = hold;
        if (!hold) {
            outboxes.wake();
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

    /** Everything committed, for who reads along. */
    HistoryQuery history() {
        return new HistoryQuery(database, streams, clocks);
    }

    Clocks clocks() {
        return clocks;
    }

    /** The stream of this life's readings. */
    long recSid() {
        return recSid;
    }

    /** Committed readings that are in no block yet, ascending, all of this epoch. Not to be changed. */
    List<Reading> staged() {
        return staged;
    }

    /** The place behind all that is committed. */
    Position end() {
        return new Position(recSid, committedSeq());
    }

    Pending pending() {
        return pending;
    }

    /** The destination's outbox; one a name. */
    StoredOutbox outbox(String sink) throws SQLException {
        return outboxes.of(sink);
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
        pending.take(intake, config.blockReadings, thinning);
    }

    /** Whether a commit without readings is due: old staged readings to seal, or cursors to save. */
    boolean hasChores(boolean closing) {
        return isStageOld() || outboxes.isSaveDue(closing) || records.isDue(closing);
    }

    private boolean isStageOld() {
        return !staged.isEmpty() && System.nanoTime() - stagedSinceNs >= config.blockAgeS * 1_000_000_000L;
    }

    /**
     * Commits what was taken. When this returns, it survives a power cut.
     *
     * @throws SQLException if nothing was committed; what was taken stays for the next attempt
     */
    void commit() throws SQLException {
        if (!pending.isEmpty()) {
            time.saw(pending.last().mono);
        }
        Change change = new Change();
        database.begin();
        try {
            if (isStageOld()) {
                change.seal();
            }
            change.addPending();
            clocks.observe(recSid, pending.readings());
            outboxes.save();
            records.write(database);
            retention.begin();
            if (!pending.isEmpty() && thinning.isDue(pending.last().seq)) {
                thinning.finish(outboxes.all(), change);
            } else if (change.blocksSealed > 0 || retention.isDue()) {
                retention.apply(outboxes.all(), change.blockBytes, change);
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
            writes.committed(database);
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
            List<Reading> accepted = retention.isRefusing() ? accepted() : pending.readings();
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
                stage.add(recSid, accepted.subList(from, accepted.size()));
            }
        }

        private List<Reading> accepted() throws SQLException {
            List<Reading> accepted = new ArrayList<>(pending.readings().size());
            for (Reading reading : pending.readings()) {
                if (priorities.policy(priorities.of(reading)) != RetentionConfig.Policy.NEWEST) {
                    accepted.add(reading);
                }
            }
            refused = pending.readings().size() - accepted.size();
            for (StoredOutbox outbox : outboxes.all()) {
                if (refused > 0) {
                    gaps.record(outbox.sink(), recSid, pending.first().seq, pending.last().seq, refused,
                        Retention.NEWEST);
                }
            }
            return accepted;
        }

        @Override
        public void carryOver(long ofSid, List<Reading> readings, int marks) throws SQLException {
            nextHead = blocks.seal(sid, nextHead, ofSid, readings, marks | Priorities.CARRIED);
            blocksSealed++;
            blockBytes += nextHead.payloadBytes;
        }

        void seal() throws SQLException {
            nextHead = blocks.seal(sid, nextHead, recSid, nextStaged, 0);
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
            int count = pending.readings().size() - refused;
            int news = Math.max(0, pending.uncounted() - refused);
            if (refused > 0) {
                health.count(Counter.STORE_REFUSED, refused);
                health.error("the store is full: new readings are refused");
            }
            staged = nextStaged;
            stagedBytes = nextBytes;
            head = nextHead;
            sealedSeq = nextSealedSeq;
            pending.clear();
            health.count(Counter.STORE_COMMITS);
            health.count(Counter.STORE_COMMITTED, news);
            health.count(Counter.STORE_BLOCKS, blocksSealed);
            health.count(Counter.STORE_BLOCK_BYTES, blockBytes);
            retention.committed();
            thinning.committed();
            clocks.committed();
            records.committed();
            outboxes.committed(count, refused > 0);
        }
    }

    /** Readings that an earlier life committed and did not seal keep their identity in this epoch's stream. */
    private void sealLeftovers() throws SQLException {
        Map<Long, List<Reading>> leftovers = stage.leftovers();
        for (Map.Entry<Long, List<Reading>> left : leftovers.entrySet()) {
            head = blocks.seal(sid, head, left.getKey(), left.getValue(), 0);
        }
        if (!leftovers.isEmpty()) {
            stage.clear();
        }
    }

    /**
     * Seals readings that a file which was set aside held in its stage, within the open transaction.
     *
     * @param end where the stream ends within the transaction; {@code null} where it did not grow in it yet
     * @return the stream's new end, for {@link #sealed} once the transaction is durable
     */
    Blocks.Head seal(Blocks.Head end, long salvagedSid, List<Reading> readings) throws SQLException {
        return blocks.seal(sid, end == null ? head : end, salvagedSid, readings, Priorities.CARRIED);
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

    void close() {
        blocks.close();
        database.close();
    }
}
