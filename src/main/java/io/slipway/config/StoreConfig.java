package io.slipway.config;

import java.util.Collections;
import java.util.List;

/** {@code config store}: how readings are kept. Immutable. */
public final class StoreConfig {
    /** Some blocks' worth: with fewer there would be nothing between all and nothing. */
    private static final int LEAST_READINGS = 10_000;

    /** A reading is on the disk at most this many milliseconds after it came, 10 to 60000. Default 250. */
    public final int commitIntervalMs;
    /** This many readings are committed at once without waiting for the interval, 1 to 512. Default 64. */
    public final int commitReadings;
    /** Readings that may wait for the disk, 64 to 1000000; more are dropped and counted. Default 4096. */
    public final int queueReadings;
    /** Bytes of payload that may wait for the disk, 64k to 256M; more are dropped and counted. Default 2M. */
    public final int queueBytes;
    /** Readings in a sealed block, 16 to 512. Default 512. */
    public final int blockReadings;
    /** Seconds after which readings are sealed even if the block is not full, 1 to 86400. Default 300. */
    public final int blockAgeS;
    /** Bytes that the database may take, its log included, 1M to 1024G. Default 64M. */
    public final long maxBytes;
    /** Readings that the database may hold; 0: as many as fit, or 10000 and more. Default 0. */
    public final int maxReadings;
    /** Seconds of the gateway's running time after which readings are deleted; 0: never. Default 0. */
    public final int maxAgeS;
    /** What becomes of readings that no {@link #retention} matches when the store is full. */
    public final RetentionConfig.Policy policy;
    /** Seconds that one summary stands for where readings are thinned, 10 to 86400. Default 900. */
    public final int thinIntervalS;
    /** Bytes a day that may be written to the disk; 0: no matter how many. Default 0. */
    public final long wearBudget;
    /** The longest commit interval that keeping to the wear budget may lead to. Default 10000. */
    public final int commitIntervalMaxMs;
    /** Readings of another priority than the default's. */
    public final List<RetentionConfig> retention;

    StoreConfig(SectionReader in, List<RetentionConfig> retention) {
        this.retention = Collections.unmodifiableList(retention);
        commitIntervalMs = in.whole("commit_interval_ms", 250, 10, 60_000);
        commitReadings = in.whole("commit_readings", 64, 1, 512);
        queueReadings = in.whole("queue_readings", 4096, 64, 1_000_000);
        queueBytes = (int) in.bytes("queue_bytes", 2 << 20, 64 << 10, 256 << 20);
        blockReadings = in.whole("block_readings", 512, 16, 512);
        blockAgeS = in.whole("block_age_s", 300, 1, 86_400);
        if (commitReadings > queueReadings) {
            in.wrong("commit_readings", "at most queue_readings, which is " + queueReadings);
        }
        maxBytes = in.bytes("max_bytes", 64L << 20, 1L << 20, 1L << 40);
        maxReadings = in.whole("max_readings", 0, 0, Integer.MAX_VALUE);
        if (maxReadings > 0 && maxReadings < LEAST_READINGS) {
            in.wrong("max_readings", "0 or at least " + LEAST_READINGS);
        }
        maxAgeS = in.whole("max_age_s", 0, 0, Integer.MAX_VALUE);
        policy = RetentionConfig.policy(in);
        thinIntervalS = in.whole("thin_interval_s", 900, 10, 86_400);
        wearBudget = in.bytes("wear_budget", 0, 0, 1L << 40);
        commitIntervalMaxMs = in.whole("commit_interval_max_ms", 10_000, 10, 3_600_000);
        if (wearBudget > 0 && commitIntervalMaxMs < commitIntervalMs) {
            in.wrong("commit_interval_max_ms", "at least commit_interval_ms, which is " + commitIntervalMs
                + "; the default is " + 10_000);
        }
        in.finish();
    }
}
