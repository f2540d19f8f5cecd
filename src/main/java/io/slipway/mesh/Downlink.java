package io.slipway.mesh;

import io.slipway.frame.Icmpv6Message;
import io.slipway.frame.UdpPacket;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.slip.SlipEncoder;

/**
 * Turns commands into packets that a mote takes: from the address and port that it talks to itself, hop limit 64, a
 * right checksum, within its buffers (wire-format.md section 6). Any thread.
 */
final class Downlink {
    private static final int PORT_UNREACHABLE_CODE = 4;
    private static final int UNREACHABLE = 1;

    private final NodeRegistry nodes;
    private final FrameSender sender;
    private final int maxPayload;
    private final Health health;
    private final SentCommands sent;

    Downlink(NodeRegistry nodes, FrameSender sender, SentCommands sent, int maxPayload, Health health) {
        this.nodes = nodes;
        this.sender = sender;
        this.sent = sent;
        this.maxPayload = maxPayload;
        this.health = health;
    }

    /** Queues a payload for a node; the listener hears what becomes of it. False where the node is not of this mesh. */
    boolean send(Eui64 node, int port, byte[] payload, CommandListener listener) {
        Route route = nodes.route(node, port);
        if (route == null) {
            return false;
        }
        send(route, payload, listener);
        return true;
    }

    /** Queues a payload for an end of a mesh; the listener hears what becomes of it. */
    void send(Route route, byte[] payload, CommandListener listener) {
        if (payload.length > maxPayload) {
            refuse(listener, "longer than " + maxPayload + " bytes");
            return;
        }
        byte[] packet;
        try {
            packet = UdpPacket.encode(route.host, route.hostPort, route.node, route.nodePort, payload);
        } catch (IllegalArgumentException unroutable) {
            // A mote may well send from port 0 or to a link-local address, and then there is no way back.
            refuse(listener, unroutable.getMessage());
            return;
        }
        if (SlipEncoder.wireLength(packet) > SlipEncoder.MAX_WIRE_LENGTH) {
            refuse(listener, "longer than " + SlipEncoder.MAX_WIRE_LENGTH + " bytes on the line once escaped");
            return;
        }
        String refusal = new Command(route, UdpPacket.checksum(packet), listener)
            .queue(sender, SlipEncoder.encode(packet));
        if (refusal != null) {
            refuse(listener, refusal);
        }
    }

    /** Queues a frame that is no packet for what is at the end of the line; the listener hears what becomes of it. */
    void send(byte[] frame, CommandListener listener) {
        String refusal = SlipEncoder.wireLength(frame) > SlipEncoder.MAX_WIRE_LENGTH
            ? "longer than " + SlipEncoder.MAX_WIRE_LENGTH + " bytes on the line once escaped"
            : new Command(null, 0, listener).queue(sender, SlipEncoder.encode(frame));
        if (refusal != null) {
            refuse(listener, refusal);
        }
    }

    /** A mote says that a packet of ours did not get through. */
    void failed(Icmpv6Message error) {
        health.count(Counter.MESH_ICMP_ERRORS);
        Command command = sent.take(error);
        if (command != null) {
            command.refuse(reason(error));
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
