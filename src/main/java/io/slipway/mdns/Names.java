package io.slipway.mdns;

/** Names of DNS as keys. */
final class Names {
    private Names() {
    }

    /** Whether it can be written again as it was read: of ASCII, and none of its labels empty. */
    static boolean isPlain(String name) {
        char last = '.';
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < ' ' || c > '~' || c == '.' && last == '.') {
                return false;
            }
            last = c;
        }
        return last == '.' && !name.isEmpty();
    }

    /** In lower case as far as DNS goes, which is ASCII (RFC 6762, 16). */
    static String lower(String name) {
        StringBuilder lower = null;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                lower = lower == null ? new StringBuilder(name) : lower;
                lower.setCharAt(i, (char) (c + 'a' - 'A'));
            }
        }
        return lower == null ? name : lower.toString();
    }
}
