package io.slipway.mesh;

import io.slipway.config.MeshConfig;
import io.slipway.frame.CommandFrame;
import io.slipway.frame.Frame;
import io.slipway.frame.FrameDecoder;
import io.slipway.frame.HostCommand;
import io.slipway.frame.Icmpv6Message;
import io.slipway.frame.InvalidFrame;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.MqttFrame;
import io.slipway.frame.QueryFrame;
import io.slipway.frame.TextFrame;
import io.slipway.frame.UdpDatagram;
import io.slipway.health.Counter;
import io.slipway.health.Gauge;
import io.slipway.health.Health;
import io.slipway.link.Link;
import io.slipway.link.LinkListener;
import io.slipway.reading.Eui64;
import io.slipway.record.RecordRing;
import io.slipway.slip.SlipDecoder;
import io.slipway.slip.SlipEncoder;
import io.slipway.slip.SlipError;
import io.slipway.slip.SlipSink;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import org.tinylog.Logger;

/**
 * The host of one border-router mote. The mote keeps its radio off until the host answers {@code ?P} with the prefix;
 * from then on every packet that leaves the mesh comes up the line. A mote that was given its prefix before the
 * gateway started asks nothing: its traffic simply flows (wire-format.md sections 2.1, 3 and 6).
 */
public final class Mesh implements Closeable {
    /** What tunslip6 and 6LBR take at most; no border router sends more. */
    private static final int FRAME_LIMIT = 2048;
    private static final byte[] END = {(byte) 0xc0};
    private static final long SWEEP_NS = 1_000_000_000L;
    /** The interface identifier of the address at which stock firmware looks for its host: fd00::1. */
    private static final long HOST_ID = 1;

    private final MeshConfig config;
    private final Link link;
    private final MeshListener listener;
    private final Health health;
    private final FrameSender sender;
    private final NodeRegistry nodes;
    private final Downlink downlink;
    private final Line line;
    private final MoteWatch watch;
    /** Complete before the start. */
    private final List<UdpService> services = new ArrayList<>();
    /** {@code null} where MQTT in SLIP is not configured. Set before the start. */
    private WiredService wired;
    /** {@code null} until it has said its name. */
    private volatile Eui64 borderRouter;
    /** That of every address in the mesh; the link's thread alone changes it. */
    private volatile long prefix;

    /** Opens nothing yet: see {@link #start}. */
    public Mesh(MeshConfig config, MeshListener listener, Health health) {
        this.config = config;
        this.link = new Link(config.name, config.link, health);
        this.listener = listener;
        this.health = health;
        if (config.recordBytes > 0) {
            link.record(new RecordRing(config.recordDir, config.name, config.recordBytes, health));
        }
        SentCommands sent = new SentCommands();
        this.sender = new FrameSender(config.name, link, config.downlinkQueue, config.frameGapMs, sent, health);
        this.nodes = new NodeRegistry(config.nodeLimit, health);
        this.downlink = new Downlink(nodes, sender, sent, config.downlinkBytes, health);
        this.watch = new MoteWatch(config, link, sender, health);
        this.line = new Line();
        this.prefix = config.prefix;
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

    /** Gives a service its ports. Before {@link #start}. */
    public void add(UdpService service) {
        services.add(service);
    }

    /** Hands the frames that are MQTT packets to a service. Before {@link #start}. */
    public void add(WiredService service) {
        wired = service;
    }

    /** What is at the end of the line; {@code null} until it has said its name, as border routers do. Any thread. */
    public Eui64 borderRouter() {
        return borderRouter;
    }

    /** Sends a frame as it is. Any thread; never waits. The listener hears what becomes of it. */
    public void send(byte[] frame, CommandListener commandListener) {
        downlink.send(frame, commandListener);
    }

    /** Opens the link and keeps it open until {@link #close}. */
    public void start() {
        sender.start();
        link.start(line);
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

    /** Sends a payload between these ends. Any thread; never waits. The listener hears what becomes of it. */
    public void send(Route route, byte[] payload, CommandListener commandListener) {
        downlink.send(route, payload, commandListener);
    }

    /** The way between a port of ours and one of a node; {@code null} where the node was never heard. Any thread. */
    public Route route(Eui64 node, int hostPort, int nodePort) {
        return nodes.route(node, hostPort, nodePort);
    }

    /** The way to a node that was perhaps never heard: its address follows from its name. Any thread. */
    public Route assumedRoute(Eui64 node, int hostPort, int nodePort) {
        Route known = nodes.route(node, hostPort, nodePort);
        return known != null ? known : new Route(Ipv6Address.of(prefix, HOST_ID), hostPort,
            Ipv6Address.of(prefix, node.interfaceId()), nodePort);
    }

    /** Takes note of what a node offers, which is forgotten with the node. Any thread. */
    public void offers(Eui64 node, List<ResourceLink> links) {
        nodes.offers(node, links);
    }

    /** Every node that is known. Any thread. */
    public List<NodeView> nodes() {
        return nodes.views();
    }

    /** Closes the link; commands that were not written are refused. */
    @Override
    public void close() {
        for (UdpService service : services) {
            service.stop();
        }
        if (wired != null) {
            wired.stop();
        }
        sender.stop();
        // A write that hangs ends with the link, and only then the sender's thread.
        link.close();
        sender.close();
    }

    /** The line's bytes on their way up. The link's thread only. */
    private final class Line implements LinkListener, SlipSink {
        private final SlipDecoder slip = new SlipDecoder(this, FRAME_LIMIT);
        private final FrameDecoder frames = new FrameDecoder(FrameDecoder.Mode.BORDER_ROUTER, false, false);
        private final byte[] prefixAnswer = SlipEncoder.encode(HostCommand.prefix(config.prefix));
        /** Whether the mote got its prefix from us, or showed the one that it had. */
        private boolean prefixKnown;
        private long lastSweepNs = System.nanoTime();
        private boolean running;

        @Override
        public void opened() {
            running = false;
            prefix = config.prefix;
            prefixKnown = !config.learnsPrefix;
            health.state(config.name, "waiting for the mote");
            watch.opened();
            // The one END that may stand alone: it ends whatever another host left half written.
            sender.beginHandshake(END, SlipEncoder.encode(HostCommand.macQuery()));
        }

        @Override
        public void received(byte[] buffer, int length) {
            watch.received(length);
            slip.push(buffer, 0, length);
            sweep();
        }

        @Override
        public void idle() {
            sweep();
        }

        @Override
        public void closed() {
            slip.end();
            watch.closed();
            health.state(config.name, "link down");
        }

        @Override
        public void frame(byte[] buffer, int length, long start, long end) {
            health.count(Counter.SLIP_FRAMES);
            Frame frame = frames.decode(buffer, length);
            watch.frame(frame);
            switch (frame.type()) {
                case IPV6:
                    packet((Ipv6Packet) frame);
                    break;
                case QUERY:
                    query((QueryFrame) frame);
                    break;
                case COMMAND:
                    command((CommandFrame) frame);
                    break;
                case TEXT:
                case DEBUG:
                case ERROR:
                    health.count(Counter.FRAME_TEXT);
                    Logger.debug("{} says: {}", config.name, ((TextFrame) frame).text());
                    break;
                case INVALID:
                    health.count(((InvalidFrame) frame).reason() == InvalidFrame.Reason.UNRECOGNISED
                        ? Counter.FRAME_UNRECOGNISED : Counter.FRAME_BAD_IPV6);
                    break;
                case MQTT:
                    mqtt((MqttFrame) frame);
                    break;
                default:
                    health.count(Counter.FRAME_UNEXPECTED);
                    break;
            }
        }

        private void mqtt(MqttFrame frame) {
            if (wired == null) {
                health.count(Counter.FRAME_UNEXPECTED);
                return;
            }
            runs();
            wired.received(frame);
        }

        private void runs() {
            if (!running) {
                running = true;
                health.state(config.name, "running");
            }
        }

        @Override
        public void invalid(SlipError reason, byte[] buffer, int length, long start, long end) {
            watch.bad();
            switch (reason) {
                case TRUNCATED:
                    health.count(Counter.SLIP_TRUNCATED);
                    break;
                case ESCAPE_THEN_END:
                    health.count(Counter.SLIP_ESCAPE_THEN_END);
                    break;
                case BAD_ESCAPE:
                    health.count(Counter.SLIP_BAD_ESCAPE);
                    break;
                default:
                    health.count(Counter.SLIP_OVERSIZE);
                    break;
            }
        }

        private void query(QueryFrame query) {
            // Exactly two bytes: text of the firmware may begin with "?P" as well.
            if (!query.isPrefixQuery()) {
                health.count(Counter.FRAME_UNEXPECTED);
                return;
            }
            prefix = config.prefix;
            prefixKnown = true;
            running = false;
            if (sender.addToHandshake(prefixAnswer)) {
                health.count(Counter.MESH_PREFIX_ANSWERED);
            }
            health.state(config.name, "prefix given");
        }

        private void command(CommandFrame command) {
            if (command.isSlipRadioMac()) {
                watch.slipRadio();
            } else if (command.borderRouterMac() != null) {
                borderRouter = command.borderRouterMac();
                Logger.info("{}: the border router is {}", config.name, borderRouter);
            } else {
                health.count(Counter.FRAME_UNEXPECTED);
            }
        }

        private void packet(Ipv6Packet packet) {
            UdpDatagram udp = packet.udp();
            Icmpv6Message icmpv6 = packet.icmpv6();
            if (udp != null ? !udp.checksumOk() || udp.lenMismatch() : icmpv6 != null && !icmpv6.checksumOk()) {
                health.count(Counter.MESH_BAD_CHECKSUM);
            } else if (!isOfMesh(packet)) {
                health.count(Counter.MESH_FOREIGN_SOURCE);
            } else if (udp != null) {
                uplink(packet, udp);
            } else if (icmpv6 != null && icmpv6.isError()) {
                downlink.failed(icmpv6);
            } else {
                health.count(Counter.MESH_UNHANDLED);
            }
        }

        /**
         * Whether a mote of this mesh sent it. Where the configuration names no prefix, that of a mote which another
         * host configured is taken over: the first one that shows, so that one stray packet cannot move the mesh.
         */
        private boolean isOfMesh(Ipv6Packet packet) {
            Ipv6Address src = packet.src();
            // The interface identifier of EUI-64 zero would pass for the gateway's own LAN.
            if (src.isLinkLocal() || src.isMulticast() || src.high() == 0
                || src.low() == Eui64.LAN.interfaceId()) {
                return false;
            }
            if (!prefixKnown && src.high() != prefix) {
                prefix = src.high();
                Logger.info("{}: the mote was configured before, its mesh is that of {}", config.name, src);
            }
            prefixKnown = true;
            if (src.high() != prefix && !config.learnsPrefix) {
                health.error(config.name + ": the mote has another prefix than option prefix says; "
                    + "reset it, or take the option away");
            }
            return src.high() == prefix;
        }

        private void uplink(Ipv6Packet packet, UdpDatagram udp) {
            NodeRegistry.Heard heard = nodes.heard(packet, udp, System.currentTimeMillis(), System.nanoTime());
            runs();
            if (heard.forgotten != null) {
                listener.forgotten(heard.forgotten);
            }
            if (heard.cameOnline) {
                listener.availability(heard.node, true);
                for (UdpService service : services) {
                    service.cameOnline(heard.node);
                }
            }
            UdpService service = service(udp.dstPort());
            if (service == null) {
                health.count(Counter.MESH_UPLINKS);
                listener.uplink(heard.node, heard.conversation.source, MeshListener.NO_FORMAT, udp.payload());
            } else {
                service.received(heard.node, new Route(packet.dst(), udp.dstPort(), packet.src(), udp.srcPort()),
                    udp.payload());
            }
        }

        private UdpService service(int hostPort) {
            for (int i = 0; i < services.size(); i++) {
                if (services.get(i).serves(hostPort)) {
                    return services.get(i);
                }
            }
            return null;
        }

        private void sweep() {
            long now = System.nanoTime();
            if (now - lastSweepNs < SWEEP_NS) {
                return;
            }
            lastSweepNs = now;
            if (watch.tick(now)) {
                running = false;
            }
            for (Eui64 node : nodes.silentSince(now - config.nodeTimeoutS * 1_000_000_000L)) {
                listener.availability(node, false);
            }
        }
    }
}
