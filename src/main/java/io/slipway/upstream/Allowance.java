package io.slipway.upstream;

import io.slipway.config.UpstreamConfig;

/**
 * What a metered link may still carry. New readings may use all of it; what has waited leaves half of each burst to
 * them. Sender thread only, but for {@link #heldBackS}.
 */
final class Allowance {
    /** A backlog may not take the last half of a burst. */
    private static final double SHARE_OF_LIVE = 0.5;
    /**
     * The part of an hour's bytes that may go at once. The rest comes evenly, so that no hour has more than the whole.
     */
    private static final double BURST_OF_HOUR = 0.1;

    private final String[] options = {"bytes_per_s", "readings_per_s", "bytes_per_hour"};
    private final TokenBucket[] buckets = new TokenBucket[options.length];
    private final int largest;
    private final double[] costs = new double[options.length];
    private String holder;
    private volatile long freeAtNs;

    Allowance(UpstreamConfig config, long nowNs) {
        if (config.bytesPerS > 0) {
            buckets[0] = new TokenBucket(config.bytesPerS, config.bytesPerS, config.bytesPerS, nowNs);
        }
        if (config.readingsPerS > 0) {
            buckets[1] = new TokenBucket(config.readingsPerS, config.readingsPerS, config.readingsPerS, nowNs);
        }
        if (config.bytesPerHour > 0) {
            // Empty at first: a gateway that is started again and again keeps to it as well.
            buckets[2] = new TokenBucket(config.bytesPerHour * (1 - BURST_OF_HOUR) / 3600,
                config.bytesPerHour * BURST_OF_HOUR, 0, nowNs);
        }
        double burst = Math.min(config.bytesPerS == 0 ? Integer.MAX_VALUE : config.bytesPerS,
            config.bytesPerHour == 0 ? Integer.MAX_VALUE : config.bytesPerHour * BURST_OF_HOUR);
        largest = (int) (burst * SHARE_OF_LIVE);
        freeAtNs = nowNs;
    }

    /** The largest packet in bytes that need not wait for a full bucket, and have others wait behind it. */
    int largest() {
        return largest;
    }

    /**
     * Takes what a packet costs, if it may go now.
     *
     * @param waited whether its readings are a backlog
     */
    boolean take(int bytes, int readings, boolean waited, long nowNs) {
        price(bytes, readings);
        long longest = 0;
        holder = null;
        for (int i = 0; i < buckets.length; i++) {
            long wait = buckets[i] == null ? 0 : buckets[i].waitNs(costs[i], waited ? SHARE_OF_LIVE : 0, nowNs);
            if (wait > longest) {
                longest = wait;
                holder = options[i];
            }
        }
        freeAtNs = nowNs + longest;
        if (longest > 0) {
            return false;
        }
        charge(bytes, readings);
        return true;
    }

    /** Takes what a packet costs that goes in any case. */
    void charge(int bytes, int readings) {
        price(bytes, readings);
        for (int i = 0; i < buckets.length; i++) {
            if (buckets[i] != null) {
                buckets[i].take(costs[i]);
            }
        }
    }

    private void price(int bytes, int readings) {
        costs[0] = bytes;
        costs[1] = readings;
        costs[2] = bytes;
    }

    /** The option that held back what was last asked for; {@code null} where it went. */
    String holder() {
        return holder;
    }

    /** Milliseconds until what was held back may go, 1 or more. */
    long waitMs(long nowNs) {
        return Math.max(1, (freeAtNs - nowNs + 999_999) / 1_000_000);
    }

    /** Seconds until what is held back may go; 0 where nothing is. Any thread. */
    long heldBackS() {
        return Math.max(0, (freeAtNs - System.nanoTime() + 999_999_999) / 1_000_000_000);
    }
}
