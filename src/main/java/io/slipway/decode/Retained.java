package io.slipway.decode;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the broker keeps for us, in its memory: at most so much, and so that it can be taken back. One thread. */
final class Retained {
    /** Topics, at most. */
    static final int MAX = 2048;
    /** Bytes of all messages together, at most. */
    static final int MAX_BYTES = 1 << 20;
    private static final byte[] NOTHING = {};

    /** The bytes of each topic's message. */
    private final Map<String, Integer> sizes = new LinkedHashMap<>();
    private final Output output;
    private final Health health;
    private int bytes;

    Retained(Output output, Health health) {
        this.output = output;
        this.health = health;
    }

    /** Publishes a message that is kept, or, beyond the limits, one that is not. */
    void publish(String topic, byte[] payload) {
        Integer before = sizes.remove(topic);
        bytes -= before == null ? 0 : before;
        boolean keep = sizes.size() < MAX && bytes + payload.length <= MAX_BYTES;
        if (keep) {
            sizes.put(topic, payload.length);
            bytes += payload.length;
        } else {
            health.count(Counter.DECODE_NOT_RETAINED);
            if (before != null) {
                // Else the one before would be kept as if it were the last.
                output.publish(topic, NOTHING, true);
            }
        }
        output.publish(topic, payload, keep);
    }

    /** Takes back what is kept on topics that begin so. */
    void remove(String prefix) {
        for (Iterator<Map.Entry<String, Integer>> kept = sizes.entrySet().iterator(); kept.hasNext();) {
            Map.Entry<String, Integer> one = kept.next();
            if (one.getKey().startsWith(prefix)) {
                kept.remove();
                bytes -= one.getValue();
                output.publish(one.getKey(), NOTHING, true);
            }
        }
    }
}
