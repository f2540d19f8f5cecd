package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The finished jar before two hundred nodes on one line that speak UDP, CoAP, MQTT-SN and LwM2M at once, and an MQTT
 * client on the line itself: whatever one of them said stands under its name and no other, once, everywhere.
 */
class MixedMotesIT {
    private static final int PATIENCE_S = 180;
    private static final int EACH = 5;
    private static final int COMMANDS = 20;
    /** What may be counted where nothing goes wrong but a radio that loses and doubles; all else must be 0. */
    private static final Set<String> EXPLAINED = Set.of("link_opened", "link_bytes_read", "link_bytes_written",
        "slip_frames", "frame_text", "mesh_prefix_answered", "mesh_uplinks", "downlink_sent", "commands_accepted",
        "commands_repeated", "coap_received", "coap_duplicates", "coap_readings", "coap_unmatched", "coap_requests",
        "coap_retransmitted", "mqttsn_received", "mqttsn_duplicates", "mqttsn_readings", "wired_received",
        "wired_duplicates", "wired_readings", "wired_delivered", "readings_accepted", "decode_done",
        "broker_connections", "store_committed", "store_commits", "store_records", "store_blocks",
        "store_block_bytes", "upstream_connected", "upstream_batches_sent", "upstream_bytes_sent",
        "upstream_batches_acked", "upstream_readings_acked");

    @TempDir
    Path directory;
    private final long seed = Long.getLong("slipway.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private Crowd crowd;
    private Mosquitto cloudBroker;
    private Place cloud;
    private GatewayProcess gateway;

    @BeforeEach
    void prepare() throws Exception {
        System.out.println("seed " + seed);
        crowd = new Crowd(new Random(random.nextLong()), EACH);
        cloudBroker = new Mosquitto(directory, "allow_anonymous true", "max_queued_messages 0").start();
        cloud = Place.cloud(cloudBroker.port());
        gateway = new GatewayProcess(directory, "tcp://127.0.0.1:" + crowd.mote.port(),
            "config mesh 'mesh0'\n\toption mqtt_in_slip '1'\n\toption frame_gap_ms '10'\n"
            + "\toption downlink_queue '512'\nconfig mqttsn\nconfig lwm2m\n\tlist observe '" + Lwm2mNode.RESOURCE
            + "'\nconfig decode 'plain'\n\tlist source '" + PlainNode.SOURCE + "'\n\toption format 'packed'\n"
            + "\toption byte_order 'big'\n\toption bytes '6'\n\tlist field 'node u16'\n\tlist field 'number u32'\n"
            + "config upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:" + cloudBroker.port() + "'\n"
            + "\toption batch_age_ms '200'\n\toption retry_min_ms '200'\n\toption retry_max_ms '1000'\n");
    }

    @AfterEach
    void cleanUp() throws Exception {
        gateway.close();
        cloud.close();
        cloudBroker.close();
        crowd.close();
    }

    @Test
    void whatEachOfTwoHundredNodesSaysStandsEverywhereOnceUnderItsName() throws Exception {
        gateway.start();
        try (Place lan = Place.lan(gateway.lanPort)) {
            Await.until("the prefix", PATIENCE_S, crowd.mote::isConfigured);
            long heapBefore = gateway.liveHeapKb();
            String before = gateway.memory();
            Await.until("the upstream", PATIENCE_S, () -> !crowd.poll()
                && gateway.status().get("states").get("upstream cloud").asText().equals("connected"));
            Orders orders = new Orders(crowd, lan);
            for (int i = 0; i < COMMANDS; i += 4) {
                orders.give(i, 4);
                orders.awaitReports(cloud);
            }
            Await.until("the wired client's subscription", PATIENCE_S,
                () -> crowd.poll() | crowd.wired.isSubscribed());
            for (int i = 0; i < 3; i++) {
                lan.publish(WiredNode.LAMP, "on " + i);
            }
            Await.until("all that is sent and commanded", PATIENCE_S, () -> crowd.poll() & orders.areDone()
                & crowd.wired.heard().equals(Set.of("on 0", "on 1", "on 2")));
            int expected = crowd.expected();
            try {
                Await.until("all readings everywhere", PATIENCE_S / 3, () -> lan.size() >= expected
                    && cloud.size() >= expected && gateway.counter("store_committed") >= expected
                    && gateway.counter("upstream_readings_acked") >= expected);
            } finally {
                // Says by name what is missing.
                crowd.compare("on the LAN", lan.contents());
            }
            orders.check(cloud);
            checkDecoded(lan);
            checkCounters(expected);
            assertEquals(lan.readings(), exported());
            long heapAfter = gateway.liveHeapKb();
            System.out.println(crowd + "; before: " + before + "live heap " + heapBefore + " KB; after: "
                + gateway.memory() + "live heap " + heapAfter + " KB; " + counters());
            assertTrue(heapAfter > 1000 && heapAfter < 8 * 1024, "the live heap has " + heapAfter + " KB of 32 MB");
            assertTrue(residentKb() < 192 * 1024, gateway.memory());
            assertEquals(143, gateway.stop());
            compareAll(lan.readings());
        }
        assertEquals(0, crowd.mote.protocolErrors());
    }

    @Test
    void afterAKillTheNodesGoOnAndWhatWasQueuedIsDone() throws Exception {
        List<Integer> sleepers = List.of(0, 1, 2, 10, 11);
        StringBuilder nodes = new StringBuilder();
        for (int sleeper : sleepers) {
            crowd.asleep(sleeper, true);
            nodes.append("config node\n\toption node '").append(Crowd.node(sleeper)).append("'\n\toption sleepy 1\n");
        }
        gateway.more(nodes.toString()).start();
        int orderCount;
        Map<String, String> seen;
        try (Place lan = Place.lan(gateway.lanPort)) {
            Await.until("a third of the readings", PATIENCE_S, () -> !crowd.poll()
                && crowd.acknowledged() > Crowd.NODES * EACH / 3);
            Orders orders = new Orders(crowd, lan);
            orders.give(20, COMMANDS);
            for (int sleeper : sleepers) {
                orders.wake(sleeper);
            }
            orderCount = orders.size();
            crowd.settle();
            Await.until("the commit, and all commands on the disk", PATIENCE_S, () -> {
                crowd.poll();
                long upTo = crowd.settledUpTo(lan.readings());
                return upTo > 0 && gateway.counter("store_committed") >= upTo && orders.areAll("queued");
            });
            int some = crowd.acknowledged() + random.nextInt(40);
            int few = 1 + random.nextInt(20);
            Await.until("some more readings, and some commands", PATIENCE_S,
                () -> crowd.poll() || crowd.acknowledged() >= some && crowd.deeds() >= few);
            crowd.kill(gateway::kill);
            seen = lan.readings();
        }
        int deeds = crowd.deeds();
        int uncertain = crowd.uncertain();
        gateway.start();
        try (Place lan = Place.lan(gateway.lanPort)) {
            Await.until("all readings", PATIENCE_S, crowd::poll);
            for (int sleeper : sleepers) {
                assertEquals(0, crowd.deeds(sleeper, "wake"), "a sleeper was disturbed");
                crowd.asleep(sleeper, false);
            }
            Await.until("all readings and commands", PATIENCE_S,
                () -> crowd.poll() & crowd.deeds() == orderCount);
            Await.until("everything in the cloud", PATIENCE_S, () -> gateway.gauge("backlog_cloud") == 0
                && gateway.gauge("commands") == 0 && gateway.gauge("store_queue") == 0);
            for (int sleeper : sleepers) {
                assertEquals(1, crowd.deeds(sleeper, "wake"));
            }
            System.out.println(crowd + ", " + uncertain + " uncertain and " + deeds
                + " commands done at the kill; " + counters());
            assertEquals(143, gateway.stop());
            compareKilled(seen, lan.readings());
        }
        assertEquals(0, crowd.mote.protocolErrors());
    }

    /** Every record of the nodes that speak UDP stands decoded beside the reading, with its identity. */
    private void checkDecoded(Place lan) throws Exception {
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> decoded = new TreeMap<>();
        for (Map.Entry<String, String> reading : lan.readings().entrySet()) {
            String[] words = reading.getValue().split(" ");
            if (words[1].equals(PlainNode.SOURCE)) {
                ByteBuffer record = ByteBuffer.wrap(HexFormat.of().parseHex(words[2]));
                expected.put(reading.getKey(), words[0] + " " + record.getShort() + " " + record.getInt());
            }
        }
        for (int i = 0; i < Crowd.NODES; i++) {
            for (String text : lan.texts("slipway/gw-01/" + Crowd.node(i) + "/decoded/" + PlainNode.SOURCE)) {
                JsonNode json = Captures.JSON.readTree(text);
                decoded.put(json.get("id").asText(), Crowd.node(i) + " " + json.get("fields").get("node").asInt() + " "
                    + json.get("fields").get("number").asInt());
            }
        }
        assertEquals(expected, decoded);
    }

    private void checkCounters(int expected) throws Exception {
        Map<String, Long> counters = counters();
        for (String counter : counters.keySet()) {
            assertTrue(EXPLAINED.contains(counter), counter + " is not 0: " + counters);
        }
        assertEquals(expected, counters.get("readings_accepted"));
        assertEquals(expected, counters.get("store_committed"));
        assertEquals(expected, counters.get("upstream_readings_acked"));
        assertEquals(crowd.expected("udp"), counters.get("mesh_uplinks"));
        assertEquals(crowd.expected("udp"), counters.get("decode_done"));
        assertEquals(crowd.expected("coap") + crowd.expected("lwm2m"), counters.get("coap_readings"));
        assertEquals(crowd.expected("mqttsn"), counters.get("mqttsn_readings"));
        assertEquals(crowd.expected("mqtt"), counters.get("wired_readings"));
        assertEquals(2 * COMMANDS, counters.get("commands_accepted"));
        assertEquals(COMMANDS / 4 * 2, counters.get("commands_repeated"));
        assertTrue(counters.get("coap_duplicates") > 20 && counters.get("mqttsn_duplicates") > 5, counters + "");
    }

    private void compareAll(Map<String, String> lan) throws Exception {
        Map<String, String> stored = Place.store(gateway.dataDir).readings();
        crowd.compare("in the store", stored.values());
        assertEquals(stored, lan, "the LAN");
        assertEquals(stored, cloud.readings(), "the cloud");
    }

    /** What the LAN saw before the kill need not have reached the disk, but under its identity nothing else may. */
    private void compareKilled(Map<String, String> before, Map<String, String> after) throws Exception {
        Map<String, String> stored = Place.store(gateway.dataDir).readings();
        crowd.compare("in the store", stored.values());
        // The broker may acknowledge before it delivers.
        Await.until("the last in the cloud", PATIENCE_S, () -> cloud.size() >= stored.size());
        assertEquals(stored, cloud.readings(), "the cloud");
        for (Map.Entry<String, String> reading : before.entrySet()) {
            assertEquals(reading.getValue(), stored.getOrDefault(reading.getKey(), reading.getValue()),
                "one identity, two readings");
        }
        after.keySet().removeAll(before.keySet());
        assertTrue(stored.entrySet().containsAll(after.entrySet()), "what the LAN saw after the kill is stored");
    }

    private Map<String, String> exported() throws Exception {
        Process export = GatewayProcess.command("export", "--config", gateway.config().toString()).start();
        try (Place place = Place.empty()) {
            for (String line : new String(export.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                place.received("slipway/gw-01/x/up/x", line.getBytes(StandardCharsets.UTF_8));
            }
            assertEquals(0, export.waitFor());
            return place.readings();
        }
    }

    private long residentKb() throws Exception {
        return Long.parseLong(gateway.memory().replaceAll(".*VmRSS: (\\d+) kB.*", "$1"));
    }

    /** Those that are not 0. */
    private Map<String, Long> counters() throws Exception {
        Map<String, Long> counters = new TreeMap<>();
        JsonNode all = gateway.status().get("counters");
        for (Iterator<String> names = all.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (all.get(name).asLong() != 0) {
                counters.put(name, all.get(name).asLong());
            }
        }
        return counters;
    }
}
