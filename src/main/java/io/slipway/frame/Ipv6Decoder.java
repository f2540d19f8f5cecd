package io.slipway.frame;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Recognises IPv6 packets (RFC 8200) and steps over their extension headers. */
final class Ipv6Decoder {
    private Ipv6Decoder() {
    }

    /** Whether the bytes begin like an IPv6 header. So does much text: 6 is the first nibble of the letters a to o. */
    static boolean looksLikeIpv6(byte[] bytes) {
        return bytes.length >= Ipv6Packet.HEADER_LENGTH && bytes[0] >> 4 == 6;
    }

    /** Whether the payload length of what looks like IPv6 is just what is there. */
    static boolean hasRightLength(byte[] bytes) {
        return word(bytes, Ipv6Packet.PAYLOAD_LENGTH) == bytes.length - Ipv6Packet.HEADER_LENGTH;
    }

    /** Takes apart a packet that has the right length. */
    static Frame decode(byte[] bytes) {
        int next = bytes[Ipv6Packet.NEXT_HEADER] & 0xff;
        if (!ExtensionHeader.isOne(next)) {
            return new Ipv6Packet(bytes, Collections.<ExtensionHeader>emptyList(), next, Ipv6Packet.HEADER_LENGTH);
        }
        List<ExtensionHeader> headers = new ArrayList<>(2);
        int at = Ipv6Packet.HEADER_LENGTH;
        boolean isFragment = false;
        while (ExtensionHeader.isOne(next)) {
            ExtensionHeader header = ExtensionHeader.parse(bytes, next, at);
            if (header == null) {
                return new InvalidFrame(InvalidFrame.Reason.IPV6_EXT_TRUNCATED, bytes);
            }
            headers.add(header);
            isFragment |= next == ExtensionHeader.FRAGMENT && isPartOfMore(bytes, at);
            next = bytes[at] & 0xff;
            at += header.length();
            if (isFragment) {
                // What follows is the middle of something: no header of any kind may be looked for there.
                break;
            }
        }
        return new Ipv6Packet(bytes, headers, next, isFragment ? -1 : at);
    }

    /** Whether offset or more-fragments flag are set (RFC 8200 section 4.5); if not, the "fragment" is all there is. */
    private static boolean isPartOfMore(byte[] bytes, int at) {
        return (word(bytes, at + 2) & 0xfff9) != 0;
    }

    static int word(byte[] bytes, int off) {
        return (bytes[off] & 0xff) << 8 | bytes[off + 1] & 0xff;
    }
}
