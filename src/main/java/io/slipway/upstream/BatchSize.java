package io.slipway.upstream;

import io.slipway.config.UpstreamConfig;

/**
 * How large batches may be now: as configured, or less after the broker found one too large or would not have it as
 * it is. Sender thread only.
 */
final class BatchSize {
    /** Batches to pass at a reduced size before a larger one is tried again. */
    private static final int CALM = 32;

    private final int maxReadings;
    private final int maxBytes;
    private int readings;
    private int calm;

    BatchSize(UpstreamConfig config) {
        this.maxReadings = config.readingsPerS == 0 ? config.batchReadings
            : Math.min(config.batchReadings, config.readingsPerS);
        this.maxBytes = config.batchBytes;
        this.readings = maxReadings;
    }

    /** Readings in a batch at most. */
    int readings() {
        return readings;
    }

    /** Bytes of payload in a batch at most. */
    int bytes() {
        return maxBytes;
    }

    /** Batches to come have at most half as many readings as this one, which has more than one. */
    void halve(int refused) {
        calm = 0;
        readings = Math.max(1, Math.min(readings, refused) / 2);
    }

    /** So many batches have passed: after a while at a reduced size, a larger one is tried. */
    void passed(int batches) {
        calm += batches;
        if (readings < maxReadings && calm >= CALM) {
            calm = 0;
            readings = Math.min(maxReadings, readings * 2);
        }
    }
}
