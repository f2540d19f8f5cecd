package io.slipway.security;

/**
 * One line of an access file: what is allowed or denied on the topics of a filter. Immutable; any thread.
 *
 * <p>In the filter of a {@code pattern} line, {@code %u} stands for the user's name and {@code %c} for the client's
 * id, anywhere in it.
 */
final class AclRule {
    static final int READ = 1;
    static final int WRITE = 2;
    /** Denies both. */
    static final int DENY = 0;

    /** {@link #READ}, {@link #WRITE}, both, or {@link #DENY}. */
    final int access;
    private final String filter;
    private final boolean isPattern;

    AclRule(int access, String filter, boolean isPattern) {
        this.access = access;
        this.filter = filter;
        this.isPattern = isPattern;
    }

    /**
     * The filter as it is for one client.
     *
     * @param user {@code null} for an anonymous client
     * @return {@code null} where it says nothing about the client: without a user, or with a name that would be more
     *     than one level or a wildcard
     */
    private String filterOf(String user, String client) {
        if (!isPattern) {
            return filter;
        }
        StringBuilder filled = new StringBuilder();
        for (int i = 0; i < filter.length(); i++) {
            boolean escape = filter.charAt(i) == '%' && i + 1 < filter.length();
            char what = escape ? filter.charAt(i + 1) : ' ';
            if (what == 'u' || what == 'c') {
                String name = what == 'u' ? user : client;
                if (name == null || name.isEmpty() || hasSpecial(name)) {
                    return null;
                }
                filled.append(name);
                i++;
            } else {
                filled.append(filter.charAt(i));
            }
        }
        return filled.toString();
    }

    private static boolean hasSpecial(String name) {
        return name.indexOf('/') >= 0 || name.indexOf('+') >= 0 || name.indexOf('#') >= 0;
    }

    /** Whether every topic of another filter, or a topic, belongs to the rule's. */
    boolean covers(String topicOrFilter, String user, String client) {
        String own = filterOf(user, client);
        return own != null && covers(own, 0, topicOrFilter, 0);
    }

    /** Whether there are topics that belong to both. */
    boolean meets(String other, String user, String client) {
        String own = filterOf(user, client);
        return own != null && !isReserved(own, other) && meets(own, 0, other, 0);
    }

    /** Wildcards at the beginning do not stand for topics like $SYS: MQTT 5 section 4.7.2. */
    private static boolean isReserved(String a, String b) {
        return a.startsWith("$") != b.startsWith("$");
    }

    private static boolean covers(String wide, int w, String narrow, int n) {
        if (w == 0 && isReserved(wide, narrow)) {
            return false;
        }
        int wideEnd = end(wide, w);
        if (w > wide.length()) {
            return n > narrow.length();
        }
        if (isLevel(wide, w, wideEnd, '#')) {
            return true;
        }
        if (n > narrow.length()) {
            return false;
        }
        int narrowEnd = end(narrow, n);
        boolean level = isLevel(wide, w, wideEnd, '+') && !isLevel(narrow, n, narrowEnd, '#')
            || sameLevel(wide, w, wideEnd, narrow, n, narrowEnd);
        return level && covers(wide, wideEnd + 1, narrow, narrowEnd + 1);
    }

    private static boolean meets(String a, int i, String b, int j) {
        boolean aOver = i > a.length();
        boolean bOver = j > b.length();
        int aEnd = end(a, i);
        int bEnd = end(b, j);
        if (!aOver && isLevel(a, i, aEnd, '#') || !bOver && isLevel(b, j, bEnd, '#')) {
            return true;
        }
        if (aOver || bOver) {
            return aOver && bOver;
        }
        boolean level = isLevel(a, i, aEnd, '+') || isLevel(b, j, bEnd, '+') || sameLevel(a, i, aEnd, b, j, bEnd);
        return level && meets(a, aEnd + 1, b, bEnd + 1);
    }

    private static int end(String filter, int begin) {
        int slash = filter.indexOf('/', begin);
        return slash < 0 ? filter.length() : slash;
    }

    private static boolean isLevel(String filter, int begin, int end, char wildcard) {
        return end - begin == 1 && filter.charAt(begin) == wildcard;
    }

    private static boolean sameLevel(String a, int i, int aEnd, String b, int j, int bEnd) {
        return aEnd - i == bEnd - j && a.regionMatches(i, b, j, aEnd - i);
    }
}
