package io.slipway.frame;

import java.util.Collections;
import java.util.List;

/**
 * An IPv6 packet (RFC 8200), whole: its payload length is what is there. What it carries may still be cut or damaged.
 *
 * <pre>
 *   0        4                 6             7           8        24       40
 *   6 TC FL  payload length    next header   hop limit   src(16)  dst(16)  extension headers, then the transport
 * </pre>
 */
public final class Ipv6Packet extends Frame {
    static final int PAYLOAD_LENGTH = 4;
    static final int NEXT_HEADER = 6;
    static final int HOP_LIMIT = 7;
    static final int SRC = 8;
    static final int DST = 24;
    static final int HEADER_LENGTH = 40;

    private final Ipv6Address src;
    private final Ipv6Address dst;
    private final List<ExtensionHeader> extensionHeaders;
    private final int protocol;
    private final UdpDatagram udp;
    private final TcpSegment tcp;
    private final Icmpv6Message icmpv6;

    /**
     * Takes a packet apart.
     *
     * @param payload the offset behind the last extension header; -1 if this is a fragment, whose transport header is
     *     in another packet or whose data are
     */
    Ipv6Packet(byte[] bytes, List<ExtensionHeader> extensionHeaders, int protocol, int payload) {
        super(FrameType.IPV6, bytes);
        this.src = Ipv6Address.read(bytes, SRC);
        this.dst = Ipv6Address.read(bytes, DST);
        this.extensionHeaders = Collections.unmodifiableList(extensionHeaders);
        this.protocol = protocol;
        int transport = payload < 0 ? -1 : protocol;
        this.udp = transport == UdpDatagram.PROTOCOL ? UdpDatagram.parse(bytes, payload) : null;
        this.tcp = transport == TcpSegment.PROTOCOL ? TcpSegment.parse(bytes, payload) : null;
        this.icmpv6 = transport == Icmpv6Message.PROTOCOL ? Icmpv6Message.parse(bytes, payload) : null;
    }

    /** The source. */
    public Ipv6Address src() {
        return src;
    }

    /** The destination. */
    public Ipv6Address dst() {
        return dst;
    }

    /** The hop limit, 0 to 255. Motes begin with 64: 63 is a neighbour of the border router. */
    public int hopLimit() {
        return bytes()[HOP_LIMIT] & 0xff;
    }

    /** The header's next-header field, 0 to 255. */
    public int nextHeader() {
        return bytes()[NEXT_HEADER] & 0xff;
    }

    /** The extension headers, usually none: border routers take them off. Read only. */
    public List<ExtensionHeader> extensionHeaders() {
        return extensionHeaders;
    }

    /** What follows the extension headers: 17 UDP, 6 TCP, 58 ICMPv6 ... */
    public int protocol() {
        return protocol;
    }

    /** The UDP datagram; {@code null} if there is none, or not enough of one for its header. */
    public UdpDatagram udp() {
        return udp;
    }

    /** The TCP segment; {@code null} if there is none, or its header is cut. */
    public TcpSegment tcp() {
        return tcp;
    }

    /** The ICMPv6 message; {@code null} if there is none, or its header is cut. */
    public Icmpv6Message icmpv6() {
        return icmpv6;
    }
}
