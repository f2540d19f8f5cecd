package io.slipway.mesh;

import io.slipway.frame.Icmpv6Message;
import io.slipway.frame.UdpPacket;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.slip.SlipEncoder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Turns commands into packets that a mote takes: from the address and port that it talks to itself, hop limit 64, a
 * right checksum, within its buffers (wire-format.md section 6). Any thread.
 */
final class Downlink {
    /** Sent commands whose listener still hears of an ICMPv6 error. */
    private static final int REMEMBERED = 64;
    private static final int PORT_UNREACHABLE_CODE = 4;
    private static final int UNREACHABLE = 1;

    private final NodeRegistry nodes;
    private final FrameSender sender;
    private final int maxPayload;
    private final Health health;
    private final Map<Route, CommandListener> sent = new LinkedHashMap<Route, CommandListener>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Route, CommandListener> eldest) {
            return size() > REMEMBERED;
        }
    };

    Downlink(NodeRegistry nodes, FrameSender sender, int maxPayload, Health health) {
        this.nodes = nodes;
        this.sender = sender;
        this.maxPayload = maxPayload;
        this.health = health;
    }

    /** Queues a payload for a node; the listener hears what becomes of it. False where the node is not of this mesh. */
    boolean send(Eui64 node, int port, byte[] payload, CommandListener listener) {
        Route route = nodes.route(node, port);
        if (route == null) {
            return false;
        }
        if (payload.length > maxPayload) {
            refuse(listener, "longer than " + maxPayload + " bytes");
            return true;
        }
        byte[] packet = UdpPacket.encode(route.host, route.hostPort, route.node, route.nodePort, payload);
        if (SlipEncoder.wireLength(packet) > SlipEncoder.MAX_WIRE_LENGTH) {
            refuse(listener, "longer than " + SlipEncoder.MAX_WIRE_LENGTH + " bytes on the line once escaped");
            return true;
        }
        synchronized (sent) {
            sent.remove(route);
            sent.put(route, listener);
        }
        listener.became(CommandListener.State.QUEUED, null);
        if (!sender.offer(SlipEncoder.encode(packet), listener)) {
            refuse(listener, "too many commands are waiting");
        }
        return true;
    }

    /** A mote says that a packet of ours did not get through. */
    void failed(Icmpv6Message error) {
        health.count(Counter.MESH_ICMP_ERRORS);
        if (error.originalDst() == null || error.originalUdpDstPort() < 0) {
            return;
        }
        CommandListener listener;
        synchronized (sent) {
            listener = sent.remove(new Route(null, error.originalUdpSrcPort(), error.originalDst(),
                error.originalUdpDstPort()));
        }
        if (listener != null) {
            listener.became(CommandListener.State.REFUSED, reason(error));
        }
    }

    private static String reason(Icmpv6Message error) {
        if (error.type() == UNREACHABLE && error.code() == PORT_UNREACHABLE_CODE) {
            return "nothing listens on that port of the node";
        }
        return error.type() == UNREACHABLE ? "the node cannot be reached (ICMPv6 code " + error.code() + ")"
            : "ICMPv6 error " + error.type() + " code " + error.code();
    }

    private void refuse(CommandListener listener, String reason) {
        health.count(Counter.DOWNLINK_REFUSED);
        listener.became(CommandListener.State.REFUSED, reason);
    }
}
