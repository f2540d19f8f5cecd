package io.slipway.mesh;

import io.slipway.config.MeshConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The nodes of one mesh, at most so many; the one that is silent longest makes room. Any thread. */
final class NodeRegistry {
    private static final long SECOND_NS = 1_000_000_000L;
    /** 2020-01-01T00:00:00Z: a clock that showed an earlier time was not set. */
    private static final long EARLIEST_MS = 1_577_836_800_000L;

    private static final Comparator<Node> LATEST_LAST = new Comparator<Node>() {
        @Override
        public int compare(Node one, Node other) {
            return Long.compare(one.lastSeen, other.lastSeen);
        }
    };

    private final MeshConfig config;
    private final Health health;
    /** The node that was silent longest comes first: each that is heard is put in again. */
    private final Map<Eui64, Node> nodes = new LinkedHashMap<>();
    private int onlineCount;
    /** Whether some node has changed in more than counters and times. */
    private boolean anyChanged;

    NodeRegistry(MeshConfig config, Health health) {
        this.config = config;
        this.health = health;
    }

    /** What an uplink meant for the registry. */
    static final class Heard {
        final Eui64 node;
        final Conversation conversation;
        /** Whether the node was unknown or silent before. */
        final boolean cameOnline;
        /** Whether it is the first that is heard of it since the gateway started. */
        final boolean isFirst;
        /** Which node made room for it; {@code null} where there was room. */
        final Eui64 forgotten;

        private Heard(Node node, Conversation conversation, boolean cameOnline, Eui64 forgotten) {
            this.node = node.eui;
            this.conversation = conversation;
            this.cameOnline = cameOnline;
            this.isFirst = !node.heardNow;
            this.forgotten = forgotten;
        }
    }

    private long timeoutNs(Eui64 eui) {
        int own = config.node(eui.toString()).timeoutS;
        return (own == 0 ? config.nodeTimeoutS : own) * SECOND_NS;
    }

    /**
     * Takes note of a datagram from a node.
     *
     * @param way from our end to the node's
     * @param hopLimit as it came, 0 to 255
     * @param protocol what it spoke
     */
    synchronized Heard heard(Route way, int hopLimit, Protocol protocol, long wallMs, long nowNs) {
        Eui64 eui = Eui64.ofInterfaceId(way.node.low());
        Eui64 forgotten = null;
        Node node = nodes.remove(eui);
        if (node == null) {
            forgotten = makeRoom();
            node = new Node(eui, wallMs, timeoutNs(eui));
        }
        nodes.put(eui, node);
        boolean cameOnline = node.heard(way.node, hopLimit, protocol, wallMs, nowNs);
        if (cameOnline) {
            onlineCount++;
        }
        anyChanged |= node.changed;
        Conversation conversation = node.conversation(way.host, way.hostPort, way.nodePort);
        Heard heard = new Heard(node, conversation, cameOnline, forgotten);
        node.heardNow = true;
        return heard;
    }

    private Eui64 makeRoom() {
        if (nodes.size() < config.nodeLimit) {
            return null;
        }
        Eui64 oldest = nodes.keySet().iterator().next();
        remove(oldest);
        health.count(Counter.MESH_NODES_FORGOTTEN);
        return oldest;
    }

    /** Forgets a node; false where it was not known. */
    synchronized boolean remove(Eui64 eui) {
        Node gone = nodes.remove(eui);
        if (gone != null && gone.availability.isOnline()) {
            onlineCount--;
        }
        return gone != null;
    }

    /**
     * Takes up nodes that an earlier life knew, as far as there is room: those heard last.
     *
     * @param trustedNowMs the wall clock, or 0 where it cannot be trusted: then they were silent for no time yet
     * @return those that are left out: there is no room, or what was kept of them cannot be read
     */
    synchronized List<Eui64> restore(List<NodeRecord> records, long trustedNowMs, long nowNs) {
        List<Eui64> leftOut = new ArrayList<>();
        List<Node> restored = new ArrayList<>();
        for (NodeRecord record : records) {
            if (!nodes.containsKey(record.node)) {
                Node node = decoded(record, trustedNowMs, nowNs);
                if (node == null) {
                    leftOut.add(record.node);
                } else {
                    restored.add(node);
                }
            }
        }
        Collections.sort(restored, LATEST_LAST);
        Map<Eui64, Node> heardAlready = new LinkedHashMap<>(nodes);
        nodes.clear();
        int tooMany = restored.size() + heardAlready.size() - config.nodeLimit;
        for (int i = 0; i < restored.size(); i++) {
            Node node = restored.get(i);
            if (i < tooMany) {
                leftOut.add(node.eui);
            } else {
                nodes.put(node.eui, node);
                onlineCount += node.availability.isOnline() ? 1 : 0;
            }
        }
        nodes.putAll(heardAlready);
        return leftOut;
    }

    private Node decoded(NodeRecord record, long trustedNowMs, long nowNs) {
        boolean[] online = new boolean[1];
        try {
            Node node = NodeCodec.decode(record.node, record.body, timeoutNs(record.node), online);
            long silentMs = trustedNowMs > 0 && node.lastSeen > EARLIEST_MS
                ? Math.max(0, trustedNowMs - node.lastSeen) : 0;
            node.availability.restore(nowNs - silentMs * 1_000_000, online[0], nowNs);
            return node;
        } catch (IOException | RuntimeException damaged) {
            health.error(config.name + ": what was kept of a node cannot be read");
            return null;
        }
    }

    /** Marks the nodes that have been silent too long, and returns those that were not marked before. */
    synchronized List<Eui64> missed(long nowNs) {
        List<Eui64> silent = new ArrayList<>();
        for (Node node : nodes.values()) {
            if (node.availability.silenceNs(nowNs) < SECOND_NS) {
                break;
            }
            if (node.availability.missed(nowNs)) {
                onlineCount--;
                node.changed = true;
                anyChanged = true;
                silent.add(node.eui);
            }
        }
        return silent;
    }

    /** Forgets the nodes that were silent for so long, and returns them. */
    synchronized List<Eui64> outdated(long ageNs, long nowNs) {
        List<Eui64> outdated = new ArrayList<>();
        for (Node node : nodes.values()) {
            if (node.availability.silenceNs(nowNs) < ageNs) {
                break;
            }
            outdated.add(node.eui);
        }
        for (Eui64 gone : outdated) {
            remove(gone);
        }
        return outdated;
    }

    /**
     * What is to be kept and was not handed out yet.
     *
     * @param countersToo whether nodes are in it of which only counters and times have changed
     */
    synchronized List<NodeRecord> unsaved(boolean countersToo) {
        List<NodeRecord> records = new ArrayList<>();
        if (anyChanged || countersToo) {
            for (Node node : nodes.values()) {
                if (node.changed || countersToo && node.dirty) {
                    node.changed = false;
                    node.dirty = false;
                    records.add(new NodeRecord(node.eui, NodeCodec.encode(config.name, node)));
                }
            }
            anyChanged = false;
        }
        return records;
    }

    /** All are to be kept again: what was kept is lost. */
    synchronized void markAllUnsaved() {
        for (Node node : nodes.values()) {
            node.changed = true;
            anyChanged = true;
        }
    }

    synchronized boolean knows(Eui64 eui) {
        return nodes.containsKey(eui);
    }

    /** {@link Long#MAX_VALUE} where the node was not heard yet in this life. */
    synchronized long silenceNs(Eui64 eui, long nowNs) {
        Node node = nodes.get(eui);
        return node == null || !node.heardNow ? Long.MAX_VALUE : node.availability.silenceNs(nowNs);
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
            node.changed |= !sameTargets(node.links, links);
            anyChanged |= node.changed;
            node.links = links;
        }
    }

    private static boolean sameTargets(List<ResourceLink> some, List<ResourceLink> others) {
        boolean same = some.size() == others.size();
        for (int i = 0; same && i < some.size(); i++) {
            same = some.get(i).target.equals(others.get(i).target)
                && some.get(i).attributes.equals(others.get(i).attributes);
        }
        return same;
    }

    /** Every node as it is now, the one that was silent longest first. */
    synchronized List<NodeView> views() {
        List<NodeView> views = new ArrayList<>(nodes.size());
        for (Node node : nodes.values()) {
            views.add(new NodeView(node, config.node(node.eui.toString()).name));
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
