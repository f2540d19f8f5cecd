package io.slipway.frame;

/**
 * An IEEE 802.15.4 frame without its FCS, as frame versions 0 and 1 lay it out; integers are little-endian:
 *
 * <pre>
 *   0           2     3
 *   control(2)  seq   [dst pan(2) dst(2|8)] [[src pan(2)] src(2|8)]  payload
 *
 *   control: bits 0-2 type, 5 acknowledgement request, 6 PAN id compression, 10-11 destination's addressing mode,
 *            12-13 version, 14-15 source's addressing mode (0 none, 2 short, 3 EUI-64)
 * </pre>
 */
public final class MacFrame {
    private static final int NO_ADDRESS = 0;
    private static final int RESERVED_ADDRESS = 1;
    private static final int SHORT_ADDRESS = 2;

    private final byte[] bytes;
    private final int control;
    private int dst;
    private int srcPan;
    private int src;
    private int payload;

    private MacFrame(byte[] bytes) {
        this.bytes = bytes;
        this.control = bytes[0] & 0xff | (bytes[1] & 0xff) << 8;
    }

    /** Reads a frame; {@code null} if it is cut, of a reserved type or with a reserved addressing mode. */
    static MacFrame parse(byte[] bytes) {
        if (bytes.length < 3) {
            return null;
        }
        MacFrame frame = new MacFrame(bytes);
        return frame.type() <= 3 && frame.locateAddresses() ? frame : null;
    }

    private boolean locateAddresses() {
        int dstMode = control >> 10 & 3;
        int srcMode = control >> 14;
        if (dstMode == RESERVED_ADDRESS || srcMode == RESERVED_ADDRESS) {
            return false;
        }
        int at = 3;
        if (dstMode != NO_ADDRESS) {
            dst = at + 2;
            at = dst + addressLength(dstMode);
        }
        if (srcMode != NO_ADDRESS) {
            srcPan = isPanCompressed() ? 0 : at;
            src = isPanCompressed() ? at : at + 2;
            at = src + addressLength(srcMode);
        }
        payload = at;
        return at <= bytes.length;
    }

    private static int addressLength(int mode) {
        return mode == SHORT_ADDRESS ? 2 : 8;
    }

    /** 0 beacon, 1 data, 2 acknowledgement, 3 MAC command. */
    public int type() {
        return control & 7;
    }

    /** Whether the sender wants an acknowledgement. */
    public boolean isAckRequested() {
        return (control >> 5 & 1) != 0;
    }

    /** Whether the source's PAN id is left out, being the destination's. */
    public boolean isPanCompressed() {
        return (control >> 6 & 1) != 0;
    }

    /** 0 for 802.15.4-2003, 1 for 2006, 2 for 2015. */
    public int version() {
        return control >> 12 & 3;
    }

    /** The sequence number, 0 to 255. */
    public int sequence() {
        return bytes[2] & 0xff;
    }

    /** The destination's PAN id, four hexadecimal digits; {@code null} if there is none. */
    public String dstPan() {
        return dst == 0 ? null : reversedHex(dst - 2, dst);
    }

    /** The destination's address, 4 or 16 hexadecimal digits; {@code null} if there is none. */
    public String dst() {
        return dst == 0 ? null : reversedHex(dst, dst + addressLength(control >> 10 & 3));
    }

    /** The source's PAN id, four hexadecimal digits; {@code null} if there is none. */
    public String srcPan() {
        return srcPan == 0 ? null : reversedHex(srcPan, srcPan + 2);
    }

    /** The source's address, 4 or 16 hexadecimal digits; {@code null} if there is none. */
    public String src() {
        return src == 0 ? null : reversedHex(src, src + addressLength(control >> 14));
    }

    /** The whole frame. Not a copy: read only. */
    public byte[] bytes() {
        return bytes;
    }

    /** The offset of the MAC payload in {@link #bytes()}. It runs to the end. */
    public int payloadOffset() {
        return payload;
    }

    private String reversedHex(int from, int to) {
        char[] digits = new char[2 * (to - from)];
        for (int i = to - 1, at = 0; i >= from; i--) {
            digits[at++] = Character.forDigit(bytes[i] >> 4 & 0xf, 16);
            digits[at++] = Character.forDigit(bytes[i] & 0xf, 16);
        }
        return new String(digits);
    }
}
