package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import io.slipway.testing.Await;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Commands that a LAN client gives to nodes of a crowd, and what it hears of them. */
final class Orders {
    private static final int PATIENCE_S = 180;

    private final Crowd crowd;
    private final Place lan;
    /** The last report that each is to get, by topic. */
    private final Map<String, String> lasts = new LinkedHashMap<>();
    private final List<Integer> told = new ArrayList<>();

    Orders(Crowd crowd, Place lan) {
        this.crowd = crowd;
        this.lan = lan;
    }

    int size() {
        return lasts.size();
    }

    /** To so many nodes that speak UDP, and to as many that speak CoAP; some come twice under their id. */
    void give(int first, int count) throws Exception {
        for (int i = first; i < first + count; i++) {
            int udp = i / 3 * 10 + i % 3;
            int coap = udp + 3;
            Await.until("the nodes to be known", PATIENCE_S,
                () -> crowd.poll() | isOnline(udp) && isOnline(coap));
            for (int times = i % 4 == 0 ? 2 : 1; times > 0; times--) {
                lasts.put(publish(udp, "id=c" + i + "/udp/" + PlainNode.PORT, "do " + udp), "sent");
                lasts.put(publish(coap, "id=c" + i + "/coap/put/act", "do " + coap), "answered");
            }
            told.add(udp);
            told.add(coap);
        }
    }

    /** To a node that does not listen now. */
    void wake(int node) throws Exception {
        lasts.put(publish(node, "id=sleep/udp/" + PlainNode.PORT, "wake " + node), "sent");
    }

    private String publish(int node, String down, String payload) throws Exception {
        String topic = "slipway/gw-01/" + Crowd.node(node) + "/down/" + down;
        lan.publish(topic, payload);
        return topic;
    }

    private boolean isOnline(int node) {
        return lan.texts("slipway/gw-01/" + Crowd.node(node) + "/state").contains("online");
    }

    /** Whether each was reported to be so. */
    boolean areAll(String state) {
        for (String topic : lasts.keySet()) {
            if (!is(topic, state)) {
                return false;
            }
        }
        return true;
    }

    /** Whether each got its last report. */
    boolean areDone() {
        for (Map.Entry<String, String> one : lasts.entrySet()) {
            if (!is(one.getKey(), one.getValue())) {
                return false;
            }
        }
        return true;
    }

    private boolean is(String topic, String state) {
        return lan.texts(topic + "/state").toString().contains("{\"state\":\"" + state + '"');
    }

    /** Until all that was reported so far stands in the cloud: the gateway drops what it is too slow to take. */
    void awaitReports(Place cloud) {
        Await.until("the reports in the cloud", PATIENCE_S, () -> {
            crowd.poll();
            return areAll("queued") && areReported(cloud);
        });
    }

    private boolean areReported(Place cloud) {
        for (String topic : lasts.keySet()) {
            if (!cloud.texts(topic + "/state").equals(lan.texts(topic + "/state"))) {
                return false;
            }
        }
        return true;
    }

    /** Each was done once, by the node that it was for, and that is what was reported, in the cloud as well. */
    void check(Place cloud) throws Exception {
        assertEquals(lasts.size(), crowd.deeds());
        for (int node : told) {
            assertEquals(1, crowd.deeds(node, "do"), "commands to " + Crowd.node(node));
        }
        for (Map.Entry<String, String> one : lasts.entrySet()) {
            List<String> reports = lan.texts(one.getKey() + "/state");
            JsonNode last = Captures.JSON.readTree(reports.get(reports.size() - 1));
            assertEquals(one.getValue(), last.get("state").asText(), reports + "");
            if (one.getValue().equals("answered")) {
                String node = one.getKey().split("/")[2];
                assertTrue(last.get("value").asText().startsWith(node + " did do "), reports + "");
            }
        }
        Await.until("the reports in the cloud", PATIENCE_S, () -> areReported(cloud));
    }
}
