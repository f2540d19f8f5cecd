package io.slipway.sync;

/**
 * Finds the first block in which two nodes differ, from hashes alone. A hash covers all blocks before it, so the
 * answers fall into equal ones and, behind them, different ones; each question narrows the range to a sixteenth. A
 * hash that either side does not know says nothing and is passed over.
 */
final class FirstDifference {
    private static final int FAN = 16;
    private static final int PATIENCE = 4;

    final StreamKey key;
    /** The highest block that is known to be equal, and the lowest that is known to differ. */
    private long equal;
    private long different;
    /** How often in a row an answer said nothing. */
    private int inVain;
    private final long end;
    long from;
    long step;
    long count;

    /**
     * Compares blocks 1 to {@code end}.
     *
     * @param latest so many blocks at the end are compared one by one first, at most {@link Frames#MAX_DIGEST}: that
     *     also shows a hash that is wrong in one place only; 0 for none
     */
    FirstDifference(StreamKey key, long end, int latest) {
        this.key = key;
        this.end = end;
        this.different = end + 1;
        if (latest > 0) {
            step = 1;
            from = Math.max(1, end - latest + 1);
            count = end - from + 1;
        } else {
            ask();
        }
    }

    private void ask() {
        long open = different - equal - 1;
        // Where all that was asked for is unknown, other blocks may be known.
        step = Math.max(1, (open + FAN - 1) / FAN - inVain);
        from = Math.min(equal + step, different - 1);
        count = open <= 0 ? 0 : Math.min(Frames.MAX_DIGEST, (different - 1 - from) / step + 1);
    }

    /** Whether nothing is left to ask. */
    boolean isFound() {
        return count == 0;
    }

    /** The first block that differs; {@code end + 1} for none. */
    long first() {
        return different;
    }

    boolean isSame() {
        return different > end;
    }

    /**
     * Takes an answer.
     *
     * @param mine the own hashes for the same blocks, 0 where not known
     * @return {@code false} if too many answers in a row said nothing: asking again is of no use
     */
    boolean answered(long[] theirs, long[] mine) {
        boolean told = false;
        for (int i = 0; i < count && i < theirs.length; i++) {
            long number = from + i * step;
            if (theirs[i] != 0 && mine[i] != 0 && number > equal && number < different) {
                told = true;
                if (theirs[i] == mine[i]) {
                    equal = number;
                } else {
                    different = number;
                }
            }
        }
        inVain = told ? 0 : inVain + 1;
        ask();
        return inVain < PATIENCE;
    }
}
