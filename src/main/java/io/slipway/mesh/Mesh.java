package io.slipway.mesh;

import io.slipway.config.LinkConfig;
import io.slipway.config.MeshConfig;
import io.slipway.frame.Ipv6Address;
import io.slipway.health.Gauge;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;

/**
 * One mesh and its nodes: behind a border-router mote, whose host this is, or reached over this router's own network.
 * What nodes send goes to the listener and to services; datagrams go down by {@link #send}.
 */
public final class Mesh implements Closeable {
    private final MeshConfig config;
    private final MeshListener listener;
    private final NodeRegistry nodes;
    private final Uplinks uplinks;
    /** {@code null} where the mesh is routed. */
    private final BorderRouter router;
    private final Attachment attachment;
    private final FrameSender sender;
    private final Downlink downlink;

    /** Opens nothing yet: see {@link #start}. */
    public Mesh(MeshConfig config, MeshListener listener, Health health) {
        this.config = config;
        this.listener = listener;
        this.nodes = new NodeRegistry(config, health);
        this.uplinks = new Uplinks(config, nodes, listener, health);
        this.router = config.link.kind == LinkConfig.Kind.UDP ? null : new BorderRouter(config, uplinks, health);
        this.attachment = router != null ? router : new UdpSource(config, uplinks, health);
        SentCommands sent = new SentCommands();
        this.sender = new FrameSender(config.name, attachment, config.downlinkQueue, config.frameGapMs, sent, health);
        this.downlink = new Downlink(nodes, attachment, sender, sent, config.downlinkBytes, health);
        if (router != null) {
            router.connect(sender, downlink);
        }
        showGauges(health);
    }

    private void showGauges(Health health) {
        health.gauge(config.name + "_nodes", new Gauge() {
            @Override
            public long value() {
                return nodes.size();
            }
        });
        health.gauge(config.name + "_nodes_online", new Gauge() {
            @Override
            public long value() {
                return nodes.onlineCount();
            }
        });
        health.gauge(config.name + "_downlink_queue", new Gauge() {
            @Override
            public long value() {
                return sender.size();
            }
        });
    }

    /** The name of its section. */
    public String name() {
        return config.name;
    }

    /** Gives a service its ports. Before {@link #start}. */
    public void add(UdpService service) {
        uplinks.add(service);
    }

    /** Hands the frames that are MQTT packets to a service; only behind a border router. Before {@link #start}. */
    public void add(WiredService service) {
        router.add(service);
    }

    /** What is at the end of the line; {@code null} until it has said its name, as border routers do. Any thread. */
    public Eui64 borderRouter() {
        return router == null ? null : router.mac();
    }

    /**
     * Takes up those of the nodes that an earlier life of the gateway knew in this mesh. Whether each is online is said
     * to the listener; those for which there is no room are forgotten. Any thread; best before {@link #start}.
     *
     * @param trustedNowMs the wall clock, or 0 where it cannot be trusted: then the nodes' silence counts from now on
     */
    public void restore(List<NodeRecord> records, long trustedNowMs) {
        List<NodeRecord> own = new ArrayList<>();
        for (NodeRecord record : records) {
            if (config.name.equals(NodeCodec.mesh(record.body))) {
                own.add(record);
            }
        }
        for (Eui64 leftOut : nodes.restore(own, trustedNowMs, System.nanoTime())) {
            listener.forgotten(leftOut);
        }
        for (NodeView node : nodes.views()) {
            listener.availability(node.node, node.online);
        }
    }

    /** Has the listener hear of every node that is to be kept, as if each had changed. Any thread. */
    public void saveAll() {
        nodes.markAllUnsaved();
        uplinks.save(true);
    }

    /** Opens the link and keeps it open until {@link #close}. */
    public void start() {
        sender.start();
        attachment.start();
    }

    /** Whether what is sent now has a chance to reach a node: the link is open, the mote has its prefix. Any thread. */
    public boolean isUp() {
        return attachment.isUp();
    }

    /**
     * Sends a payload to a node. Any thread; never waits. {@code port} names one of the node's conversations: by the
     * node's own port, or else by the port of ours that it sends to; one that is neither is taken for the node's.
     *
     * @return false where this mesh has never heard of the node; then the listener hears nothing
     */
    public boolean send(Eui64 node, int port, byte[] payload, CommandListener commandListener) {
        return downlink.send(node, port, payload, commandListener);
    }

    /** Sends a frame over the line as it is. Any thread; never waits. The listener hears what becomes of it. */
    public void send(byte[] frame, CommandListener commandListener) {
        downlink.send(frame, commandListener);
    }

    /** Sends a payload between these ends. Any thread; never waits. The listener hears what becomes of it. */
    public void send(Route route, byte[] payload, CommandListener commandListener) {
        downlink.send(route, payload, commandListener);
    }

    /** Whether a node was heard in this mesh, in this life of the gateway or an earlier one. Any thread. */
    public boolean knows(Eui64 node) {
        return nodes.knows(node);
    }

    /** Nanoseconds since a node was heard; {@link Long#MAX_VALUE} where it was not yet in this life. Any thread. */
    public long silenceNs(Eui64 node) {
        return nodes.silenceNs(node, System.nanoTime());
    }

    /** The way between a port of ours and one of a node; {@code null} where the node was never heard. Any thread. */
    public Route route(Eui64 node, int hostPort, int nodePort) {
        return nodes.route(node, hostPort, nodePort);
    }

    /** The way to a node that was perhaps never heard: its address follows from its name. Any thread. */
    public Route assumedRoute(Eui64 node, int hostPort, int nodePort) {
        Route known = nodes.route(node, hostPort, nodePort);
        return known != null ? known : new Route(attachment.host(), hostPort,
            Ipv6Address.of(attachment.prefix(), node.interfaceId()), nodePort);
    }

    /** Takes note of what a node offers, which is forgotten with the node. Any thread. */
    public void offers(Eui64 node, List<ResourceLink> links) {
        nodes.offers(node, links);
    }

    /** Forgets a node; false where it is not known. Heard again, it is a new one. Any thread. */
    public boolean forget(Eui64 node) {
        boolean known = nodes.remove(node);
        if (known) {
            listener.forgotten(node);
        }
        return known;
    }

    /** A node was heard in another mesh: it is none of this one any more, and nobody is told. Any thread. */
    public void left(Eui64 node) {
        nodes.remove(node);
    }

    /** Every node that is known. Any thread. */
    public List<NodeView> nodes() {
        return nodes.views();
    }

    /** Closes the link; commands that were not written are refused. What is to be kept of nodes is handed out. */
    @Override
    public void close() {
        for (UdpService service : uplinks.services()) {
            service.stop();
        }
        if (router != null) {
            router.stopWired();
        }
        sender.stop();
        // A write that hangs ends with the link, and only then the sender's thread.
        attachment.close();
        sender.close();
        uplinks.save(true);
    }
}
