package io.slipway.system;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** As much of a CoAP message (RFC 7252 section 3) as a small node writes and reads. */
final class CoapPacket {
    static final int CON = 0;
    static final int ACK = 2;
    static final int RST = 3;
    static final byte[] NOTHING = {};

    final int type;
    final int code;
    final int id;
    final byte[] token;
    /** The value of Observe (RFC 7641 section 2); -1 where it is not there. */
    final int observe;
    final byte[] payload;

    /** Reads one. */
    CoapPacket(byte[] bytes) {
        type = bytes[0] >> 4 & 3;
        code = bytes[1];
        id = (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
        int at = 4 + (bytes[0] & 15);
        token = Arrays.copyOfRange(bytes, 4, at);
        int number = 0;
        int observing = -1;
        while (at < bytes.length && bytes[at] != -1) {
            int delta = bytes[at] >> 4 & 15;
            int length = bytes[at++] & 15;
            if (delta == 13) {
                delta += bytes[at++] & 0xff;
            }
            if (length == 13) {
                length += bytes[at++] & 0xff;
            }
            number += delta;
            if (number == 6) {
                observing = length == 0 ? 0 : bytes[at];
            }
            at += length;
        }
        observe = observing;
        payload = at < bytes.length ? Arrays.copyOfRange(bytes, at + 1, bytes.length) : NOTHING;
    }

    /** @param options pairs of a number and a value, in ascending order and of less than 13 bytes each */
    static byte[] encode(int type, int code, int id, byte[] token, byte[] payload, Object... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(4).put((byte) (0x40 | type << 4 | token.length)).put((byte) code)
            .putShort((short) id).array());
        out.writeBytes(token);
        int number = 0;
        for (int i = 0; i < options.length; i += 2) {
            byte[] value = options[i + 1] instanceof byte[] bytes ? bytes
                : ((String) options[i + 1]).getBytes(StandardCharsets.US_ASCII);
            out.write((int) options[i] - number << 4 | value.length);
            number = (int) options[i];
            out.writeBytes(value);
        }
        if (payload.length > 0) {
            out.write(0xff);
            out.writeBytes(payload);
        }
        return out.toByteArray();
    }
}
