package io.slipway.mesh;

import io.slipway.reading.Eui64;
import java.util.List;

/** A node as it was when somebody asked. Immutable. */
public final class NodeView {
    /** Its name. */
    public final Eui64 node;
    /** What people call it, from its {@code config node}; {@code null} where it has no name. */
    public final String name;
    /** Its IPv6 address in text. */
    public final String address;
    /** Milliseconds since 1970 by the wall clock. */
    public final long firstSeen;
    /** Milliseconds since 1970 by the wall clock. */
    public final long lastSeen;
    /** Radio hops to the border router, 0 and up; -1 where unknown. */
    public final int hops;
    /** Datagrams received from it, in earlier lives of the gateway too; a power cut may cost some of the count. */
    public final long uplinks;
    /** What it was heard to speak: {@code udp}, {@code coap}, {@code udp,coap}. */
    public final String kind;
    /** Whether it counts as online. */
    public final boolean online;
    /** What it offers by CoAP; empty where it was not asked or did not say. Read only. */
    public final List<ResourceLink> links;

    NodeView(Node node, String name) {
        this.node = node.eui;
        this.name = name;
        this.address = String.valueOf(node.address);
        this.firstSeen = node.firstSeen;
        this.lastSeen = node.lastSeen;
        this.hops = node.hops;
        this.uplinks = node.uplinks;
        this.kind = Protocol.names(node.protocols);
        this.online = node.availability.isOnline();
        this.links = node.links;
    }
}
