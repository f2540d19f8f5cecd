package io.slipway.upstream;

/**
 * So much a second on average, and a burst more at a time: over any time t at most {@code burst + rate * t}, but for
 * what is larger than a burst. By the monotonic clock. Not thread-safe.
 */
final class TokenBucket {
    private final double perNs;
    private final double burst;
    private double level;
    private long filledAtNs;

    /**
     * @param perSecond more than 0
     * @param burst what may go at once after a long rest
     * @param level what may go at once now
     */
    TokenBucket(double perSecond, double burst, double level, long nowNs) {
        this.perNs = perSecond / 1e9;
        this.burst = burst;
        this.level = level;
        this.filledAtNs = nowNs;
    }

    /**
     * Nanoseconds until so much may go, 0 where it may now. What is larger than a burst may go when the bucket is
     * full, and makes those after it wait longer.
     *
     * @param share the part of the burst that must be left then, 0 to 1
     */
    long waitNs(double amount, double share, long nowNs) {
        level = Math.min(burst, level + (nowNs - filledAtNs) * perNs);
        filledAtNs = nowNs;
        double missing = Math.min(burst, amount + share * burst) - level;
        return missing <= 0 ? 0 : (long) Math.ceil(missing / perNs);
    }

    /** Takes so much, also what is not there. */
    void take(double amount) {
        level -= amount;
    }
}
