package io.slipway.ingest;

/**
 * Writes a moment as RFC 3339 in UTC with milliseconds, {@code 2026-11-21T10:50:49.123Z}. Own arithmetic because
 * {@code java.time} loads some hundred classes for it, which an interpreter on a small box pays at every start.
 */
public final class Rfc3339 {
    private static final long DAY_MS = 86_400_000L;

    private Rfc3339() {
    }

    /**
     * The moment as text.
     *
     * @param millis since 1970, years 0 to 9999
     */
    public static String format(long millis) {
        long day = Math.floorDiv(millis, DAY_MS);
        int time = (int) Math.floorMod(millis, DAY_MS);
        // The proleptic Gregorian calendar in eras of 400 years that begin on 1 March, so that leap days come last.
        long shifted = day + 719_468;
        long era = Math.floorDiv(shifted, 146_097);
        int dayOfEra = (int) (shifted - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
        StringBuilder text = new StringBuilder(24);
        digits(text, year, 4).append('-');
        digits(text, month, 2).append('-');
        digits(text, dayOfYear - (153 * marchMonth + 2) / 5 + 1, 2).append('T');
        digits(text, time / 3_600_000, 2).append(':');
        digits(text, time / 60_000 % 60, 2).append(':');
        digits(text, time / 1000 % 60, 2).append('.');
        return digits(text, time % 1000, 3).append('Z').toString();
    }

    private static StringBuilder digits(StringBuilder text, int number, int width) {
        String digits = Integer.toString(number);
        for (int i = digits.length(); i < width; i++) {
            text.append('0');
        }
        return text.append(digits);
    }
}
