package io.slipway.store;

import io.slipway.config.StoreConfig;

/**
 * How long readings wait for a commit, so that a day's writing stays within the wear budget. A commit costs about the
 * same however few readings it has: it writes whole pages and syncs them. So the fewer, the less is written.
 *
 * <p>Every window of time the interval is multiplied by the square root of what was written over what may be. Where
 * commits are what costs, twice the interval writes half as much, and each window halves what is still amiss, from one
 * side: nothing swings. Where readings are too few to fill the budget, the interval falls to its lower bound; where
 * what they are themselves is more than the budget, it stays at the upper one. The store's thread only,
 * but any thread may ask for the pace.
 */
final class CommitPace {
    private static final double DAY_NS = 86_400e9;
    /** Of the budget: what a window writes is not known before it is over. */
    private static final double AIM = 0.95;
    /** The first window; each is twice as long as the one before, up to the last. */
    private static final long FIRST_WINDOW_NS = 15_000_000_000L;
    private static final long LAST_WINDOW_NS = 240_000_000_000L;

    private final int minMs;
    private final int maxMs;
    private final double bytesPerNs;
    private final int minReadings;
    private final int maxReadings;
    private volatile double intervalMs;
    private long windowNs = FIRST_WINDOW_NS;
    private long sinceNs;
    private long bytesThen;

    CommitPace(StoreConfig config, long nowNs) {
        this.minMs = config.commitIntervalMs;
        this.maxMs = config.commitIntervalMaxMs;
        this.bytesPerNs = config.wearBudget * AIM / DAY_NS;
        this.minReadings = config.commitReadings;
        this.maxReadings = Math.max(config.commitReadings, config.blockReadings);
        this.intervalMs = minMs;
        this.sinceNs = nowNs;
    }

    /** Whether it is time to {@link #adapt}. */
    boolean isDue(long nowNs) {
        return bytesPerNs > 0 && nowNs - sinceNs >= windowNs;
    }

    /** Sets the pace by how many bytes have been written to the disk up to now. */
    void adapt(long nowNs, long bytes) {
        double spent = (bytes - bytesThen) / ((nowNs - sinceNs) * bytesPerNs);
        // A window without any writing says little about the next.
        double factor = Math.max(0.5, Math.sqrt(spent));
        intervalMs = Math.max(minMs, Math.min(maxMs, intervalMs * factor));
        windowNs = Math.min(LAST_WINDOW_NS, 2 * windowNs);
        sinceNs = nowNs;
        bytesThen = bytes;
    }

    /** For how many milliseconds a reading waits at most. */
    int intervalMs() {
        return (int) intervalMs;
    }

    /** So many readings are committed without waiting any longer: the more, the longer the interval, up to a block. */
    int readings() {
        return (int) Math.min(maxReadings, minReadings * (intervalMs / minMs));
    }
}
