package io.slipway.gateway;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.mesh.CommandListener;
import io.slipway.mesh.Mesh;
import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;
import java.util.List;

/**
 * Takes commands, wherever they come from, to the mesh that knows the node, and reports what becomes of them on the
 * command's state topic: {@code {"state":"refused","reason":"…"}}. Any thread; never waits.
 */
final class Commands {
    private static final String UDP = "/down/udp/";
    private static final String COAP = "/down/coap/";
    private static final int NODE_DIGITS = 16;

    /** Where reports go. */
    interface Reports {
        void publish(String topic, byte[] payload);
    }

    private final Topics topics;
    private final List<Mesh> meshes;
    private final Reports reports;
    private final Health health;
    private final List<CoapService> coapServices;
    /** {@code null} until the first such command: its classes are loaded with it. */
    private CoapCommands coap;

    Commands(Topics topics, List<Mesh> meshes, List<CoapService> coapServices, Reports reports, Health health) {
        this.topics = topics;
        this.meshes = meshes;
        this.coapServices = coapServices;
        this.reports = reports;
        this.health = health;
    }

    /** A message on a topic for which {@link Topics#isDown} holds. */
    void command(String topic, byte[] payload) {
        int nodeAt = topics.root().length();
        if (topic.startsWith(COAP, nodeAt + NODE_DIGITS)) {
            Eui64 coapNode = Eui64.parse(topic.substring(nodeAt, nodeAt + NODE_DIGITS));
            if (coapNode != null) {
                coap().command(topic, coapNode, topic.substring(nodeAt + NODE_DIGITS + COAP.length()), payload);
                return;
            }
        }
        udp(topic, nodeAt, payload);
    }

    private synchronized CoapCommands coap() {
        if (coap == null) {
            coap = new CoapCommands(coapServices, reports, health);
        }
        return coap;
    }

    private void udp(String topic, int nodeAt, byte[] payload) {
        final String stateTopic = Topics.stateOf(topic);
        CommandListener listener = new CommandListener() {
            @Override
            public void became(State state, String reason) {
                report(stateTopic, state, reason);
            }
        };
        Eui64 node = topic.startsWith(UDP, nodeAt + NODE_DIGITS)
            ? Eui64.parse(topic.substring(nodeAt, nodeAt + NODE_DIGITS)) : null;
        int port = node == null ? -1 : port(topic.substring(nodeAt + NODE_DIGITS + UDP.length()));
        if (port < 0) {
            refuse(listener, "the topic is not slipway/<gateway>/<16 hex digits>/down/udp/<port> "
                + "or …/down/coap/<method>/<path>");
            return;
        }
        for (Mesh mesh : meshes) {
            if (mesh.send(node, port, payload, listener)) {
                return;
            }
        }
        refuse(listener, "the node was not heard of since the gateway started");
    }

    private static int port(String digits) {
        try {
            int port = Integer.parseInt(digits);
            return port > 0 && port <= 0xffff ? port : -1;
        } catch (NumberFormatException notAPort) {
            return -1;
        }
    }

    private void refuse(CommandListener listener, String reason) {
        health.count(Counter.DOWNLINK_REFUSED);
        listener.became(CommandListener.State.REFUSED, reason);
    }

    private void report(String topic, CommandListener.State state, String reason) {
        JsonWriter json = new JsonWriter().object().field("state", state.label());
        if (reason != null) {
            json.field("reason", reason);
        }
        reports.publish(topic, json.endObject().toBytes());
    }
}
