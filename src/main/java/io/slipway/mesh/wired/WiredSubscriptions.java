package io.slipway.mesh.wired;

import io.slipway.mesh.TopicRules;
import io.slipway.reading.TopicFilter;

/** What the client subscribes to. One thread changes it; any may ask. */
final class WiredSubscriptions {
    private static final int LIMIT = 64;

    /** One of them. Immutable. */
    private static final class One {
        private final String filter;
        private final TopicFilter matcher;
        private final int qos;

        One(String filter, int qos) {
            this.filter = filter;
            this.matcher = new TopicFilter(filter);
            this.qos = qos;
        }
    }

    /** Replaced as a whole. */
    private volatile One[] all = {};

    /** Adds one, in place of an earlier one to the same filter; false where there is no room. */
    boolean add(String filter, int qos) {
        remove(filter);
        One[] old = all;
        if (old.length == LIMIT) {
            return false;
        }
        One[] more = new One[old.length + 1];
        System.arraycopy(old, 0, more, 0, old.length);
        more[old.length] = new One(filter, qos);
        all = more;
        return true;
    }

    void remove(String filter) {
        One[] old = all;
        for (int i = 0; i < old.length; i++) {
            if (old[i].filter.equals(filter)) {
                One[] fewer = new One[old.length - 1];
                System.arraycopy(old, 0, fewer, 0, i);
                System.arraycopy(old, i + 1, fewer, i, fewer.length - i);
                all = fewer;
                return;
            }
        }
    }

    void clear() {
        all = new One[0];
    }

    /** The most with which the client wants a topic: 0, 1 or 2; -1 where it does not. */
    int qos(String topic) {
        int most = -1;
        for (One one : all) {
            if (one.qos > most && one.matcher.matches(topic) && TopicRules.isFor(one.filter, topic)) {
                most = one.qos;
            }
        }
        return most;
    }
}
