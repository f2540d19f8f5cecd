package io.slipway.config;

/** A number as people write it: decimal digits and nothing else, where Java's parsers also take signs and more. */
final class WholeNumber {
    /** As many digits as a {@code long} holds in any case. */
    private static final int MOST_DIGITS = 18;

    private WholeNumber() { }

    /** The number, or -1 for anything but 1 to 18 digits. */
    static long parse(String text) {
        if (text.isEmpty() || text.length() > MOST_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
