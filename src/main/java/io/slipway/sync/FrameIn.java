package io.slipway.sync;

import io.slipway.reading.Epoch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a frame and trusts nothing in it. A varint is seven bits a byte, the lowest first, all but the last byte with
 * the highest bit set, at most nine bytes: 0 to 2^63 - 1.
 */
final class FrameIn {
    private final byte[] bytes;
    private int at;

    FrameIn(byte[] bytes) {
        this.bytes = bytes;
    }

    int u8() throws BadFrame {
        if (at >= bytes.length) {
            throw new BadFrame("it is cut off");
        }
        return bytes[at++] & 0xff;
    }

    int u32() throws BadFrame {
        return u8() << 24 | u8() << 16 | u8() << 8 | u8();
    }

    long u64() throws BadFrame {
        long high = u32();
        return high << 32 | u32() & 0xffffffffL;
    }

    long varint() throws BadFrame {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new BadFrame("a number is too long");
    }

    /** A varint within bounds. */
    long varint(long least, long most) throws BadFrame {
        long value = varint();
        if (value < least || value > most) {
            throw new BadFrame("a number is out of its range");
        }
        return value;
    }

    byte[] bytes(int count) throws BadFrame {
        if (count > bytes.length - at) {
            throw new BadFrame("it is cut off");
        }
        at += count;
        return Arrays.copyOfRange(bytes, at - count, at);
    }

    /** A gateway's id. */
    String origin() throws BadFrame {
        byte[] ascii = bytes(u8());
        for (byte c : ascii) {
            if (c <= ' ' || c == '/' || c == 0x7f) {
                throw new BadFrame("an id has a character that no id may have");
            }
        }
        if (ascii.length == 0 || ascii.length > StreamKey.MAX_ORIGIN) {
            throw new BadFrame("an id is empty or too long");
        }
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    String text() throws BadFrame {
        return new String(bytes(u8()), StandardCharsets.UTF_8);
    }

    Epoch epoch() throws BadFrame {
        return new Epoch((int) varint(1, Integer.MAX_VALUE), u32());
    }

    StreamKey key() throws BadFrame {
        String origin = origin();
        Epoch epoch = epoch();
        int kind = u8();
        if (kind > StreamKey.MAX_KIND) {
            throw new BadFrame("an unknown kind");
        }
        return new StreamKey(origin, epoch, kind);
    }

    boolean isAtEnd() {
        return at == bytes.length;
    }

    /** Passes over what a later version put behind the body: type (1 byte), length (varint), value. */
    void skipExtensions() throws BadFrame {
        while (at < bytes.length) {
            u8();
            bytes((int) varint(0, bytes.length));
        }
    }
}
