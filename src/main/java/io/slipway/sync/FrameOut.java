package io.slipway.sync;

import io.slipway.reading.Epoch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a frame, see {@link FrameType} for the header. Numbers are big-endian, varints as in {@link FrameIn}. */
final class FrameOut {
    private byte[] bytes;
    private int length;

    /** Without a header. */
    FrameOut(int capacity) {
        bytes = new byte[capacity];
    }

    /** With the header of a frame between two sessions. */
    FrameOut(int type, int flags, int from, int to, int capacity) {
        this(capacity + FrameType.HEADER);
        u8('R').u8(FrameType.VERSION).u8(type).u8(flags).u32(from).u32(to);
    }

    int length() {
        return length;
    }

    FrameOut u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    FrameOut u32(int value) {
        return u8(value >> 24).u8(value >> 16).u8(value >> 8).u8(value);
    }

    FrameOut u64(long value) {
        return u32((int) (value >> 32)).u32((int) value);
    }

    /** A number that is not negative. */
    FrameOut varint(long value) {
        long rest = value;
        while (rest > 0x7f) {
            u8((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    FrameOut bytes(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    /** At most 255 bytes of UTF-8. */
    FrameOut text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return u8(utf8.length).bytes(utf8);
    }

    FrameOut epoch(Epoch epoch) {
        return varint(epoch.boot()).u32(epoch.nonce());
    }

    FrameOut key(StreamKey key) {
        return text(key.origin).epoch(key.epoch).u8(key.kind);
    }

    byte[] toBytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
