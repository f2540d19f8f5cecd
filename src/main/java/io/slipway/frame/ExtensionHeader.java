package io.slipway.frame;

/** Where an IPv6 extension header (RFC 8200 section 4) stands in its packet. */
public final class ExtensionHeader {
    static final int HOP_BY_HOP = 0;
    static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    static final int DESTINATION = 60;

    private final int type;
    private final int offset;
    private final int length;

    private ExtensionHeader(int type, int offset, int length) {
        this.type = type;
        this.offset = offset;
        this.length = length;
    }

    /** Whether this next-header value announces an extension header that is stepped over. */
    static boolean isOne(int nextHeader) {
        return nextHeader == HOP_BY_HOP || nextHeader == ROUTING || nextHeader == FRAGMENT || nextHeader == DESTINATION;
    }

    /** Reads the header at {@code offset}; {@code null} if it is longer than the packet. */
    static ExtensionHeader parse(byte[] packet, int type, int offset) {
        if (packet.length - offset < 8) {
            return null;
        }
        int length = type == FRAGMENT ? 8 : ((packet[offset + 1] & 0xff) + 1) * 8;
        return length > packet.length - offset ? null : new ExtensionHeader(type, offset, length);
    }

    /** 0 hop-by-hop options, 43 routing, 44 fragment, 60 destination options. */
    public int type() {
        return type;
    }

    /** Its first byte in the packet. */
    public int offset() {
        return offset;
    }

    /** Bytes, a multiple of 8. */
    public int length() {
        return length;
    }
}
