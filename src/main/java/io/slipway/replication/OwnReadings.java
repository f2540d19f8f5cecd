package io.slipway.replication;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.store.Batch;
import io.slipway.store.Outbox;
import io.slipway.store.ReplicaFile;
import io.slipway.store.Store;
import io.slipway.store.StoreException;
import io.slipway.sync.StreamKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes blocks of the gateway's own committed readings: reads them like a destination of their own, whose cursor moves
 * once the blocks are durable. The replication's thread only, but for {@link #wake}.
 */
final class OwnReadings {
    private static final int BLOCK_READINGS = 512;
    /** Of payload before it is deflated: mostly one block then. */
    private static final int BLOCK_BYTES = 24 << 10;
    /** Blocks in one transaction: others wait for the thread meanwhile. */
    private static final int AT_ONCE = 8;
    private static final long NOTHING = Long.MIN_VALUE;

    /** {@code null} where there are none. */
    private final Outbox outbox;
    private final Health health;
    private final long ageMs;
    private final List<Batch> sealed = new ArrayList<>();
    /** Since when something waits, by the thread's clock, which may have begun later than that. */
    private long waitingSince = NOTHING;
    private volatile boolean news;

    private OwnReadings(Outbox outbox, long ageMs, Health health) {
        this.outbox = outbox;
        this.ageMs = ageMs;
        this.health = health;
    }

    /**
     * Those of a store, which go into the file.
     *
     * @param store {@code null} for a member that takes none in: then nothing is ever due
     */
    static OwnReadings of(Store store, ReplicaFile file, long ageMs, Health health) throws StoreException {
        if (store == null) {
            return new OwnReadings(null, ageMs, health);
        }
        // Its name is in that of the outbox: a file that was lost and made anew gets all readings again.
        Outbox outbox = store.outbox("replica_" + file.id());
        final OwnReadings readings = new OwnReadings(outbox, ageMs, health);
        outbox.onCommit(new Runnable() {
            @Override
            public void run() {
                readings.wake();
            }
        });
        readings.wake();
        return readings;
    }

    /** Something was committed. Any thread. */
    void wake() {
        news = true;
    }

    /** When the next block is due, by the thread's clock; the largest long for never. */
    long dueAt(long nowMs) {
        if (waitingSince == NOTHING && news) {
            waitingSince = nowMs;
        }
        if (waitingSince == NOTHING) {
            return Long.MAX_VALUE;
        }
        return outbox.backlog() >= BLOCK_READINGS ? nowMs : waitingSince + ageMs;
    }

    /**
     * Seals what waits within the file's open transaction, a few blocks at a time.
     *
     * @throws StoreException if the replica's file cannot take it: the transaction is to be rolled back
     */
    void seal(ReplicaFile file, StreamKey stream, long nowMs) throws StoreException {
        news = false;
        Batch batch = next(null);
        while (batch != null) {
            int left = file.seal(stream, batch.readings);
            if (left > 0) {
                health.count(Counter.SYNC_TOO_LONG, left);
                health.error("readings that are longer than a block of 16 KiB do not go to other gateways");
            }
            sealed.add(batch);
            batch = sealed.size() < AT_ONCE ? next(batch) : null;
        }
        waitingSince = sealed.size() < AT_ONCE ? NOTHING : nowMs - ageMs;
    }

    /** A store that cannot be read just now is no failure of the replica's file. */
    private Batch next(Batch after) {
        try {
            return outbox == null ? null : outbox.next(after, BLOCK_READINGS, BLOCK_BYTES);
        } catch (StoreException closedOrBusy) {
            health.error("readings cannot be read for other gateways: " + closedOrBusy.getMessage());
            return null;
        }
    }

    /** What was sealed is durable. */
    void committed() {
        try {
            for (Batch batch : sealed) {
                outbox.acknowledge(batch);
            }
        } catch (StoreException closed) {
            // They are found sealed when they are handed out again.
            health.error("the place up to which other gateways have readings is not noted: " + closed.getMessage());
        }
        sealed.clear();
    }

    /** Nothing was sealed. */
    void rolledBack(long nowMs) {
        sealed.clear();
        waitingSince = outbox == null ? NOTHING : nowMs;
    }
}
