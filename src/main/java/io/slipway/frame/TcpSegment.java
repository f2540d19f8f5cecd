package io.slipway.frame;

/**
 * A TCP segment (RFC 9293 section 3.1) inside an IPv6 packet; shares the packet's bytes.
 *
 * <pre>
 *   0         2         4       8       12            13      14       16         18       20
 *   src port  dst port  seq(4)  ack(4)  data offset   flags   window   checksum   urgent   options, payload
 * </pre>
 */
public final class TcpSegment {
    static final int PROTOCOL = 6;

    private static final int SHORTEST_HEADER = 20;
    private static final int DATA_OFFSET = 12;

    private final byte[] packet;
    private final int offset;

    private TcpSegment(byte[] packet, int offset) {
        this.packet = packet;
        this.offset = offset;
    }

    /** Reads a segment that reaches to the end of the packet; {@code null} if its header is cut or says it is. */
    static TcpSegment parse(byte[] packet, int offset) {
        int available = packet.length - offset;
        if (available < SHORTEST_HEADER) {
            return null;
        }
        int header = headerLength(packet, offset);
        return header < SHORTEST_HEADER || header > available ? null : new TcpSegment(packet, offset);
    }

    private static int headerLength(byte[] packet, int offset) {
        return (packet[offset + DATA_OFFSET] >> 4 & 0xf) * 4;
    }

    /** The sender's port, 0 to 65535. */
    public int srcPort() {
        return Ipv6Decoder.word(packet, offset);
    }

    /** The receiver's port, 0 to 65535. */
    public int dstPort() {
        return Ipv6Decoder.word(packet, offset + 2);
    }

    /** The number of the first byte of the payload, 0 to 2^32-1. */
    public long sequence() {
        return (long) Ipv6Decoder.word(packet, offset + 4) << 16 | Ipv6Decoder.word(packet, offset + 6);
    }

    /** The number of the next byte that the sender waits for, 0 to 2^32-1. */
    public long acknowledgement() {
        return (long) Ipv6Decoder.word(packet, offset + 8) << 16 | Ipv6Decoder.word(packet, offset + 10);
    }

    /** The flags: 1 FIN, 2 SYN, 4 RST, 8 PSH, 16 ACK, 32 URG. */
    public int flags() {
        return packet[offset + 13] & 0xff;
    }

    /** The window in bytes, 0 to 65535. */
    public int window() {
        return Ipv6Decoder.word(packet, offset + 14);
    }

    /** Whether the checksum is right. Computed each time. */
    public boolean checksumOk() {
        return Checksum.sum(packet, offset, PROTOCOL) == 0xffff;
    }

    /** The bytes that the payload stands in, up to their end. Not a copy: read only. */
    public byte[] buffer() {
        return packet;
    }

    /** The payload's first byte in {@link #buffer()}. It runs to the end. */
    public int payloadOffset() {
        return offset + headerLength(packet, offset);
    }
}
