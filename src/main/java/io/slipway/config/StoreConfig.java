package io.slipway.config;

/** {@code config store}: how readings are kept. Immutable. */
public final class StoreConfig {
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
    /** Bytes that the database may take, 1M to 1024G; the oldest blocks go first. Default 64M. */
    public final long maxBytes;

    StoreConfig(SectionReader in) {
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
        in.finish();
    }
}
