package io.slipway.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** {@code config mesh}: one border-router mote and the mesh behind it. Immutable. */
public final class MeshConfig {
    private static final int MOST_PORTS = 16;
    private static final byte[] ANY = new byte[16];

    /** The section's name, for logs and status. */
    public final String name;
    /** The way to the mote. */
    public final LinkConfig link;
    /** The first 64 bits of every address in the mesh, from {@code option prefix 'fd00::/64'}. */
    public final long prefix;
    /** Whether a mote that another host gave its prefix is taken as it is: where the option is not set. */
    public final boolean learnsPrefix;
    /** Milliseconds between two frames to the mote, 10 to 10000; a mote's UART buffer holds one. Default 30. */
    public final int frameGapMs;
    /** Commands that may wait for the line, 1 to 4096. Default 64. */
    public final int downlinkQueue;
    /** Bytes of payload that a command may have, 16 to 1000: what the motes' buffers hold. Default 1000. */
    public final int downlinkBytes;
    /** Nodes that are remembered, 1 to 65536. Default 2048. */
    public final int nodeLimit;
    /** Seconds of silence after which a node counts as offline, 1 to 31 days. Default one hour. */
    public final int nodeTimeoutS;
    /** Seconds without a good frame after which the mote is asked, then woken by other means; 0 for never. */
    public final int silenceS;
    /** Bytes that the flight recorder may take for the end of what went over the line, 16384 and up; 0 for none. */
    public final long recordBytes;
    /** Where the recording lies; default {@code /tmp/slipway}, which is memory on OpenWrt. */
    public final Path recordDir;

    /** Seconds of silence after which a node is forgotten; 0, the default, for never. */
    public final int nodeForgetS;
    /** Seconds after which counters and times of nodes are kept again, 10 to 86400. Default 900. */
    public final int nodeSaveS;
    /** Further UDP ports to listen on where the link is {@code udp://}. */
    public final List<Integer> ports;
    /** Where datagrams may come from where the link is {@code udp://}. By default ULA, link-local and the prefix. */
    public final List<Ipv6Prefix> allow;
    /** Our CoAP port where the link is {@code udp://}, 0 for none. Default 5683. */
    public final int coapPort;
    private final List<NodeConfig> nodes;

    /** CoAP requests that may wait for one node, 1 to 256. Default 16. */
    public final int coapQueue;
    /** Bytes that the body of a CoAP request or response may have, 64 to 65536. Default 16384. */
    public final int coapBodyBytes;
    /** Bytes of payload in one CoAP message to a node, 16 to 1024; longer ones go in blocks. Default 64. */
    public final int coapBlockBytes;

    /** Whether MQTT packets that come in SLIP frames of their own are answered. Not by default. */
    public final boolean mqttInSlip;

    MeshConfig(SectionReader in, List<NodeConfig> nodes) {
        this.nodes = nodes;
        name = in.sectionName("mesh");
        LinkConfig parsed = null;
        try {
            parsed = LinkConfig.parse(in.required("link"));
        } catch (IllegalArgumentException wrong) {
            in.wrong("link", wrong.getMessage());
        }
        link = parsed;
        prefix = prefix(in);
        learnsPrefix = !in.has("prefix");
        frameGapMs = in.whole("frame_gap_ms", 30, 10, 10_000);
        downlinkQueue = in.whole("downlink_queue", 64, 1, 4096);
        downlinkBytes = in.whole("downlink_bytes", 1000, 16, 1000);
        nodeLimit = in.whole("node_limit", 2048, 1, 65_536);
        nodeTimeoutS = in.whole("node_timeout_s", 3600, 1, 31 * 86_400);
        silenceS = in.whole("silence_s", 120, 0, 86_400);
        recordBytes = in.bytes("record_bytes", 0, 0, 64 << 20);
        if (recordBytes > 0 && recordBytes < 16_384) {
            in.wrong("record_bytes", "0 for no recording, or at least 16384 bytes");
        }
        recordDir = in.path("record_dir", "/tmp/slipway");
        nodeForgetS = in.whole("node_forget_s", 0, 0, Integer.MAX_VALUE);
        nodeSaveS = in.whole("node_save_s", 900, 10, 86_400);
        ports = ports(in);
        allow = allowed(in);
        coapPort = in.whole("coap_port", 5683, 0, 65_535);
        if (link != null) {
            rejectOfOtherLinks(in, isRouted());
        }
        coapQueue = in.whole("coap_queue", 16, 1, 256);
        coapBodyBytes = in.whole("coap_body_bytes", 16_384, 64, 65_536);
        coapBlockBytes = in.whole("coap_block_bytes", 64, 16, 1024);
        mqttInSlip = in.bool("mqtt_in_slip", false);
        in.finish();
    }

    /** Our CoAP port: that of the option where the mesh is routed, else the one of RFC 7252; 0 for none. */
    int servedCoapPort() {
        return isRouted() ? coapPort : 5683;
    }

    /** Whether there is no line to a mote. */
    boolean isRouted() {
        return link != null && link.kind == LinkConfig.Kind.UDP;
    }

    /** What is expected of a node, by its 16 lower-case digits. */
    public NodeConfig node(String eui) {
        return NodeConfig.of(nodes, eui);
    }

    /** Two motes cannot share a line, nor two meshes their addresses. */
    void rejectClash(List<MeshConfig> others, int line, Problems problems) {
        for (MeshConfig other : others) {
            if (name.equals(other.name)) {
                problems.add(line, "two 'config mesh' are called '" + name + "'; give each its name");
            } else if (link != null && other.link != null && link.opensSameAs(other.link)) {
                problems.add(line, "config mesh '" + name + "' and '" + other.name + "' have the same link, " + link);
            } else if (sharesSocket(other)) {
                problems.add(line, "config mesh '" + name + "' and '" + other.name + "' both listen on UDP port "
                    + sharedPort(other) + " of one address; see 'link', 'port' and 'coap_port'");
            } else if (prefix != 0 && prefix == other.prefix) {
                problems.add(line, "config mesh '" + name + "' and '" + other.name
                    + "' have the same prefix; give each its own");
            }
        }
    }

    private boolean sharesSocket(MeshConfig other) {
        if (!isRouted() || !other.isRouted() || sharedPort(other) == 0) {
            return false;
        }
        byte[] mine = Ipv6Prefix.address(link.target);
        byte[] theirs = Ipv6Prefix.address(other.link.target);
        return Arrays.equals(mine, theirs) || Arrays.equals(mine, ANY) || Arrays.equals(theirs, ANY);
    }

    /** A port that both listen on; 0 for none. */
    private int sharedPort(MeshConfig other) {
        for (int port : udpPorts()) {
            if (port > 0 && other.udpPorts().contains(port)) {
                return port;
            }
        }
        return 0;
    }

    private List<Integer> udpPorts() {
        List<Integer> all = new ArrayList<>(ports);
        all.add(link.port);
        all.add(coapPort);
        return all;
    }

    private static long prefix(SectionReader in) {
        Ipv6Prefix prefix = Ipv6Prefix.parse(in.text("prefix", "fd00::/64"));
        if (prefix == null || prefix.length != 64) {
            in.wrong("prefix", "an IPv6 prefix of 64 bits such as fd00::/64");
            return 0;
        }
        if (prefix.high == 0 || prefix.high >>> 56 == 0xff || prefix.high >>> 54 == 0xfe80 >>> 6) {
            in.wrong("prefix", "a prefix of addresses that a host can have, neither multicast nor link-local");
        }
        return prefix.high;
    }

    /** What is only for the line of a border router, or only for this router's own network. */
    private static void rejectOfOtherLinks(SectionReader in, boolean isRouted) {
        String[] others = isRouted ? new String[] {"silence_s", "record_bytes", "record_dir", "mqtt_in_slip"}
            : new String[] {"port", "allow", "coap_port"};
        for (String option : others) {
            if (in.has(option)) {
                in.wrong(option, isRouted ? "no such option where there is no line to a mote"
                    : "no such option where the link is a border router; it belongs to link 'udp://[address]:port'");
            }
        }
    }

    private static List<Integer> ports(SectionReader in) {
        List<Integer> ports = new ArrayList<>();
        for (String text : in.list("port")) {
            long port = WholeNumber.parse(text);
            if (port < 1 || port > 0xffff || ports.size() == MOST_PORTS) {
                in.wrong("port", "UDP ports from 1 to 65535, at most " + MOST_PORTS);
                break;
            }
            ports.add((int) port);
        }
        return Collections.unmodifiableList(ports);
    }

    private List<Ipv6Prefix> allowed(SectionReader in) {
        List<Ipv6Prefix> allowed = new ArrayList<>();
        for (String text : in.list("allow")) {
            Ipv6Prefix prefix = Ipv6Prefix.parse(text);
            if (prefix == null) {
                in.wrong("allow", "IPv6 prefixes such as fd00::/8");
                break;
            }
            allowed.add(prefix);
        }
        if (!in.has("allow")) {
            allowed.add(Ipv6Prefix.parse("fc00::/7"));
            allowed.add(Ipv6Prefix.parse("fe80::/10"));
            if (!learnsPrefix && prefix != 0) {
                allowed.add(Ipv6Prefix.of(prefix));
            }
        }
        return Collections.unmodifiableList(allowed);
    }
}
