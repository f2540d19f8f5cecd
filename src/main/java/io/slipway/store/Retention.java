package io.slipway.store;

import io.slipway.config.RetentionConfig.Policy;
import io.slipway.config.StoreConfig;
import io.slipway.reading.Reading;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Keeps the database within its bounds of bytes, readings and age. When it is full, what every destination has
 * acknowledged goes first, by priority from the lowest, the oldest first; only then what has not been acknowledged, in
 * the same order and by the policy of its priority. What is worth more and sits in the same blocks is carried over.
 *
 * <p>Deleting begins before the bounds are reached, so that these hold: first acknowledged readings, then readings of
 * priorities with the policy {@code newest} are refused, and last unacknowledged ones go. It goes on for a while below
 * the point where it began, so that several blocks' remains fit into one. The store's thread only.
 */
final class Retention {
    /** Why readings are gone: too many bytes, too many readings, too old, replaced by summaries, refused. */
    static final String BYTES = "retention";
    static final String ROWS = "rows";
    static final String AGE = "age";
    static final String THIN = "thin";
    static final String NEWEST = "newest";

    /** No more blocks than this go with one commit, so that none takes long, but for twice the bytes that it adds. */
    private static final int BLOCKS_A_COMMIT = 8;
    /** No more than this are decoded with one commit, whatever that brings. */
    private static final int DECODED_A_COMMIT = 32;
    /** What is decoded at one time, about: a run of blocks with large payloads must not fill a small heap. */
    private static final int RUN_PAYLOAD_BYTES = 128 << 10;
    /** To carry a block over for less than this part of it would wear the flash for nothing. */
    private static final int LEAST_GAIN = 16;
    private static final long LEAST_SLACK_BYTES = 96 << 10;
    /** However small the disk, less than this is no database. */
    private static final long LEAST_BYTES = 256 << 10;
    /** What a full disk makes be deleted at one time. */
    private static final long ROOM_BYTES = 64 << 10;
    /** In halves of the slack below the bound: where deleting of acknowledged readings begins, and where refusing. */
    private static final int ACKED_FROM = 2;
    private static final int REFUSE_FROM = 1;

    private final Database database;
    private final Blocks blocks;
    private final Headers headers;
    private final Priorities priorities;
    private final RunningTime time;
    private final Removal removal;
    private final Thinning thinning;
    private final long maxBytes;
    private long slackBytes;
    private final long maxRows;
    private final long slackRows;
    /** For each priority: up to here no block is worth looking at, for room, for age, for room ahead of cursors. */
    private Position[] hints = new Position[3 * Priorities.COUNT];
    private Position[] durableHints = hints;
    /** Bytes that the database may take and the disk does not have: they count as used. */
    private long lackingBytes;
    private boolean diskFull;
    /** How often a block was deleted for room. */
    private int roomMade;
    private boolean ackedGo;
    private boolean unackedGo;
    private boolean refusing;

    Retention(Database database, StoreConfig config, Blocks blocks, Headers headers, Priorities priorities,
              RunningTime time, Removal removal, Thinning thinning) {
        this.database = database;
        this.blocks = blocks;
        this.headers = headers;
        this.priorities = priorities;
        this.time = time;
        this.removal = removal;
        this.thinning = thinning;
        this.maxBytes = config.maxBytes - Database.LOG_BYTES;
        this.slackBytes = slack(maxBytes);
        this.maxRows = config.maxReadings == 0 ? Long.MAX_VALUE : config.maxReadings - config.blockReadings;
        this.slackRows = Math.max(2 * config.blockReadings, maxRows / 64);
        Arrays.fill(hints, Position.START);
    }

    /** Whether a new reading of a priority with the policy {@code newest} has no place. */
    boolean isRefusing() {
        return refusing;
    }

    /**
     * The disk has no room for as much as the database may take: what is missing counts as used from now on, so that
     * old readings are deleted for new ones.
     *
     * @param roomBytes what the database may grow by
     */
    void fitToDisk(long roomBytes) throws SQLException {
        lackingBytes = Math.max(0, maxBytes - Math.max(LEAST_BYTES, database.usedBytes() + roomBytes));
        slackBytes = slack(maxBytes - lackingBytes);
    }

    private static long slack(long bytes) {
        return Math.max(LEAST_SLACK_BYTES, bytes / 64);
    }

    /** The disk is full: the next transaction deletes to make room. */
    void shrink() throws SQLException {
        fitToDisk(-ROOM_BYTES);
        diskFull = true;
    }

    /** Whether {@link #apply} has something to do even where no block was sealed. */
    boolean isDue() {
        return diskFull || refusing;
    }

    /** Whether so much can come without anything having to go for it. */
    boolean hasRoom(long bytes, long readings) throws SQLException {
        return database.usedBytes() + lackingBytes + bytes <= maxBytes - slackBytes
            && (maxRows == Long.MAX_VALUE || blocks.count() + readings <= maxRows - slackRows);
    }

    /** How often a block was deleted for room since the database was opened. */
    int roomMade() {
        return roomMade;
    }

    /** Blocks came that are older than others. */
    void oldBlocksCame() {
        Arrays.fill(durableHints, Position.START);
        thinning.oldBlocksCame();
    }

    /** A transaction has begun. */
    void begin() {
        removal.begin();
        hints = durableHints.clone();
    }

    /** Deletes within the open transaction; {@link #committed} is called once that is durable. */
    void apply(Collection<StoredOutbox> outboxes, long addedBytes, Removal.Stream stream) throws SQLException {
        if (thinning.isUnderWay()) {
            return;
        }
        Pass pass = new Pass(outboxes, addedBytes, stream);
        pass.deleteOld();
        pass.makeRoom(acknowledgedByAll(outboxes), true);
        if (!thinning.isUnderWay()) {
            pass.makeRoom(everything(), false);
        }
        refusing = pass.isOver(REFUSE_FROM);
    }

    /** The transaction is durable: now the counts are true. */
    void committed() {
        durableHints = hints;
        diskFull = false;
        removal.committed();
    }

    private static Stretches everything() {
        Stretches everything = new Stretches();
        everything.add(Position.START, Headers.END);
        return everything;
    }

    private static Stretches acknowledgedByAll(Collection<StoredOutbox> outboxes) {
        Stretches all = everything();
        for (StoredOutbox outbox : outboxes) {
            all = all.and(outbox.place().acknowledged());
        }
        return all;
    }

    /** One transaction's deleting. */
    private final class Pass {
        private final Collection<StoredOutbox> outboxes;
        private final Removal.Stream stream;
        private final long addedBytes;
        private final long bytesBefore;
        private long bytes;
        private long rows;
        private int looked;
        private int decoded;

        Pass(Collection<StoredOutbox> outboxes, long addedBytes, Removal.Stream stream) throws SQLException {
            this.outboxes = outboxes;
            this.addedBytes = addedBytes;
            this.stream = stream;
            measure();
            this.bytesBefore = bytes;
        }

        private void measure() throws SQLException {
            bytes = database.usedBytes() + lackingBytes;
            rows = maxRows == Long.MAX_VALUE ? 0 : blocks.count();
        }

        private boolean isTimeLeft() {
            return looked < BLOCKS_A_COMMIT || decoded < DECODED_A_COMMIT && bytesBefore - bytes < 2 * addedBytes;
        }

        /** Whether more is held than the bounds less so many halves of the slack. */
        boolean isOver(int halves) {
            return bytes > maxBytes - halves * slackBytes / 2 || rows > maxRows - halves * slackRows / 2;
        }

        private String reason() {
            return bytes > maxBytes - 2 * slackBytes ? BYTES : ROWS;
        }

        /** Deletes what no bound of bytes or readings asks for, but age. */
        void deleteOld() throws SQLException {
            for (int p = 0; p < Priorities.COUNT; p++) {
                int hint = Priorities.COUNT + p;
                long maxAgeMs = priorities.maxAgeMs(p);
                Headers.Header block = maxAgeMs == 0 ? null : headers.find(hints[hint], Headers.END, 1 << p, false);
                while (block != null && time.ageMs(block) > maxAgeMs && isTimeLeft()) {
                    hints[hint] = take(block, Headers.END, new Selection.Old(priorities, time, time.ageMs(block)), AGE);
                    block = headers.find(hints[hint], Headers.END, 1 << p, false);
                }
            }
        }

        /** Deletes what lies within these stretches while there is too much, beginning with the lowest priority. */
        void makeRoom(Stretches where, boolean acked) throws SQLException {
            // Where nothing is acknowledged without a hole from the beginning on, the first one is no such stretch.
            boolean begins = where.size() > 0 && !Position.START.isBefore(where.start(0));
            for (int p = 0; p < Priorities.COUNT; p++) {
                if (begins && !makeRoom(p, where.end(0), acked)) {
                    return;
                }
                for (int i = begins ? 1 : 0; i < where.size(); i++) {
                    reclaim(p, where.start(i), where.end(i));
                }
            }
        }

        /**
         * Deletes what ends before {@code upTo} and is worth so little.
         *
         * @return false where thinning has begun instead
         */
        private boolean makeRoom(int p, Position upTo, boolean acked) throws SQLException {
            Selection low = new Selection.Low(priorities, p);
            boolean thin = priorities.policy(p) == Policy.THIN;
            while (isWanted(acked, thin) && isTimeLeft()) {
                if (thin && thinning.plan(p, upTo)) {
                    return false;
                }
                Headers.Header block = headers.find(hints[p], upTo, low.bits(), false);
                if (block == null) {
                    return true;
                }
                hints[p] = take(block, upTo, low, reason());
                roomMade++;
            }
            return true;
        }

        /** Deletes what was acknowledged ahead of the cursor: what lies within a stretch and is worth so little. */
        private void reclaim(int p, Position start, Position end) throws SQLException {
            int hint = 2 * Priorities.COUNT + p;
            Selection low = new Selection.Low(priorities, p);
            Position from = start.isBefore(hints[hint]) ? hints[hint] : start;
            while (from.isBefore(end) && isWanted(true, false) && isTimeLeft()) {
                Headers.Header block = headers.find(from, end, low.bits(), false);
                if (block == null) {
                    return;
                }
                // Where a stretch cuts a block, the block's beginning is still to be sent.
                boolean cut = block.recSid == start.sid && block.first <= start.seq;
                from = cut ? block.end() : take(block, end, low, reason());
                hints[hint] = from;
                roomMade += cut ? 0 : 1;
            }
        }

        private boolean isWanted(boolean acked, boolean thin) {
            if (acked) {
                ackedGo = isOver(ackedGo ? 2 * ACKED_FROM : ACKED_FROM);
                return ackedGo;
            }
            unackedGo = isOver(unackedGo ? ACKED_FROM : thin ? REFUSE_FROM : 0);
            return unackedGo;
        }

        /**
         * Deletes a block, or sifts it and those behind it.
         *
         * @return up to where nothing is to be looked for any more
         */
        private Position take(Headers.Header block, Position upTo, Selection selection, String reason)
                throws SQLException {
            looked++;
            if ((block.bits & Priorities.ALL & ~selection.bits()) == 0) {
                removal.whole(block, reason, outboxes);
                measure();
                return block.end();
            }
            List<Headers.Header> run = new ArrayList<>();
            List<Blocks.Content> contents = new ArrayList<>();
            int gone = collect(block, upTo, selection, run, contents);
            if (run.isEmpty() || !selection.isStrict() && gone * LEAST_GAIN < count(run)) {
                // Damaged, so that it cannot be sifted, or hardly worth it: it goes as a whole when its time has come.
                return run.isEmpty() ? block.end() : run.get(run.size() - 1).end();
            }
            removal.sift(run, contents, selection, block.bits & Priorities.THINNED, reason, outboxes, stream);
            measure();
            return run.get(run.size() - 1).end();
        }

        /** Reads blocks that follow each other until their remains fill one; returns how many readings would go. */
        private int collect(Headers.Header from, Position upTo, Selection selection, List<Headers.Header> run,
                            List<Blocks.Content> contents) throws SQLException {
            int gone = 0;
            int kept = 0;
            int payload = 0;
            Headers.Header block = from;
            while (block != null && block.recSid == from.recSid && !upTo.isBefore(block.recSid, block.last)
                && (block.bits & selection.bits()) != 0 && selection.takes(block)
                && (block.bits & Priorities.THINNED) == (from.bits & Priorities.THINNED)
                && run.size() < BLOCKS_A_COMMIT && kept < Writer.BLOCK_READINGS && payload < RUN_PAYLOAD_BYTES) {
                Blocks.Content content = blocks.read(block);
                if (content.damage != null) {
                    return gone;
                }
                run.add(block);
                contents.add(content);
                looked++;
                decoded++;
                for (Reading reading : content.readings) {
                    boolean keeps = selection.keeps(reading);
                    kept += keeps ? 1 : 0;
                    gone += keeps ? 0 : 1;
                    payload += reading.payload.length;
                }
                block = headers.after(block);
            }
            return gone;
        }

        private int count(List<Headers.Header> run) {
            int count = 0;
            for (Headers.Header block : run) {
                count += block.count;
            }
            return count;
        }
    }
}
