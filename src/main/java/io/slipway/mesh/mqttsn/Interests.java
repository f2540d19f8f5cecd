package io.slipway.mesh.mqttsn;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What all clients of a gateway subscribe to, taken together: what of the LAN concerns them. Immutable. */
final class Interests {
    private final Set<String> names = new HashSet<>();
    private final List<Subscription> wildcards = new ArrayList<>();

    Interests(Iterable<Session> sessions) {
        Set<String> seen = new HashSet<>();
        for (Session session : sessions) {
            for (Subscription subscription : session.subscriptions.all()) {
                if (subscription.wildcard == null) {
                    names.add(subscription.filter);
                } else if (seen.add(subscription.filter)) {
                    wildcards.add(subscription);
                }
            }
        }
    }

    /** Whether anybody wants it. Any thread. */
    boolean include(String topic) {
        if (names.contains(topic)) {
            return true;
        }
        for (int i = 0; i < wildcards.size(); i++) {
            if (wildcards.get(i).coversByWildcard(topic)) {
                return true;
            }
        }
        return false;
    }
}
