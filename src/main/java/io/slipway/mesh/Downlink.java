package io.slipway.mesh;

import io.slipway.frame.Icmpv6Message;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.slip.SlipEncoder;

/**
 * Turns commands into packets that a mote takes: from the address and port that it talks to itself, hop limit 64, a
 * right checksum, within its buffers (wire-format.md section 6). Any thread.
 */
final class Downlink {
    private final NodeRegistry nodes;
    private final Attachment attachment;
    private final FrameSender sender;
    private final int maxPayload;
    private final Health health;
    private final SentCommands sent;

    Downlink(NodeRegistry nodes, Attachment attachment, FrameSender sender, SentCommands sent, int maxPayload,
             Health health) {
        this.nodes = nodes;
        this.attachment = attachment;
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
            refuse(listener, new Refusal("too_long", "longer than " + maxPayload + " bytes"));
            return;
        }
        Transmission transmission;
        try {
            transmission = attachment.transmission(route, payload, listener);
        } catch (IllegalArgumentException impossible) {
            // A mote may well send from port 0 or to a link-local address, and then there is no way back.
            refuse(listener, new Refusal("impossible", impossible.getMessage()));
            return;
        }
        Refusal refusal = transmission.queue(sender);
        if (refusal != null) {
            refuse(listener, refusal);
        }
    }

    /** Queues a frame that is no packet for what is at the end of the line; the listener hears what becomes of it. */
    void send(byte[] frame, CommandListener listener) {
        Refusal refusal = SlipEncoder.wireLength(frame) > SlipEncoder.MAX_WIRE_LENGTH
            ? new Refusal("too_long", "longer than " + SlipEncoder.MAX_WIRE_LENGTH + " bytes on the line once escaped")
            : new Transmission(null, SlipEncoder.encode(frame), 0, listener).queue(sender);
        if (refusal != null) {
            refuse(listener, refusal);
        }
    }

    /** A mote says that a packet of ours did not get through. */
    void failed(Icmpv6Message error) {
        health.count(Counter.MESH_ICMP_ERRORS);
        Transmission command = sent.take(error);
        if (command != null) {
            command.refuse(Refusal.of(error));
        }
    }

    private void refuse(CommandListener listener, Refusal refusal) {
        health.count(Counter.DOWNLINK_REFUSED);
        listener.became(CommandListener.State.REFUSED, refusal);
    }
}
