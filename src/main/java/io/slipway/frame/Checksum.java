package io.slipway.frame;

/** The Internet checksum (RFC 1071) over the pseudo-header of IPv6 (RFC 8200 section 8.1) and a transport segment. */
final class Checksum {
    private Checksum() {
    }

    /**
     * The sum of the pseudo-header and of everything from {@code off} to the end of the packet, folded to 16 bits:
     * 0xffff if the checksum in the segment is right, the complement of the checksum if its field holds 0.
     *
     * @param packet an IPv6 packet of at least 40 bytes
     */
    static int sum(byte[] packet, int off, int protocol) {
        int length = packet.length - off;
        long sum = length + protocol + words(packet, Ipv6Packet.SRC, Ipv6Packet.HEADER_LENGTH)
            + words(packet, off, packet.length);
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    private static long words(byte[] bytes, int from, int to) {
        long sum = 0;
        int i = from;
        for (; i < to - 1; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff;
        }
        return i < to ? sum + ((bytes[i] & 0xff) << 8) : sum;
    }
}
