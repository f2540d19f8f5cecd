package io.slipway.mesh;

import io.slipway.frame.Ipv6Address;
import io.slipway.reading.Eui64;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What is known of one node. Guarded by the {@link NodeRegistry} that it lives in. */
final class Node {
    /** Distinct conversations that are remembered; the one that is silent longest is forgotten first. */
    private static final int CONVERSATIONS = 8;
    /** What motes start with: hop limit 64 less one for each router on the way. */
    private static final int INITIAL_HOP_LIMIT = 64;

    final Eui64 eui;
    /** Wall clock, milliseconds since 1970: for people. */
    final long firstSeen;
    long lastSeen;
    Ipv6Address address;
    /** Radio hops to the border router; -1 where the hop limit does not tell. */
    int hops;
    long uplinks;
    /** Bits: what it was heard to speak. */
    int protocols;
    final Availability availability;
    /** Whether it was heard since the gateway started. */
    boolean heardNow;
    /** Whether something is to be kept that is not yet, and whether that is more than counters and times. */
    boolean dirty;
    boolean changed;
    /** What it offers by CoAP, as far as it was asked. */
    List<ResourceLink> links = Collections.emptyList();
    /** The most recent first. */
    private final Conversation[] conversations = new Conversation[CONVERSATIONS];

    Node(Eui64 eui, long firstSeen, long timeoutNs) {
        this.eui = eui;
        this.firstSeen = firstSeen;
        this.availability = new Availability(timeoutNs);
    }

    /** What an uplink meant: true where it was unknown or offline before. */
    boolean heard(Ipv6Address from, int hopLimit, Protocol protocol, long wallMs, long nowNs) {
        changed |= !from.equals(address) || (protocols & protocol.bit()) == 0;
        dirty = true;
        address = from;
        protocols |= protocol.bit();
        hops = hopLimit > 0 && hopLimit <= INITIAL_HOP_LIMIT ? INITIAL_HOP_LIMIT - hopLimit : -1;
        lastSeen = wallMs;
        uplinks++;
        boolean came = availability.heard(nowNs);
        changed |= came;
        return came;
    }

    /** The most recent first. */
    List<Conversation> conversations() {
        List<Conversation> known = new ArrayList<>();
        for (Conversation one : conversations) {
            if (one != null) {
                known.add(one);
            }
        }
        return known;
    }

    /** The conversation between these ends, remembered as the most recent one. */
    Conversation conversation(Ipv6Address host, int hostPort, int nodePort) {
        int at = 0;
        while (at < CONVERSATIONS - 1 && conversations[at] != null
            && !conversations[at].isBetween(host, hostPort, nodePort)) {
            at++;
        }
        Conversation found = conversations[at];
        if (found == null || !found.isBetween(host, hostPort, nodePort)) {
            found = new Conversation(host, hostPort, nodePort);
        }
        System.arraycopy(conversations, 0, conversations, 1, at);
        conversations[0] = found;
        return found;
    }

    /** Our address, as the node knew it last. */
    Ipv6Address host() {
        return conversations[0].host;
    }

    /**
     * How to reach a port: {@code port} names a conversation by the node's end, or else by ours; where the node never
     * spoke from or to that port, it is taken for the node's and the latest conversation gives our end.
     */
    Route route(int port) {
        Conversation byNode = null;
        Conversation byHost = null;
        for (int i = CONVERSATIONS - 1; i >= 0; i--) {
            Conversation one = conversations[i];
            if (one != null && one.nodePort == port) {
                byNode = one;
            } else if (one != null && one.hostPort == port) {
                byHost = one;
            }
        }
        if (byNode != null) {
            return new Route(byNode.host, byNode.hostPort, address, port);
        }
        if (byHost != null) {
            return new Route(byHost.host, port, address, byHost.nodePort);
        }
        return new Route(conversations[0].host, conversations[0].hostPort, address, port);
    }
}
