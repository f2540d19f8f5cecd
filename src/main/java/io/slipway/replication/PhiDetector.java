package io.slipway.replication;

/**
 * How much a silence means, from the times between the last 100 signs of life (Hayashibara et al., "The phi accrual
 * failure detector", 2004): phi 1 is a silence that one in ten lines of this kind has, phi 8 one in a hundred million.
 * The normal distribution's tail is taken by the logistic approximation, as others do. One thread.
 */
final class PhiDetector {
    private static final int WINDOW = 100;
    /** A line that was regular for a while is not therefore dead after one late sign. */
    private static final double LEAST_DEVIATION_MS = 300;
    /** A garbage collection or a busy processor at the other end. */
    private static final double PAUSE_MS = 3000;

    private final long[] intervals = new long[WINDOW];
    private int count;
    private int next;
    private double sum;
    private double squares;
    private long last = -1;

    /** @param expectedMs the time between two signs that is to be expected before any is known */
    PhiDetector(long expectedMs) {
        add(expectedMs - expectedMs / 4);
        add(expectedMs + expectedMs / 4);
    }

    /** A sign of life came. */
    void heard(long nowMs) {
        if (last >= 0) {
            add(nowMs - last);
        }
        last = nowMs;
    }

    /** The way was opened anew: the time without one says nothing about how regular the signs are. */
    void restart(long nowMs) {
        last = nowMs;
    }

    private void add(long interval) {
        if (count == WINDOW) {
            sum -= intervals[next];
            squares -= (double) intervals[next] * intervals[next];
        } else {
            count++;
        }
        intervals[next] = interval;
        next = (next + 1) % WINDOW;
        sum += interval;
        squares += (double) interval * interval;
    }

    /** Of the silence until now; 0 before the first sign. */
    double phi(long nowMs) {
        if (last < 0) {
            return 0;
        }
        double mean = sum / count;
        double deviation = Math.max(LEAST_DEVIATION_MS, Math.sqrt(Math.max(0, squares / count - mean * mean)));
        double y = (nowMs - last - mean - PAUSE_MS) / deviation;
        double e = Math.exp(-y * (1.5976 + 0.070566 * y * y));
        // Two forms of one number: each is exact on its side of the middle.
        double later = y > 0 ? e / (1 + e) : 1 - 1 / (1 + e);
        return later <= 0 ? Double.MAX_VALUE : -Math.log10(later);
    }
}
