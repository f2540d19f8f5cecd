package io.slipway.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;

/** {@code config mesh}: one border-router mote and the mesh behind it. Immutable. */
public final class MeshConfig {
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

    /** CoAP requests that may wait for one node, 1 to 256. Default 16. */
    public final int coapQueue;
    /** Bytes that the body of a CoAP request or response may have, 64 to 65536. Default 16384. */
    public final int coapBodyBytes;
    /** Bytes of payload in one CoAP message to a node, 16 to 1024; longer ones go in blocks. Default 64. */
    public final int coapBlockBytes;

    /** Whether MQTT packets that come in SLIP frames of their own are answered. Not by default. */
    public final boolean mqttInSlip;

    MeshConfig(SectionReader in) {
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
        coapQueue = in.whole("coap_queue", 16, 1, 256);
        coapBodyBytes = in.whole("coap_body_bytes", 16_384, 64, 65_536);
        coapBlockBytes = in.whole("coap_block_bytes", 64, 16, 1024);
        mqttInSlip = in.bool("mqtt_in_slip", false);
        in.finish();
    }

    /** Two motes cannot share a line, nor two meshes their addresses. */
    void rejectClash(List<MeshConfig> others, int line, Problems problems) {
        for (MeshConfig other : others) {
            if (name.equals(other.name)) {
                problems.add(line, "two 'config mesh' are called '" + name + "'; give each its name");
            } else if (link != null && other.link != null && link.opensSameAs(other.link)) {
                problems.add(line, "config mesh '" + name + "' and '" + other.name + "' have the same link, " + link);
            } else if (prefix != 0 && prefix == other.prefix) {
                problems.add(line, "config mesh '" + name + "' and '" + other.name
                    + "' have the same prefix; give each its own");
            }
        }
    }

    private static long prefix(SectionReader in) {
        String text = in.text("prefix", "fd00::/64");
        byte[] address = text.endsWith("/64") ? ipv6(text.substring(0, text.length() - 3)) : null;
        if (address == null || half(address, 8) != 0) {
            in.wrong("prefix", "an IPv6 prefix of 64 bits such as fd00::/64");
            return 0;
        }
        long prefix = half(address, 0);
        if (prefix == 0 || prefix >>> 56 == 0xff || prefix >>> 54 == 0xfe80 >>> 6) {
            in.wrong("prefix", "a prefix of addresses that a host can have, neither multicast nor link-local");
        }
        return prefix;
    }

    /** Only a numeric address: a name would ask the resolver. */
    private static byte[] ipv6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.digit(c, 16) < 0 && c != ':' && (c != '.' || i == 0) || c > 'f') {
                return null;
            }
        }
        if (text.indexOf(':') < 0) {
            return null;
        }
        try {
            byte[] address = InetAddress.getByName(text).getAddress();
            return address.length == 16 ? address : null;
        } catch (UnknownHostException notAnAddress) {
            return null;
        }
    }

    private static long half(byte[] address, int from) {
        long half = 0;
        for (int i = from; i < from + 8; i++) {
            half = half << 8 | address[i] & 0xff;
        }
        return half;
    }
}
