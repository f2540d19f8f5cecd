package io.slipway.decode;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which topics the broker keeps a message of for us, so that they can be taken back. One thread at a time. */
final class Retained {
    /** The broker keeps them in memory. */
    static final int MAX = 2048;

    private final Set<String> topics = new LinkedHashSet<>();
    private final Output output;
    private final Health health;

    Retained(Output output, Health health) {
        this.output = output;
        this.health = health;
    }

    /** Publishes a message that is kept, or, beyond the limit, one that is not. */
    void publish(String topic, byte[] payload) {
        boolean keep = topics.contains(topic) || topics.size() < MAX;
        if (keep) {
            topics.add(topic);
        } else {
            health.count(Counter.DECODE_NOT_RETAINED);
        }
        output.publish(topic, payload, keep);
    }

    /** Takes back what is kept on topics that begin so. */
    void remove(String prefix) {
        for (Iterator<String> kept = topics.iterator(); kept.hasNext();) {
            String topic = kept.next();
            if (topic.startsWith(prefix)) {
                kept.remove();
                output.publish(topic, new byte[0], true);
            }
        }
    }
}
