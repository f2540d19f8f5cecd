package io.slipway.security;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the few kinds of DER (X.690) that a certificate needs. Each method gives one whole element. */
final class Der {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_ID = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private static final int LONG_LENGTH = 0x80;

    private Der() {
    }

    /** An element with the given content, laid out as tag, length, content. */
    static byte[] element(int tag, byte[]... content) {
        int length = 0;
        for (byte[] part : content) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
        out.write(tag);
        if (length < LONG_LENGTH) {
            out.write(length);
        } else if (length < 1 << 8) {
            out.write(LONG_LENGTH | 1);
            out.write(length);
        } else {
            out.write(LONG_LENGTH | 2);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : content) {
            out.write(part, 0, part.length);
        }
        return out.toByteArray();
    }

    static byte[] text(int tag, String text) {
        return element(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A bit string of whole bytes, or with the last bits of it unused. */
    static byte[] bits(int unused, byte[] bytes) {
        return element(BIT_STRING, new byte[] {(byte) unused}, bytes);
    }

    /** An object identifier. @param encoded its content, as X.690 section 8.19 has it */
    static byte[] id(int... encoded) {
        return element(OBJECT_ID, bytes(encoded));
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
