package io.slipway.mesh;

import io.slipway.frame.Icmpv6Message;

/**
 * One datagram on its way to a node. Sees to it that its listener hears the stations in their order and of one end
 * only: the line's thread, an ICMPv6 error and the closing may all have news of it at the same moment. Any thread.
 */
final class Transmission {
    /** Its ends; {@code null} for a frame that is no datagram. */
    final Route route;
    /** What is written for it. */
    final byte[] wire;
    /** Of the UDP datagram, 1 to 65535: a mote repeats it when it complains about the packet. */
    private final int checksum;
    private final CommandListener listener;
    private boolean refused;

    Transmission(Route route, byte[] wire, int checksum, CommandListener listener) {
        this.route = route;
        this.wire = wire;
        this.checksum = checksum;
        this.listener = listener;
    }

    /** Has it wait in the sender's queue; returns the sender's refusal, or {@code null}. */
    synchronized Refusal queue(FrameSender sender) {
        // The sender's thread may have written it already, but cannot say so before this monitor is free.
        Refusal refusal = sender.offer(this);
        if (refusal == null) {
            listener.became(CommandListener.State.QUEUED, null);
        }
        return refusal;
    }

    synchronized void sent() {
        if (!refused) {
            listener.became(CommandListener.State.SENT, null);
        }
    }

    synchronized void refuse(Refusal refusal) {
        if (!refused) {
            refused = true;
            listener.became(CommandListener.State.REFUSED, refusal);
        }
    }

    /** Whether the packet that this error is about is the one that carried it. */
    boolean isCauseOf(Icmpv6Message error) {
        int quoted = error.originalUdpChecksum();
        return route != null && route.node.equals(error.originalDst()) && route.nodePort == error.originalUdpDstPort()
            && route.hostPort == error.originalUdpSrcPort() && (quoted < 0 || quoted == checksum);
    }
}
