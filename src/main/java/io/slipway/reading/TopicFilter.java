package io.slipway.reading;

/** An MQTT topic filter (MQTT 5 section 4.7), held against topics without splitting them. Immutable; any thread. */
public final class TopicFilter {
    private final String filter;

    /** @param filter well-formed */
    public TopicFilter(String filter) {
        this.filter = filter;
    }

    /** Whether a subscriber to the filter gets what is published to the topic. */
    public boolean matches(String topic) {
        // Topics like $SYS are not what somebody means who subscribes to everything: section 4.7.2.
        if (topic.startsWith("$") && !filter.startsWith("$")) {
            return false;
        }
        int f = 0;
        int t = 0;
        while (f < filter.length()) {
            char c = filter.charAt(f);
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                int end = topic.indexOf('/', t);
                t = end < 0 ? topic.length() : end;
                f++;
            } else if (t < topic.length() && topic.charAt(t) == c) {
                f++;
                t++;
            } else {
                // "sport/#" also means "sport" itself.
                return t == topic.length() && filter.startsWith("/#", f);
            }
        }
        return t == topic.length();
    }
}
