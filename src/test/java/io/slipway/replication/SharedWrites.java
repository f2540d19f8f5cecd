package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Values set at four gateways and a cloud node, some by all of them under one name, some by one of them alone. */
final class SharedWrites {
    private static final int CONTESTED = 4;

    private final List<SyncGateway> gateways;
    private final SyncCloud cloud;
    private final Random random;
    /** What was confirmed last of a key that one node alone writes: an empty text where it was deleted. */
    private final Map<String, String> confirmed = new TreeMap<>();
    private int count;

    SharedWrites(List<SyncGateway> gateways, SyncCloud cloud, Random random) {
        this.gateways = gateways;
        this.cloud = cloud;
        this.random = random;
    }

    private String contested() {
        return "site/k" + random.nextInt(CONTESTED);
    }

    /** Everybody who runs sets something; one of the gateways and the cloud also what nobody else does. */
    void set() throws Exception {
        int chosen = random.nextInt(gateways.size());
        for (int i = 0; i < gateways.size(); i++) {
            SyncGateway gateway = gateways.get(i);
            if (gateway.isRunning()) {
                gateway.publish("slipway/" + gateway.id + "/shared/" + contested(),
                    random.nextInt(5) == 0 ? null : gateway.id + " " + ++count, "-r");
                if (i == chosen) {
                    String key = "own/" + gateway.id;
                    gateway.cli(0, "shared", "set", key, "" + ++count);
                    confirmed.put(key, "" + count);
                }
            }
        }
        if (cloud.isRunning()) {
            assertEquals("0 ", cloud.say("shared", "set", contested(), "cloud " + ++count));
            String value = random.nextInt(5) == 0 ? "" : "" + ++count;
            assertEquals("0 ", value.isEmpty() ? cloud.say("shared", "delete", "own/cloud")
                : cloud.say("shared", "set", "own/cloud", value));
            confirmed.put("own/cloud", value);
        }
    }

    /** Whether all say the same. All must run. */
    boolean areAlike() throws Exception {
        String all = cloud.say("shared", "list");
        for (SyncGateway gateway : gateways) {
            if (!all.equals("0 " + gateway.cli(0, "shared", "list"))) {
                return false;
            }
        }
        return true;
    }

    /** Compares with values out of a file: what was confirmed last, or nothing where that was a deletion. */
    void check(String whose, Map<String, String> values) {
        for (Map.Entry<String, String> each : confirmed.entrySet()) {
            String found = values.get(each.getKey());
            assertEquals(each.getValue(), found == null ? "" : found.substring(0, found.lastIndexOf(' ')),
                each.getKey() + " at " + whose);
        }
    }

    /** How many were set. */
    int count() {
        return count;
    }
}
