package io.slipway.mesh.coap;

import java.io.ByteArrayOutputStream;

/** Writes messages (RFC 7252 section 3). */
final class CoapEncoder {
    /** The nibble that says that one byte follows; the number is 13 more than that byte. */
    static final int ONE_BYTE = 13;
    /** The nibble that says that two bytes follow. */
    static final int TWO_BYTES = 14;
    /** What two bytes begin to count at. */
    static final int TWO_BYTES_FROM = 269;

    private CoapEncoder() {
    }

    /** The bytes of a message. */
    static byte[] encode(CoapMessage message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(32 + message.payload.length);
        out.write(1 << 6 | message.type << 4 | message.token.length);
        out.write(message.code);
        out.write(message.id >> 8);
        out.write(message.id);
        out.write(message.token, 0, message.token.length);
        int number = 0;
        for (int i = 0; i < message.options.size(); i++) {
            byte[] value = message.options.value(i);
            int delta = message.options.number(i) - number;
            number += delta;
            out.write(nibble(delta) << 4 | nibble(value.length));
            extend(out, delta);
            extend(out, value.length);
            out.write(value, 0, value.length);
        }
        if (message.payload.length > 0) {
            out.write(0xff);
            out.write(message.payload, 0, message.payload.length);
        }
        return out.toByteArray();
    }

    private static int nibble(int value) {
        return value < ONE_BYTE ? value : value < TWO_BYTES_FROM ? ONE_BYTE : TWO_BYTES;
    }

    private static void extend(ByteArrayOutputStream out, int value) {
        if (value >= TWO_BYTES_FROM) {
            out.write(value - TWO_BYTES_FROM >> 8);
            out.write(value - TWO_BYTES_FROM);
        } else if (value >= ONE_BYTE) {
            out.write(value - ONE_BYTE);
        }
    }
}
