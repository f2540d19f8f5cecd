package io.slipway.cli;

/** Text that came over the air or the network, made fit for a terminal. */
final class Printable {
    private Printable() {
    }

    /** The same with a dot for each control character: a mote must not be able to speak to somebody's terminal. */
    static String of(String text) {
        StringBuilder out = new StringBuilder(text);
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || c >= '\u202a' && c <= '\u202e'
                || c >= '\u2066' && c <= '\u2069') {
                out.setCharAt(i, '.');
            }
        }
        return out.toString();
    }

    /** The same, cut to so many characters. */
    static String of(String text, int most) {
        String whole = of(text);
        return whole.length() <= most ? whole : whole.substring(0, most - 1) + "…";
    }
}
