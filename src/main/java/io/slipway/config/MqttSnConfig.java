package io.slipway.config;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code config mqttsn}: the gateway is an MQTT-SN gateway for the nodes of a mesh. Immutable. */
public final class MqttSnConfig {
    private static final int LONGEST_TOPIC = 200;
    /** Where the gateway asks from behind a border router. */
    private static final int COAP_CLIENT = 61_683;

    /** The name of the mesh; {@code null} for every one. */
    public final String mesh;
    /** Our UDP port, 1 to 65535. Default 1883. */
    public final int port;
    /** What the gateway calls itself in GWINFO and ADVERTISE, 1 to 255. Default 1. */
    public final int gatewayId;
    /** Seconds between two advertisements to a node, 1 to 65535; 0 for none, which is the default. */
    public final int advertiseS;
    /** Clients that are remembered, 1 to 4096. Default 256. */
    public final int clients;
    /** Topic ids, and as many subscriptions, that a client may have, 1 to 1024. Default 64. */
    public final int topics;
    /** Messages that may wait for one client, 1 to 1024. Default 32. */
    public final int queue;
    /** Bytes for the names, wills and waiting messages of all clients, 64 KiB to 64 MiB. Default 1 MiB. */
    public final int memoryBytes;
    /** Milliseconds to wait for an answer of a client (Tretry), 500 to 60000. Default 10000. */
    public final int retryMs;
    /** How often a message is sent again for want of an answer (Nretry), 0 to 16. Default 4. */
    public final int retries;
    /** Topics by the ids, 1 to 65534, that the clients know beforehand. */
    public final Map<Integer, String> predefined;

    MqttSnConfig(SectionReader in) {
        mesh = in.text("mesh", null);
        port = in.whole("port", 1883, 1, 65_535);
        gatewayId = in.whole("gateway_id", 1, 1, 255);
        advertiseS = in.whole("advertise_s", 0, 0, 65_535);
        clients = in.whole("clients", 256, 1, 4096);
        topics = in.whole("topics", 64, 1, 1024);
        queue = in.whole("queue", 32, 1, 1024);
        memoryBytes = (int) in.bytes("memory_bytes", 1 << 20, 64 << 10, 64 << 20);
        retryMs = in.whole("retry_ms", 10_000, 500, 60_000);
        retries = in.whole("retries", 4, 0, 16);
        Map<Integer, String> topicsById = new HashMap<>();
        for (String entry : in.list("topic")) {
            if (!add(entry, topicsById)) {
                in.wrong("topic", "a number from 1 to 65534 and a topic, such as '7 sensors/temperature', each number "
                    + "once, no topic of slipway/ and no wildcard");
            }
        }
        predefined = Collections.unmodifiableMap(topicsById);
        in.finish();
    }

    private static boolean add(String entry, Map<Integer, String> topicsById) {
        int space = entry.indexOf(' ');
        long id = space < 0 ? -1 : WholeNumber.parse(entry.substring(0, space));
        String topic = entry.substring(space + 1);
        boolean isName = !topic.isEmpty() && topic.getBytes(StandardCharsets.UTF_8).length <= LONGEST_TOPIC
            && topic.indexOf('+') < 0 && topic.indexOf('#') < 0 && topic.charAt(0) != '$' && topic.charAt(0) != ' '
            && !topic.equals("slipway") && !topic.startsWith("slipway/");
        return id >= 1 && id <= 65_534 && isName && topicsById.put((int) id, topic) == null;
    }

    /** Whether it is about that mesh. */
    public boolean isAbout(String meshName) {
        return mesh == null || mesh.equals(meshName);
    }

    /** The mesh must be one, and has one MQTT-SN gateway. CoAP's port is CoAP's. */
    void rejectClash(List<MqttSnConfig> others, List<MeshConfig> meshes, int line, Problems problems) {
        boolean found = mesh == null;
        for (MeshConfig one : meshes) {
            found |= one.name.equals(mesh);
        }
        if (!found) {
            problems.add(line, "option 'mesh' of 'config mqttsn' is '" + mesh + "', and no 'config mesh' is called so");
        }
        for (MqttSnConfig other : others) {
            if (mesh == null || other.isAbout(mesh) || other.mesh == null) {
                problems.add(line, "a second 'config mqttsn' for a mesh");
            }
        }
        for (MeshConfig one : meshes) {
            if (isAbout(one.name) && (port == one.servedCoapPort() || port == COAP_CLIENT && !one.isRouted())) {
                problems.add(line, "option 'port' of 'config mqttsn' is that of CoAP in config mesh '" + one.name
                    + "'");
            }
        }
    }
}
