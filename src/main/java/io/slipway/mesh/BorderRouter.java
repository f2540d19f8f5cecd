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
import io.slipway.frame.UdpPacket;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.link.Link;
import io.slipway.link.LinkListener;
import io.slipway.reading.Eui64;
import io.slipway.record.RecordRing;
import io.slipway.slip.SlipDecoder;
import io.slipway.slip.SlipEncoder;
import io.slipway.slip.SlipError;
import io.slipway.slip.SlipSink;
import java.io.IOException;
import org.tinylog.Logger;

/**
 * The line to a border-router mote, which keeps its radio off until the host answers {@code ?P} with the prefix; from
 * then on every packet that leaves the mesh comes up the line. A mote that was given its prefix before the gateway
 * started asks nothing: its traffic simply flows (wire-format.md sections 2.1, 3 and 6). What comes is worked on by the
 * link's thread.
 */
final class BorderRouter implements Attachment, LinkListener, SlipSink {
    /** What tunslip6 and 6LBR take at most; no border router sends more. */
    private static final int FRAME_LIMIT = 2048;
    private static final byte[] END = {(byte) 0xc0};
    /** The interface identifier of the address at which stock firmware looks for its host: fd00::1. */
    private static final long HOST_ID = 1;
    /** A mote without a prefix asks for it every second; one that has not asked for so long was given one before. */
    private static final long SILENT_NS = 5_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;

    private final MeshConfig config;
    private final Link link;
    private final Uplinks uplinks;
    private final Health health;
    private final SlipDecoder slip = new SlipDecoder(this, FRAME_LIMIT);
    private final FrameDecoder frames = new FrameDecoder(FrameDecoder.Mode.BORDER_ROUTER, false, false);
    private final byte[] prefixAnswer;
    private FrameSender sender;
    private Downlink downlink;
    private MoteWatch watch;
    /** {@code null} where MQTT in SLIP is not configured. Set before the start. */
    private WiredService wired;
    /** {@code null} until it has said its name. */
    private volatile Eui64 mac;
    /** That of every address in the mesh; the link's thread alone changes it. */
    private volatile long prefix;
    /** Whether the mote got its prefix from us, or showed the one that it had. */
    private boolean prefixKnown;
    private boolean running;
    private volatile boolean configured;
    private volatile long openedNs;
    private long lastTickNs = System.nanoTime();

    /** Opens nothing yet. */
    BorderRouter(MeshConfig config, Uplinks uplinks, Health health) {
        this.config = config;
        this.link = new Link(config.name, config.link, health);
        this.uplinks = uplinks;
        this.health = health;
        this.prefix = config.prefix;
        this.prefixAnswer = SlipEncoder.encode(HostCommand.prefix(config.prefix));
        if (config.recordBytes > 0) {
            link.record(new RecordRing(config.recordDir, config.name, config.recordBytes, health));
        }
    }

    /** Who writes to the line, and who hears of errors. Before the start. */
    void connect(FrameSender theSender, Downlink theDownlink) {
        sender = theSender;
        downlink = theDownlink;
        watch = new MoteWatch(config, link, theSender, health);
    }

    /** Who gets the frames that are MQTT packets. Before the start. */
    void add(WiredService service) {
        wired = service;
    }

    /** The mote's own name; {@code null} until it has said it. Any thread. */
    Eui64 mac() {
        return mac;
    }

    /** Before the sender stops, so that leave can be taken. */
    void stopWired() {
        if (wired != null) {
            wired.stop();
        }
    }

    @Override
    public void start() {
        link.start(this);
    }

    @Override
    public Transmission transmission(Route route, byte[] payload, CommandListener listener) {
        byte[] packet = UdpPacket.encode(route.host, route.hostPort, route.node, route.nodePort, payload);
        if (SlipEncoder.wireLength(packet) > SlipEncoder.MAX_WIRE_LENGTH) {
            throw new IllegalArgumentException("longer than " + SlipEncoder.MAX_WIRE_LENGTH
                + " bytes on the line once escaped");
        }
        return new Transmission(route, SlipEncoder.encode(packet), UdpPacket.checksum(packet), listener);
    }

    @Override
    public void write(Transmission transmission) throws IOException {
        write(transmission.wire);
    }

    @Override
    public void write(byte[] wire) throws IOException {
        link.write(wire, 0, wire.length);
    }

    @Override
    public boolean isUp() {
        return link.isOpen() && (configured || System.nanoTime() - openedNs >= SILENT_NS);
    }

    @Override
    public Ipv6Address host() {
        return Ipv6Address.of(prefix, HOST_ID);
    }

    @Override
    public long prefix() {
        return prefix;
    }

    @Override
    public void close() {
        link.close();
    }

    @Override
    public void opened() {
        running = false;
        configured = false;
        openedNs = System.nanoTime();
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
        tick();
    }

    @Override
    public void idle() {
        tick();
    }

    private void tick() {
        uplinks.tick();
        long now = System.nanoTime();
        if (now - lastTickNs >= SECOND_NS) {
            lastTickNs = now;
            if (watch.tick(now)) {
                running = false;
            }
        }
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
            configured = true;
            health.state(config.name, "running");
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
        configured = true;
        if (sender.addToHandshake(prefixAnswer)) {
            health.count(Counter.MESH_PREFIX_ANSWERED);
        }
        health.state(config.name, "prefix given");
    }

    private void command(CommandFrame command) {
        if (command.isSlipRadioMac()) {
            watch.slipRadio();
        } else if (command.borderRouterMac() != null) {
            if (!command.borderRouterMac().equals(mac)) {
                mac = command.borderRouterMac();
                Logger.info("{}: the border router is {}", config.name, mac);
            }
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
        runs();
        uplinks.datagram(new Route(packet.dst(), udp.dstPort(), packet.src(), udp.srcPort()), packet.hopLimit(),
            udp.payload());
    }
}
