package io.slipway.retry;

import java.util.Random;

/**
 * How long to wait before the next attempt: at least {@code minMs}, doubling with every attempt, at most {@code
 * maxMs}, and spread at random over half of that, so that many gateways that lost the same peer do not all come back
 * at the same moment. Used by one thread.
 */
public final class Backoff {
    private final long minMs;
    private final long maxMs;
    private final Random random;
    private long ceilingMs;

    /**
     * Begins with the shortest wait.
     *
     * @param minMs the shortest wait in milliseconds, at least 1
     * @param maxMs the longest wait in milliseconds, at least {@code minMs}
     * @param random the source of the spread; a seeded one makes the waits repeatable
     */
    public Backoff(long minMs, long maxMs, Random random) {
        if (minMs < 1 || maxMs < minMs) {
            throw new IllegalArgumentException("1 <= " + minMs + " <= " + maxMs + " does not hold");
        }
        this.minMs = minMs;
        this.maxMs = maxMs;
        this.random = random;
        reset();
    }

    /** Milliseconds to wait now, from {@code minMs} to {@code maxMs}; the wait after it will be about twice as long. */
    public long nextMs() {
        long floor = Math.max(minMs, ceilingMs / 2);
        long wait = floor + (long) (random.nextDouble() * (ceilingMs - floor + 1));
        ceilingMs = doubled(ceilingMs);
        return wait;
    }

    /** Begins anew with the shortest wait: the last attempt was a success that lasted. */
    public void reset() {
        ceilingMs = doubled(minMs);
    }

    private long doubled(long ms) {
        return ms > maxMs / 2 ? maxMs : ms * 2;
    }
}
