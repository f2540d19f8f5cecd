package io.slipway.frame;

/**
 * Builds the IPv6 packets with a UDP datagram in them that go down to motes: no traffic class, no flow label, no
 * extension headers, and nothing that a mote would drop without a word. Any thread.
 */
public final class UdpPacket {
    /**
     * Longest payload, in bytes. Measured with the default buffers of Contiki-NG: 1000 bytes arrive, 1232 do not.
     * Small motes take less: those with 140-byte buffers 92.
     */
    public static final int MAX_PAYLOAD = 1000;

    /** Hops that are enough for any mesh. A packet needs at least 2, since the border router uses one up. */
    private static final int HOP_LIMIT = 64;

    private UdpPacket() {
    }

    /**
     * The whole packet.
     *
     * @param src the host's address: the one that the mote sends to, since some motes take answers from no other
     * @param srcPort 1 to 65535
     * @param dst the mote's address
     * @param dstPort 1 to 65535
     * @param payload at most {@link #MAX_PAYLOAD} bytes
     * @throws IllegalArgumentException if a port or the payload's length is out of range, or an address cannot be
     *     routed: link-local (RFC 4291 section 2.5.6), or a multicast source (section 2.7)
     */
    public static byte[] encode(Ipv6Address src, int srcPort, Ipv6Address dst, int dstPort, byte[] payload) {
        check(src, srcPort, dst, dstPort, payload.length);
        int length = UdpDatagram.HEADER_LENGTH + payload.length;
        int udp = Ipv6Packet.HEADER_LENGTH;
        byte[] packet = new byte[udp + length];
        packet[0] = 0x60;
        putWord(packet, Ipv6Packet.PAYLOAD_LENGTH, length);
        packet[Ipv6Packet.NEXT_HEADER] = UdpDatagram.PROTOCOL;
        packet[Ipv6Packet.HOP_LIMIT] = HOP_LIMIT;
        src.write(packet, Ipv6Packet.SRC);
        dst.write(packet, Ipv6Packet.DST);
        putWord(packet, udp, srcPort);
        putWord(packet, udp + 2, dstPort);
        putWord(packet, udp + UdpDatagram.LENGTH, length);
        System.arraycopy(payload, 0, packet, udp + UdpDatagram.HEADER_LENGTH, payload.length);
        int checksum = ~Checksum.sum(packet, udp, UdpDatagram.PROTOCOL) & 0xffff;
        // Zero would mean "no checksum"; 0xffff is the same number in ones' complement (RFC 8200 section 8.1).
        putWord(packet, udp + UdpDatagram.CHECKSUM, checksum == 0 ? 0xffff : checksum);
        return packet;
    }

    /** The UDP checksum of a packet that {@link #encode} made, 1 to 65535. */
    public static int checksum(byte[] packet) {
        return Ipv6Decoder.word(packet, Ipv6Packet.HEADER_LENGTH + UdpDatagram.CHECKSUM);
    }

    private static void check(Ipv6Address src, int srcPort, Ipv6Address dst, int dstPort, int length) {
        if (src.isLinkLocal() || src.isMulticast() || dst.isLinkLocal()) {
            throw new IllegalArgumentException("no route for a packet from " + src + " to " + dst);
        }
        if (!isPort(srcPort) || !isPort(dstPort)) {
            throw new IllegalArgumentException("UDP ports " + srcPort + ", " + dstPort + " are not 1 to 65535");
        }
        if (length > MAX_PAYLOAD) {
            throw new IllegalArgumentException("a payload of " + length + " bytes; at most " + MAX_PAYLOAD);
        }
    }

    private static boolean isPort(int port) {
        return port >= 1 && port <= 0xffff;
    }

    private static void putWord(byte[] bytes, int off, int word) {
        bytes[off] = (byte) (word >> 8);
        bytes[off + 1] = (byte) word;
    }
}
