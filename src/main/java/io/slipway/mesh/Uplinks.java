package io.slipway.mesh;

import io.slipway.config.MeshConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import java.util.ArrayList;
import java.util.List;

/**
 * What comes up from the motes of one mesh: datagrams become readings or are a service's, and say who is there. One
 * thread, that of the {@link Attachment}.
 */
final class Uplinks {
    private static final long SECOND_NS = 1_000_000_000L;

    private final MeshConfig config;
    private final NodeRegistry nodes;
    private final MeshListener listener;
    private final Health health;
    /** Complete before the start. */
    private final List<UdpService> services = new ArrayList<>();
    private long lastTickNs = System.nanoTime();
    private long savedNs = lastTickNs;

    Uplinks(MeshConfig config, NodeRegistry nodes, MeshListener listener, Health health) {
        this.config = config;
        this.nodes = nodes;
        this.listener = listener;
        this.health = health;
    }

    /** Before the start. */
    void add(UdpService service) {
        services.add(service);
    }

    List<UdpService> services() {
        return services;
    }

    /**
     * A datagram from a node of this mesh.
     *
     * @param way from our end to the node's
     * @param hopLimit as it came, 1 to 255; 0 where it is not known
     */
    void datagram(Route way, int hopLimit, byte[] payload) {
        UdpService service = service(way.hostPort);
        NodeRegistry.Heard heard = nodes.heard(way, hopLimit, service == null ? Protocol.UDP : service.protocol(),
            System.currentTimeMillis(), System.nanoTime());
        if (heard.forgotten != null) {
            listener.forgotten(heard.forgotten);
        }
        if (heard.cameOnline) {
            listener.availability(heard.node, true);
        }
        if (heard.cameOnline || heard.isFirst) {
            listener.appeared(heard.node);
            for (UdpService one : services) {
                one.cameOnline(heard.node);
            }
        }
        if (service == null) {
            health.count(Counter.MESH_UPLINKS);
            listener.uplink(heard.node, heard.conversation.source, MeshListener.NO_FORMAT, payload);
        } else {
            service.received(heard.node, way, payload);
        }
        listener.heard(heard.node);
    }

    private UdpService service(int hostPort) {
        for (int i = 0; i < services.size(); i++) {
            if (services.get(i).serves(hostPort)) {
                return services.get(i);
            }
        }
        return null;
    }

    /** Called at least about once a second: finds out who has fallen silent, and hands out what is to be kept. */
    void tick() {
        long now = System.nanoTime();
        if (now - lastTickNs < SECOND_NS) {
            return;
        }
        lastTickNs = now;
        for (Eui64 node : nodes.missed(now)) {
            listener.availability(node, false);
        }
        if (config.nodeForgetS > 0) {
            for (Eui64 node : nodes.outdated(config.nodeForgetS * SECOND_NS, now)) {
                listener.forgotten(node);
            }
        }
        boolean countersToo = now - savedNs >= config.nodeSaveS * SECOND_NS;
        if (countersToo) {
            savedNs = now;
        }
        save(countersToo);
    }

    /** Hands out what is to be kept. Any thread. */
    void save(boolean countersToo) {
        List<NodeRecord> records = nodes.unsaved(countersToo);
        if (!records.isEmpty()) {
            listener.changed(records);
        }
    }
}
