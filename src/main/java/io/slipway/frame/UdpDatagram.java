package io.slipway.frame;

import java.util.Arrays;

/**
 * A UDP datagram (RFC 768) inside an IPv6 packet; shares the packet's bytes.
 *
 * <pre>
 *   0                 2                      4        6          8
 *   source port (2)   destination port (2)   length   checksum   payload
 * </pre>
 */
public final class UdpDatagram {
    static final int PROTOCOL = 17;
    static final int HEADER_LENGTH = 8;
    static final int LENGTH = 4;
    static final int CHECKSUM = 6;

    private final byte[] packet;
    private final int offset;

    private UdpDatagram(byte[] packet, int offset) {
        this.packet = packet;
        this.offset = offset;
    }

    /** Reads a datagram that reaches to the end of the packet; {@code null} if it has no whole header. */
    static UdpDatagram parse(byte[] packet, int offset) {
        return packet.length - offset < HEADER_LENGTH ? null : new UdpDatagram(packet, offset);
    }

    /** The sender's port, 0 to 65535. */
    public int srcPort() {
        return Ipv6Decoder.word(packet, offset);
    }

    /** The receiver's port, 0 to 65535. */
    public int dstPort() {
        return Ipv6Decoder.word(packet, offset + 2);
    }

    /** The length field: header and payload, as the sender said it. */
    public int length() {
        return Ipv6Decoder.word(packet, offset + LENGTH);
    }

    /** Whether the length field is not what is there. Such a datagram is to be dropped. */
    public boolean lenMismatch() {
        return length() != packet.length - offset;
    }

    /** Whether the checksum is right. Zero means none, which IPv6 forbids (RFC 8200, 8.1). Computed each time. */
    public boolean checksumOk() {
        return Ipv6Decoder.word(packet, offset + CHECKSUM) != 0 && Checksum.sum(packet, offset, PROTOCOL) == 0xffff;
    }

    /** The bytes that the payload stands in. Not a copy: read only, and other things stand in them too. */
    public byte[] buffer() {
        return packet;
    }

    /** The payload's first byte in {@link #buffer()}. */
    public int payloadOffset() {
        return offset + HEADER_LENGTH;
    }

    /** The payload's length in bytes: what the length field says, but no more than is there. */
    public int payloadLength() {
        return Math.max(0, Math.min(length(), packet.length - offset) - HEADER_LENGTH);
    }

    /** The payload, a copy. */
    public byte[] payload() {
        return Arrays.copyOfRange(packet, payloadOffset(), payloadOffset() + payloadLength());
    }
}
