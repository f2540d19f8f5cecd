package io.slipway.frame;

import java.util.Arrays;

/** An 802.15.4 frame as a slip-radio received it from the air, with or without the radio's attributes in front. */
public final class RadioFrame extends Frame {
    private final PacketAttributes attributes;
    private final MacFrame frame;

    private RadioFrame(byte[] bytes, PacketAttributes attributes, MacFrame frame) {
        super(FrameType.IEEE802154, bytes);
        this.attributes = attributes;
        this.frame = frame;
    }

    /** Reads a frame; {@code null} if it is none. */
    static RadioFrame parse(byte[] bytes, boolean withAttributes) {
        PacketAttributes attributes = null;
        byte[] frameBytes = bytes;
        if (withAttributes) {
            attributes = PacketAttributes.parse(bytes, 0);
            if (attributes == null) {
                return null;
            }
            frameBytes = Arrays.copyOfRange(bytes, attributes.end(), bytes.length);
        }
        MacFrame frame = MacFrame.parse(frameBytes);
        return frame == null ? null : new RadioFrame(bytes, attributes, frame);
    }

    /** What the radio measured, values signed; {@code null} if the link carries no attributes. */
    public PacketAttributes attributes() {
        return attributes;
    }

    /** The frame without the attributes. */
    public MacFrame frame() {
        return frame;
    }
}
