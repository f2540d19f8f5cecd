package io.slipway.upstream;

import io.slipway.config.UpstreamConfig;
import io.slipway.store.Batch;
import io.slipway.store.Outbox;
import io.slipway.store.StoreException;

/**
 * Takes batches out of the outbox, and lets the newest one wait for company until it is full or old enough. Its age is
 * measured by the monotonic clock from when its first reading was seen here. Sender thread only, but for
 * {@link #run}.
 */
final class BatchFeed implements Runnable {
    /** Batches to pass at a reduced size before a larger one is tried again. */
    private static final int CALM = 32;

    private final Outbox outbox;
    private final Runnable wake;
    private final int maxReadings;
    private final int maxBytes;
    private final long ageNs;
    /** Set by each commit: only then can there be something after the outbox said that there is nothing. */
    private volatile boolean committed = true;
    private boolean waiting;
    private long waitingSinceNs;
    private int readings;
    private int bytes;
    private int calm;

    BatchFeed(UpstreamConfig config, Outbox outbox, Runnable wake) {
        this.outbox = outbox;
        this.wake = wake;
        this.maxReadings = config.batchReadings;
        this.maxBytes = config.batchBytes;
        this.ageNs = config.batchAgeMs * 1_000_000L;
        this.readings = maxReadings;
        this.bytes = maxBytes;
    }

    /** Told by the store's thread that there is more. Does not block. */
    @Override
    public void run() {
        committed = true;
        wake.run();
    }

    /**
     * The batch behind the window if it is due, else {@code null}.
     *
     * @param window what has been handed out and is still behind the cursor
     */
    Batch next(Window window, long nowNs) throws StoreException {
        if (waiting ? waitMs(window, nowNs) > 0 : !committed) {
            return null;
        }
        Batch after = window.last();
        // Before the reading: a commit in between must not be forgotten.
        committed = false;
        Batch batch = outbox.next(after, readings, bytes);
        if (batch == null) {
            waiting = false;
            return null;
        }
        if (!waiting && ageNs > 0 && batch.readings.size() < readings && outbox.next(batch, 1, 1) == null) {
            waiting = true;
            waitingSinceNs = nowNs;
            return null;
        }
        waiting = false;
        committed = true;
        return batch;
    }

    /** Milliseconds until the waiting batch is due; {@link Sender#FOREVER} where only a commit can help. */
    long waitMs(Window window, long nowNs) {
        if (!waiting) {
            return Sender.FOREVER;
        }
        long leftNs = ageNs - (nowNs - waitingSinceNs);
        return leftNs <= 0 || outbox.backlog() - window.readings() >= readings ? 0 : (leftNs + 999_999) / 1_000_000;
    }

    /** The caller begins at the cursor again. */
    void rewind() {
        waiting = false;
        committed = true;
    }

    /**
     * Halves the size of the batches to come, because the broker found one too large.
     *
     * @return whether they can be smaller: if not, they hold a single reading
     */
    boolean shrink() {
        calm = 0;
        if (readings == 1) {
            return false;
        }
        bytes = Math.max(1, bytes / 2);
        readings /= 2;
        return true;
    }

    /** So many batches have passed: after a while at a reduced size, a larger one is tried. */
    void passed(int batches) {
        calm += batches;
        if (readings < maxReadings && calm >= CALM) {
            calm = 0;
            readings = Math.min(maxReadings, readings * 2);
            bytes = Math.min(maxBytes, bytes * 2);
        }
    }
}
