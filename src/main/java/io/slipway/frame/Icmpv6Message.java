package io.slipway.frame;

/**
 * An ICMPv6 message (RFC 4443) inside an IPv6 packet; shares the packet's bytes. An error message (types 0 to 127)
 * carries, after 8 bytes of its own, as much as fits of the packet that it is about:
 *
 * <pre>
 *   0      1      2          4          8
 *   type   code   checksum   value (4)  the packet that caused the error, possibly cut
 * </pre>
 */
public final class Icmpv6Message {
    static final int PROTOCOL = 58;

    private static final int SHORTEST = 4;
    private static final int HEADER_LENGTH = 8;
    private static final int FIRST_INFORMATION_TYPE = 128;

    private final byte[] packet;
    private final int offset;

    private Icmpv6Message(byte[] packet, int offset) {
        this.packet = packet;
        this.offset = offset;
    }

    /** Reads a message that reaches to the end of the packet; {@code null} if type, code or checksum are not there. */
    static Icmpv6Message parse(byte[] packet, int offset) {
        return packet.length - offset < SHORTEST ? null : new Icmpv6Message(packet, offset);
    }

    /** 1 destination unreachable, 2 packet too big, 3 time exceeded, 4 parameter problem, 128 echo request ... */
    public int type() {
        return packet[offset] & 0xff;
    }

    /** What it means depends on the type. Type 1 code 4 is a closed port. */
    public int code() {
        return packet[offset + 1] & 0xff;
    }

    /** Whether the checksum is right. Computed each time. */
    public boolean checksumOk() {
        return Checksum.sum(packet, offset, PROTOCOL) == 0xffff;
    }

    /** Whether this reports an error, so that the next four may know what about (RFC 4443 section 2.1). */
    public boolean isError() {
        return type() < FIRST_INFORMATION_TYPE;
    }

    /** Where the packet went that caused the error; {@code null} if this is no error or the packet's header is cut. */
    public Ipv6Address originalDst() {
        return hasOriginal(Ipv6Packet.HEADER_LENGTH) ? Ipv6Address.read(packet, original() + Ipv6Packet.DST) : null;
    }

    /** The source port of the UDP datagram that caused the error; -1 if it was none or is cut. */
    public int originalUdpSrcPort() {
        return originalUdpWord(0);
    }

    /** The destination port of the UDP datagram that caused the error; -1 if it was none or is cut. */
    public int originalUdpDstPort() {
        return originalUdpWord(2);
    }

    /** The checksum of the UDP datagram that caused the error, 0 to 65535; -1 if it was none or is cut. */
    public int originalUdpChecksum() {
        return originalUdpWord(UdpDatagram.CHECKSUM);
    }

    private int originalUdpWord(int off) {
        int ports = 4;
        if (!hasOriginal(Ipv6Packet.HEADER_LENGTH + Math.max(ports, off + 2))
            || packet[original() + Ipv6Packet.NEXT_HEADER] != UdpDatagram.PROTOCOL) {
            return -1;
        }
        return Ipv6Decoder.word(packet, original() + Ipv6Packet.HEADER_LENGTH + off);
    }

    private boolean hasOriginal(int length) {
        return isError() && packet.length - original() >= length && packet[original()] >> 4 == 6;
    }

    private int original() {
        return offset + HEADER_LENGTH;
    }
}
