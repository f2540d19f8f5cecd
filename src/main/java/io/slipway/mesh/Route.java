package io.slipway.mesh;

import io.slipway.frame.Ipv6Address;

/** The two ends between which a datagram goes down, or came up. Immutable. */
public final class Route {
    /** Our address, as the node knows it. */
    public final Ipv6Address host;
    /** Our port, 0 to 65535. */
    public final int hostPort;
    /** The node's address. */
    public final Ipv6Address node;
    /** The node's port, 0 to 65535. */
    public final int nodePort;

    /** Between these ends. */
    public Route(Ipv6Address host, int hostPort, Ipv6Address node, int nodePort) {
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
        return hostPort == route.hostPort && nodePort == route.nodePort && node.equals(route.node)
            && host.equals(route.host);
    }

    @Override
    public int hashCode() {
        return (node.hashCode() * 31 + nodePort) * 31 + hostPort;
    }

    @Override
    public String toString() {
        return host + " " + hostPort + " > " + node + " " + nodePort;
    }
}
