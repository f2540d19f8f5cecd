package io.slipway.cli;

import io.slipway.config.StoreConfig;
import io.slipway.store.Extent;

/** What {@code size} says, worked out. Immutable. */
public final class SizeFigures {
    /** Bytes of a payload where nothing is known: a number in text. */
    public static final double USUAL_PAYLOAD = 5;
    /** What a sealed block takes beside its payload: its row, its entries in the indexes, what is free in pages. */
    static final int BLOCK_BYTES = 600;
    /** What a reading takes in a block beside a payload that does not compress: number, times, series, length. */
    private static final double READING_BYTES = 2.5;
    /** So many readings must have been committed before what is written for one is known. */
    private static final int ENOUGH = 512;
    /** What a commit writes where that is not known: its pages in the log, by the block of the flash, and merged. */
    private static final int COMMIT_BYTES = 6 << 10;
    private static final long DAY_S = 86_400;

    /** Bytes of the database that are in use. */
    public final long usedBytes;
    final long blocks;
    /** Whether the bytes of a reading were measured, not estimated. */
    final boolean measured;
    final double bytesPerReading;
    final long readingsPerMb;
    /** So many fit the store. */
    public final long readings;
    /** Readings a second; 0 where nobody knows. */
    public final double rate;
    final boolean rateMeasured;
    /** Seconds until the store is full of readings that nobody took. */
    final long outageS;
    final long flashBytesPerDay;
    /** Whether that was measured by the gateway that runs, at the rate that it has. */
    final boolean flashMeasured;

    /**
     * Works them out.
     *
     * @param givenRate readings a second, 0 for the measured rate
     * @param payload bytes that do not compress, 0 for what was measured
     */
    public SizeFigures(StoreConfig config, Extent extent, double givenRate, double payload) {
        usedBytes = extent.usedBytes;
        blocks = extent.blocks;
        measured = payload == 0;
        double blockReadings = extent.blocks > 0 ? (double) extent.readings / extent.blocks : config.blockReadings;
        double perReading = measured ? (double) extent.payloadBytes / extent.readings : READING_BYTES + payload;
        bytesPerReading = perReading + BLOCK_BYTES / blockReadings;
        readings = (long) (config.maxBytes / bytesPerReading);
        readingsPerMb = (long) ((1 << 20) / bytesPerReading);
        rateMeasured = givenRate == 0 && extent.spanMs > 0 && extent.readings > 1;
        rate = rateMeasured ? (extent.readings - 1) * 1000.0 / extent.spanMs : givenRate;
        outageS = rate > 0 ? (long) (readings / rate) : 0;
        flashMeasured = rateMeasured && measured && extent.committed >= ENOUGH;
        if (flashMeasured) {
            flashBytesPerDay = (long) (DAY_S * rate * extent.writtenBytes / extent.committed);
            return;
        }
        // A commit waits for the interval from its first reading on, or until there are enough.
        double commits = rate == 0 ? 0 : Math.max(1 / (1 / rate + config.commitIntervalMs / 1000.0),
            rate / config.commitReadings);
        flashBytesPerDay = (long) (DAY_S * (commits * COMMIT_BYTES + 2 * rate * bytesPerReading));
    }
}
