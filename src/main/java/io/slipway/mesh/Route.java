package io.slipway.mesh;

import io.slipway.frame.Ipv6Address;

/** Where a downlink packet goes, and where it says that it comes from. Immutable. */
final class Route {
    final Ipv6Address host;
    final int hostPort;
    final Ipv6Address node;
    final int nodePort;

    Route(Ipv6Address host, int hostPort, Ipv6Address node, int nodePort) {
        this.host = host;
        this.hostPort = hostPort;
        this.node = node;
        this.nodePort = nodePort;
    }
}
