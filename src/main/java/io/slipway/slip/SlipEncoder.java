package io.slipway.slip;

/**
 * Puts a frame into SLIP (RFC 1055) for a mote: the escaped bytes and one END behind them.
 *
 * <p>There is no END in front, on purpose. With one, both the Contiki-NG and the 6LBR {@code slip.c} lose every frame
 * but the first of a burst: a busy mote finds the leading END where the frame before it ended, takes it for an empty
 * frame and never looks at what follows. Hosts send a single END when they open the port, which is
 * {@code encode(new byte[0])}, and then frames with a trailing END only. XON and XOFF are not escaped: motes drop a
 * frame with {@code DB DE} or {@code DB DF} in it. Any thread.
 */
public final class SlipEncoder {
    /**
     * Longest frame on the wire, END included, in bytes. A mote collects the escaped bytes in a ring of its packet
     * size (1280 by default) and 16 bytes more, of which one stays free; a frame that does not fit is dropped without
     * a word. Measured with Contiki-NG: 1254 bytes arrive, 1454 do not.
     */
    public static final int MAX_WIRE_LENGTH = 1280;

    private static final byte END = (byte) 0xc0;
    private static final byte ESC = (byte) 0xdb;
    private static final byte ESC_END = (byte) 0xdc;
    private static final byte ESC_ESC = (byte) 0xdd;

    private SlipEncoder() {
    }

    /** How many bytes the frame takes on the wire, END included. Compare with {@link #MAX_WIRE_LENGTH}. */
    public static int wireLength(byte[] frame) {
        int length = frame.length + 1;
        for (byte b : frame) {
            if (b == END || b == ESC) {
                length++;
            }
        }
        return length;
    }

    /**
     * The frame as it goes on the wire, END included.
     *
     * @throws IllegalArgumentException if its {@link #wireLength} is more than a mote takes
     */
    public static byte[] encode(byte[] frame) {
        int length = wireLength(frame);
        if (length > MAX_WIRE_LENGTH) {
            throw new IllegalArgumentException(
                "a frame of " + length + " bytes on the wire; a mote takes " + MAX_WIRE_LENGTH);
        }
        byte[] wire = new byte[length];
        int at = 0;
        for (byte b : frame) {
            if (b == END) {
                wire[at++] = ESC;
                wire[at++] = ESC_END;
            } else if (b == ESC) {
                wire[at++] = ESC;
                wire[at++] = ESC_ESC;
            } else {
                wire[at++] = b;
            }
        }
        wire[at] = END;
        return wire;
    }
}
