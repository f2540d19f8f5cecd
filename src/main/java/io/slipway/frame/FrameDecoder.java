package io.slipway.frame;

import java.util.Arrays;

/**
 * Finds out what a SLIP frame is. Frames carry no type, and the firmware's debug text comes on the same line, so the
 * content decides, the surest marks first:
 *
 * <ol>
 * <li>CR: debug text; {@code ?}: query; {@code !}: command
 * <li>border router: first nibble 6, at least 40 bytes, and the payload length fits: IPv6
 * <li>all printable: text, even where it looks like IPv6 with a wrong length (a line that begins with a to o)
 * <li>border router: still looks like IPv6: a damaged packet
 * <li>slip-radio: an 802.15.4 frame; border router: an MQTT packet
 * <li>anything else is invalid
 * </ol>
 *
 * <p>Never throws, whatever the bytes. Immutable; any thread.
 */
public final class FrameDecoder {
    private final boolean slipRadio;
    private final boolean crc8;
    private final boolean attributes;

    /**
     * A decoder for one kind of link.
     *
     * @param mode the firmware at its end
     * @param crc8 whether each frame but debug text ends in a {@link Crc8} (slip-radio of 6LBR)
     * @param attributes whether {@link PacketAttributes} stand before each radio frame (slip-radio of 6LBR)
     */
    public FrameDecoder(Mode mode, boolean crc8, boolean attributes) {
        this.slipRadio = mode == Mode.SLIP_RADIO;
        this.crc8 = crc8;
        this.attributes = attributes;
    }

    /** The firmware on the mote. */
    public enum Mode {
        /** A border router: sends IPv6 packets. */
        BORDER_ROUTER,
        /** A slip-radio: sends radio frames, and the host is the router. */
        SLIP_RADIO
    }

    /** Decodes the first {@code length} bytes. Copies them; the buffer may be used again at once. */
    public Frame decode(byte[] buffer, int length) {
        if (length == 0) {
            return new InvalidFrame(InvalidFrame.Reason.UNRECOGNISED, new byte[0]);
        }
        if (!crc8 || buffer[0] == TextFrame.DEBUG_MARK) {
            return classify(Arrays.copyOf(buffer, length));
        }
        if (Crc8.of(buffer, length) == 0) {
            byte[] bytes = Arrays.copyOf(buffer, length - 1);
            return length == 1 ? new InvalidFrame(InvalidFrame.Reason.EMPTY_AFTER_CRC, bytes) : classify(bytes);
        }
        byte[] bytes = Arrays.copyOf(buffer, length);
        // Raw text goes past SLIP, and so past the CRC.
        return TextFrame.isPrintable(bytes, 0, length)
            ? new TextFrame(FrameType.TEXT, bytes)
            : new InvalidFrame(InvalidFrame.Reason.CRC8, bytes);
    }

    private Frame classify(byte[] bytes) {
        switch (bytes[0]) {
            case TextFrame.DEBUG_MARK:
                return new TextFrame(FrameType.DEBUG, bytes);
            case QueryFrame.MARK:
                return new QueryFrame(bytes);
            case CommandFrame.MARK:
                return new CommandFrame(bytes, slipRadio);
            default:
                Frame frame = slipRadio ? fromSlipRadio(bytes) : fromBorderRouter(bytes);
                return frame == null ? new InvalidFrame(InvalidFrame.Reason.UNRECOGNISED, bytes) : frame;
        }
    }

    private Frame fromBorderRouter(byte[] bytes) {
        boolean looksLikeIpv6 = Ipv6Decoder.looksLikeIpv6(bytes);
        if (looksLikeIpv6 && Ipv6Decoder.hasRightLength(bytes)) {
            return Ipv6Decoder.decode(bytes);
        }
        if (TextFrame.isPrintable(bytes, 0, bytes.length)) {
            return new TextFrame(FrameType.TEXT, bytes);
        }
        return looksLikeIpv6
            ? new InvalidFrame(InvalidFrame.Reason.IPV6_LENGTH_MISMATCH, bytes)
            : MqttFrame.parse(bytes);
    }

    private Frame fromSlipRadio(byte[] bytes) {
        if (TextFrame.isPrintable(bytes, 0, bytes.length)) {
            return new TextFrame(bytes[0] == 'E' ? FrameType.ERROR : FrameType.TEXT, bytes);
        }
        return RadioFrame.parse(bytes, attributes);
    }
}
