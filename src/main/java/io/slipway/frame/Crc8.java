package io.slipway.frame;

import java.util.Arrays;

/**
 * The CRC-8 that 6LBR can put behind each frame between host and slip-radio: x^8 + x^5 + x^4 + 1 reflected (0x8c),
 * begins with 0, nothing at the end, known as CRC-8/MAXIM. It goes into the frame before SLIP, so that it is escaped
 * like any byte. Contiki-NG has none, and border routers send none.
 */
public final class Crc8 {
    private static final int POLYNOMIAL = 0x8c;

    private Crc8() {
    }

    /** The CRC-8 of the first {@code length} bytes, 0 to 255. Over a frame and its CRC-8 it is 0. */
    public static int of(byte[] bytes, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc ^= bytes[i] & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ POLYNOMIAL;
            }
        }
        return crc;
    }

    /** The frame with its CRC-8 behind it, ready for SLIP. */
    public static byte[] append(byte[] frame) {
        byte[] guarded = Arrays.copyOf(frame, frame.length + 1);
        guarded[frame.length] = (byte) of(frame, frame.length);
        return guarded;
    }
}
