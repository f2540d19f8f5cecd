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

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Route)) {
            return false;
        }
        Route route = (Route) other;
        return route.hostPort == hostPort && route.nodePort == nodePort && route.node.equals(node);
    }

    /** Our own address stays out of it: an ICMPv6 error need not repeat it. */
    @Override
    public int hashCode() {
        return (node.hashCode() * 31 + hostPort) * 31 + nodePort;
    }
}
