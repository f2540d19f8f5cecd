package io.slipway.upstream;

import io.slipway.store.Batch;
import io.slipway.store.Outbox;
import io.slipway.store.Position;
import io.slipway.store.StoreException;

/**
 * Takes batches out of a part of the outbox, one behind the other. Where that part has no end, the newest batch waits
 * for company until it is full or old enough. Its age is measured by the monotonic clock from when its first reading
 * was seen here. Sender thread only, but for {@link #run}.
 */
final class BatchFeed implements Runnable {
    private final Outbox outbox;
    private final BatchSize size;
    private final Runnable wake;
    private final long ageNs;
    /** Where the next batch is looked for; {@code null} is the cursor. */
    private Position at;
    /** Where the last one was looked for. */
    private Position before;
    /** {@code null} where there is no end. */
    private Position until;
    /** Set by each commit: only then can there be something after the outbox said that there is nothing. */
    private volatile boolean committed;
    private boolean waiting;
    private long waitingSinceNs;

    /** @param ageMs how long a batch waits for company, in milliseconds */
    BatchFeed(Outbox outbox, BatchSize size, int ageMs, Runnable wake) {
        this.outbox = outbox;
        this.size = size;
        this.wake = wake;
        this.ageNs = ageMs * 1_000_000L;
    }

    /** Goes over a part of the outbox from its beginning: see {@link Outbox#next}. */
    void begin(Position from, Position end) {
        at = from;
        until = end;
        waiting = false;
        committed = true;
    }

    /** Told by the store's thread that there is more. Does not block. */
    @Override
    public void run() {
        committed = true;
        wake.run();
    }

    /** The next batch if it is due, else {@code null}. */
    Batch next(long nowNs) throws StoreException {
        boolean old = waiting && nowNs - waitingSinceNs >= ageNs;
        if (!committed && !old) {
            return null;
        }
        // Before the reading: a commit in between must not be forgotten.
        committed = false;
        Batch batch = outbox.next(at, until, size.readings(), size.bytes());
        if (batch == null) {
            waiting = false;
            return null;
        }
        if (!old && mayGrow(batch)) {
            if (!waiting) {
                waiting = true;
                waitingSinceNs = nowNs;
            }
            return null;
        }
        waiting = false;
        committed = true;
        before = at;
        at = batch.end();
        return batch;
    }

    /** Takes the last batch back: its readings come again with the next. */
    void back() {
        at = before;
    }

    private boolean mayGrow(Batch batch) throws StoreException {
        if (ageNs == 0 || until != null || batch.readings.size() >= size.readings()) {
            return false;
        }
        // What is behind it may have come only now, and would be in it if it were made again.
        return outbox.next(batch.end(), null, 1, 1) == null
            || outbox.next(at, null, size.readings(), size.bytes()).readings.size() > batch.readings.size();
    }

    /** Milliseconds until the waiting batch is due; {@link Sender#FOREVER} where only a commit can help. */
    long waitMs(long nowNs) {
        if (!waiting) {
            return Sender.FOREVER;
        }
        return Math.max(1, (ageNs - (nowNs - waitingSinceNs) + 999_999) / 1_000_000);
    }
}
