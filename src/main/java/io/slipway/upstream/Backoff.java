package io.slipway.upstream;

import java.util.Random;

/**
 * How long to wait before the next attempt: doubles from the shortest to the longest wait, each spread over a quarter
 * to either side so that gateways which lost their broker together do not come back together. Not thread-safe.
 */
final class Backoff {
    private final int minMs;
    private final int maxMs;
    private final Random random;
    private int failures;

    Backoff(int minMs, int maxMs, Random random) {
        this.minMs = minMs;
        this.maxMs = maxMs;
        this.random = random;
    }

    /** The next wait in milliseconds. */
    long nextMs() {
        long wait = Math.min((long) minMs << failures, maxMs);
        // Beyond 31 doublings every wait is the longest, and the shift must not overflow.
        failures = Math.min(failures + 1, 31);
        return wait - wait / 4 + (long) (random.nextDouble() * (wait / 2));
    }

    /** After something went well: begins with the shortest wait again. */
    void reset() {
        failures = 0;
    }
}
