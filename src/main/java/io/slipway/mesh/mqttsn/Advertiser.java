package io.slipway.mesh.mqttsn;

import io.slipway.config.MqttSnConfig;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.CommandListener;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.NodeView;
import io.slipway.mesh.Refusal;
import java.util.ArrayDeque;

/**
 * Tells the nodes that there is a gateway (MQTT-SN 1.2 section 6.1). Not by multicast, which a border router does not
 * carry into the mesh: each node gets a message of its own, evenly spread over the interval. The thread of MQTT-SN.
 */
final class Advertiser extends Alarms.Alarm implements CommandListener {
    private final Mesh mesh;
    private final int port;
    private final long intervalMs;
    private final byte[] advertise;
    private final ArrayDeque<NodeView> round = new ArrayDeque<>();
    private Alarms alarms;

    Advertiser(Mesh mesh, MqttSnConfig config) {
        this.mesh = mesh;
        this.port = config.port;
        this.intervalMs = config.advertiseS * 1000L;
        this.advertise = new Message(MessageType.ADVERTISE).code(config.gatewayId).duration(config.advertiseS)
            .encode();
    }

    void begin(Alarms ofThread) {
        alarms = ofThread;
        ring();
    }

    @Override
    protected void ring() {
        if (round.isEmpty()) {
            for (NodeView node : mesh.nodes()) {
                if (node.online) {
                    round.add(node);
                }
            }
        }
        long share = round.size() + 1;
        NodeView next = round.poll();
        if (next != null) {
            mesh.send(mesh.assumedRoute(next.node, port, port), advertise, this);
        }
        // What is left of the interval is not known exactly; nodes that come and go shift it a little.
        alarms.set(this, Math.max(1, intervalMs / share));
    }

    @Override
    public void became(State state, Refusal refusal) {
        // A node without MQTT-SN refuses it, which is in order.
    }
}
