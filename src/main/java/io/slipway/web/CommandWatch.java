package io.slipway.web;

import io.slipway.json.JsonReader;
import io.slipway.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the last commands, wherever they came from: {@value #MOST} of them, since the gateway was started. Any
 * thread; never waits.
 */
final class CommandWatch {
    static final int MOST = 128;

    /** Waits for the first word on a command. */
    interface Listener {
        /** Called once, by whoever reports. Must not wait. */
        void reported(String json, String state, String kind);
    }

    /** By node and id; the oldest report comes first. */
    private final Map<String, String> last = new LinkedHashMap<>();
    private final Map<String, Listener> awaited = new HashMap<>();

    /** Has the first report on that topic told to a listener. */
    synchronized void await(String stateTopic, Listener listener) {
        awaited.put(stateTopic, listener);
    }

    synchronized void forget(String stateTopic) {
        awaited.remove(stateTopic);
    }

    /**
     * A report on a command.
     *
     * @param what of the topic, what follows {@code down/}
     * @return the same for who follows: node, command and report in one object
     */
    byte[] reported(String stateTopic, String node, String what, byte[] report) {
        Object parsed = JsonReader.read(report);
        Map<?, ?> members = parsed instanceof Map ? (Map<?, ?>) parsed : new HashMap<String, Object>();
        Object id = members.get("id");
        int slash = what.indexOf('/');
        boolean hasParameters = slash > 0 && what.lastIndexOf('=', slash) > 0;
        String json = new JsonWriter().object().field("node", node)
            .field("to", hasParameters ? what.substring(slash + 1) : what)
            .field("id", id instanceof String ? (String) id : null)
            .field("at", System.currentTimeMillis())
            .name("report").literal(new String(report, StandardCharsets.UTF_8)).endObject().toString();
        Listener listener;
        synchronized (this) {
            if (id instanceof String) {
                keep(node + "/" + id, json);
            }
            listener = awaited.remove(stateTopic);
        }
        if (listener != null) {
            listener.reported(json, String.valueOf(members.get("state")), String.valueOf(members.get("kind")));
        }
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private void keep(String key, String json) {
        last.remove(key);
        if (last.size() == MOST) {
            last.remove(last.keySet().iterator().next());
        }
        last.put(key, json);
    }

    /** What became of one; {@code null} where nothing is known of it. */
    synchronized String find(String node, String id) {
        return last.get(node + "/" + id);
    }

    /** Of all, the one with the newest report first. */
    synchronized List<String> all() {
        List<String> all = new ArrayList<>(last.values());
        Collections.reverse(all);
        return all;
    }
}
