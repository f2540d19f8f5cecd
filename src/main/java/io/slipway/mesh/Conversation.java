package io.slipway.mesh;

import io.slipway.frame.Ipv6Address;

/** The two ends between which a node sends: what an answer to it needs. Immutable. */
final class Conversation {
    /** Our address, as the node knows it: stock motes refuse answers from any other. */
    final Ipv6Address host;
    final int hostPort;
    final int nodePort;
    /** {@code udp/<hostPort>}, put together once and not for each reading. */
    final String source;

    Conversation(Ipv6Address host, int hostPort, int nodePort) {
        this.host = host;
        this.hostPort = hostPort;
        this.nodePort = nodePort;
        this.source = "udp/" + hostPort;
    }

    boolean isBetween(Ipv6Address otherHost, int otherHostPort, int otherNodePort) {
        return hostPort == otherHostPort && nodePort == otherNodePort && host.equals(otherHost);
    }
}
