package io.slipway.mesh.mqttsn;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The topic ids of one client, 1, 2, 3 ..., which the gateway gives (MQTT-SN 1.2 section 6.5). One thread. */
final class TopicIds {
    /** What a topic costs beside its name, about. */
    private static final int EACH = 100;

    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    /** The ids that the client knows: it was told, or asked for them. */
    private final BitSet known = new BitSet();
    private final int limit;
    private final Budget budget;

    TopicIds(int limit, Budget budget) {
        this.limit = limit;
        this.budget = budget;
    }

    /** The id of a topic, a new one if need be; 0 where there is no room for another. */
    int give(String name) {
        Integer id = ids.get(name);
        if (id != null) {
            return id;
        }
        if (names.size() >= limit || !budget.take(cost(name))) {
            return 0;
        }
        names.add(name);
        ids.put(name, names.size());
        return names.size();
    }

    /** The topic of an id that was given; otherwise {@code null}. */
    String name(int id) {
        return id >= 1 && id <= names.size() ? names.get(id - 1) : null;
    }

    boolean isKnown(int id) {
        return known.get(id);
    }

    void known(int id, boolean isKnown) {
        known.set(id, isKnown);
    }

    /** The client has started anew and may have forgotten every id. */
    void forgetKnown() {
        known.clear();
    }

    void clear() {
        for (String name : names) {
            budget.give(cost(name));
        }
        names.clear();
        ids.clear();
        known.clear();
    }

    private static int cost(String name) {
        return EACH + 2 * name.length();
    }
}
