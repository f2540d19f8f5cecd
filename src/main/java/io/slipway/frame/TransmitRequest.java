package io.slipway.frame;

import java.util.Arrays;

/**
 * The host's order to a slip-radio to send a frame:
 *
 * <pre>
 *   0      1      2     3     4 + 3k     5 + 3k       4 + 3n
 *   '!'    'S'    sid   n     id of k    value (2)    802.15.4 frame without FCS
 * </pre>
 */
public final class TransmitRequest {
    private static final int ATTRIBUTES = 3;

    private final byte[] bytes;
    private final PacketAttributes attributes;

    private TransmitRequest(byte[] bytes, PacketAttributes attributes) {
        this.bytes = bytes;
        this.attributes = attributes;
    }

    /** Reads a {@code !S}; {@code null} if it is cut. */
    static TransmitRequest parse(byte[] bytes) {
        PacketAttributes attributes = PacketAttributes.parse(bytes, ATTRIBUTES);
        return attributes == null ? null : new TransmitRequest(bytes, attributes);
    }

    /** The number that the report will carry, 0 to 255. */
    public int sid() {
        return bytes[2] & 0xff;
    }

    /** How to send it. The values are unsigned. */
    public PacketAttributes attributes() {
        return attributes;
    }

    /** The frame to send, a copy; possibly empty. */
    public byte[] frameBytes() {
        return Arrays.copyOfRange(bytes, attributes.end(), bytes.length);
    }

    /** The frame to send, taken apart; {@code null} if it is no 802.15.4 frame. */
    public MacFrame frame() {
        return MacFrame.parse(frameBytes());
    }
}
