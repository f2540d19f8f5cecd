package io.moquette.broker;

/**
 * Bounds how fast one client is read: so many packets a second, and as many at once. Called by the network thread.
 */
final class PacketRate {
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** Whoever sent even more at once is let off: a client that is not read for longer would seem to be gone. */
    private static final long LONGEST_MS = 5000;

    private final int perSecond;
    private double left;
    private long countedNs;

    /** @param perSecond 0 for no limit */
    PacketRate(int perSecond, long nowNs) {
        this.perSecond = perSecond;
        this.left = perSecond;
        this.countedNs = nowNs;
    }

    /** One packet came. @return for how many milliseconds nothing more is to be read; 0 to go on */
    long took(long nowNs) {
        if (perSecond == 0) {
            return 0;
        }
        left = Math.min(perSecond, left + (nowNs - countedNs) * (double) perSecond / SECOND_NANOS) - 1;
        countedNs = nowNs;
        return left >= 0 ? 0 : Math.min(LONGEST_MS, 1 + (long) (-left * 1000 / perSecond));
    }
}
