package io.slipway.mesh.mqttsn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The subscriptions of one client, which cost bytes of the common budget. One thread. */
final class Subscriptions {
    /** What a subscription costs beside its filter, about. */
    private static final int EACH = 100;

    private final Map<String, Subscription> all = new HashMap<>();
    /** Those with wildcards among them. */
    private final List<Subscription> wildcards = new ArrayList<>();
    private final int limit;
    private final Budget budget;

    Subscriptions(int limit, Budget budget) {
        this.limit = limit;
        this.budget = budget;
    }

    /** Adds one, in place of an earlier one to the same filter; false where there is no room. */
    boolean add(Subscription subscription) {
        Subscription old = all.get(subscription.filter);
        if (old == null && (all.size() >= limit || !budget.take(cost(subscription)))) {
            return false;
        }
        wildcards.remove(old);
        all.put(subscription.filter, subscription);
        if (subscription.wildcard != null) {
            wildcards.add(subscription);
        }
        return true;
    }

    void remove(String filter) {
        Subscription removed = all.remove(filter);
        if (removed != null) {
            wildcards.remove(removed);
            budget.give(cost(removed));
        }
    }

    void clear() {
        for (Subscription subscription : all.values()) {
            budget.give(cost(subscription));
        }
        all.clear();
        wildcards.clear();
    }

    /** What the client wants of a topic, by its name before any wildcard; {@code null} for nothing. */
    Subscription to(String topic) {
        Subscription byName = all.get(topic);
        if (byName != null && byName.wildcard == null) {
            return byName;
        }
        Subscription best = null;
        for (int i = 0; i < wildcards.size(); i++) {
            Subscription one = wildcards.get(i);
            if (one.coversByWildcard(topic) && (best == null || one.qos > best.qos)) {
                best = one;
            }
        }
        return best;
    }

    Iterable<Subscription> all() {
        return all.values();
    }

    private static int cost(Subscription subscription) {
        return EACH + 2 * subscription.filter.length();
    }
}
