package io.slipway.mesh;

import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.UdpDatagram;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The nodes of one mesh, at most so many; the one that is silent longest makes room. Any thread. */
final class NodeRegistry {
    private final int limit;
    private final Health health;
    /** The node that was silent longest comes first: each that is heard is put in again. */
    private final Map<Eui64, Node> nodes = new LinkedHashMap<>();
    private int onlineCount;

    NodeRegistry(int limit, Health health) {
        this.limit = limit;
        this.health = health;
    }

    /** What an uplink meant for the registry. */
    static final class Heard {
        final Eui64 node;
        final Conversation conversation;
        /** Whether the node was unknown or silent before. */
        final boolean cameOnline;
        /** Which node made room for it; {@code null} where there was room. */
        final Eui64 forgotten;

        private Heard(Eui64 node, Conversation conversation, boolean cameOnline, Eui64 forgotten) {
            this.node = node;
            this.conversation = conversation;
            this.cameOnline = cameOnline;
            this.forgotten = forgotten;
        }
    }

    /** Takes note of a datagram from a node. */
    synchronized Heard heard(Ipv6Packet packet, UdpDatagram udp, long wallMs, long nowNs) {
        Eui64 eui = Eui64.ofInterfaceId(packet.src().low());
        Eui64 forgotten = null;
        Node node = nodes.remove(eui);
        if (node == null) {
            if (nodes.size() == limit) {
                forgotten = forgetOldest();
            }
            node = new Node(eui, wallMs);
        }
        nodes.put(eui, node);
        node.heard(packet.src(), packet.hopLimit(), wallMs, nowNs);
        boolean cameOnline = !node.online;
        if (cameOnline) {
            node.online = true;
            onlineCount++;
        }
        Conversation conversation = node.conversation(packet.dst(), udp.dstPort(), udp.srcPort());
        return new Heard(node.eui, conversation, cameOnline, forgotten);
    }

    private Eui64 forgetOldest() {
        Node oldest = nodes.values().iterator().next();
        nodes.remove(oldest.eui);
        if (oldest.online) {
            onlineCount--;
        }
        health.count(Counter.MESH_NODES_FORGOTTEN);
        return oldest.eui;
    }

    /** Marks the nodes that have been silent too long, and returns those that were not marked before. */
    synchronized List<Eui64> silentSince(long beforeNs) {
        List<Eui64> silent = new ArrayList<>();
        for (Node node : nodes.values()) {
            if (node.lastSeenNs - beforeNs >= 0) {
                break;
            }
            if (node.online) {
                node.online = false;
                onlineCount--;
                silent.add(node.eui);
            }
        }
        return silent;
    }

    /** How to reach a node's port; {@code null} where the node was never heard. */
    synchronized Route route(Eui64 eui, int port) {
        Node node = nodes.get(eui);
        return node == null ? null : node.route(port);
    }

    /** The way between a port of ours and one of the node's; {@code null} where the node was never heard. */
    synchronized Route route(Eui64 eui, int hostPort, int nodePort) {
        Node node = nodes.get(eui);
        return node == null ? null : new Route(node.host(), hostPort, node.address, nodePort);
    }

    /** Takes note of what a node offers; nothing where the node was never heard, or forgotten. */
    synchronized void offers(Eui64 eui, List<ResourceLink> links) {
        Node node = nodes.get(eui);
        if (node != null) {
            node.links = links;
        }
    }

    /** Every node as it is now, the one that was silent longest first. */
    synchronized List<NodeView> views() {
        List<NodeView> views = new ArrayList<>(nodes.size());
        for (Node node : nodes.values()) {
            views.add(new NodeView(node));
        }
        return views;
    }

    synchronized int size() {
        return nodes.size();
    }

    synchronized int onlineCount() {
        return onlineCount;
    }
}
