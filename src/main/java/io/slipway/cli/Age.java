package io.slipway.cli;

/** How long something takes or is ago, in the two largest units, for people. */
final class Age {
    private Age() {
    }

    /** @param seconds less than 0 counts as 0 */
    static String of(long seconds) {
        long s = Math.max(0, seconds);
        if (s < 120) {
            return s + " s";
        }
        if (s < 2 * 3600) {
            return s / 60 + " min";
        }
        return s < 2 * 86_400 ? s / 3600 + " h " + s / 60 % 60 + " min" : s / 86_400 + " days " + s / 3600 % 24 + " h";
    }

    /** How long a moment is ago; one in the future by the clock of who asks is now. */
    static String since(long thenMs, long nowMs) {
        return of((nowMs - thenMs) / 1000) + " ago";
    }
}
