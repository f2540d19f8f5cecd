package io.slipway.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes CBOR (RFC 8949) with definite lengths and shortest heads into a buffer that can be used again. Only what
 * SenML needs. The caller says how many items an array or map holds and then writes as many. Not thread-safe.
 *
 * <p>Own code because it runs for every reading, and is smaller than the classes of a library at start.
 */
final class CborWriter {
    private static final int UNSIGNED = 0;
    private static final int NEGATIVE = 1;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;
    /** Tag 4: a decimal fraction, an array of exponent and mantissa (RFC 8949 section 3.4.4). */
    private static final int DECIMAL_FRACTION = 4;

    private byte[] out = new byte[1024];
    private int length;

    /** Forgets what was written; the memory stays. */
    void reset() {
        length = 0;
    }

    void array(int items) {
        head(ARRAY, items);
    }

    void map(int pairs) {
        head(MAP, pairs);
    }

    void integer(long value) {
        if (value < 0) {
            head(NEGATIVE, ~value);
        } else {
            head(UNSIGNED, value);
        }
    }

    /** The number {@code mantissa * 10^exponent}, exactly. */
    void decimal(long mantissa, int exponent) {
        head(TAG, DECIMAL_FRACTION);
        array(2);
        integer(exponent);
        integer(mantissa);
    }

    void text(String text) {
        text(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Text that is UTF-8 already. */
    void text(byte[] utf8) {
        head(TEXT, utf8.length);
        append(utf8);
    }

    void bytes(byte[] bytes) {
        head(BYTES, bytes.length);
        append(bytes);
    }

    void bool(boolean value) {
        append(value ? 0xf5 : 0xf4);
    }

    /** Minus zero, which no integer and no decimal fraction can say, as a half-precision float. */
    void minusZero() {
        append(0xf9);
        append(0x80);
        append(0x00);
    }

    /** What has been written. */
    byte[] toBytes() {
        return Arrays.copyOf(out, length);
    }

    private void head(int major, long value) {
        int type = major << 5;
        if (value < 24) {
            append(type | (int) value);
        } else if (value < 0x100) {
            append(type | 24);
            bigEndian(value, 1);
        } else if (value < 0x1_0000) {
            append(type | 25);
            bigEndian(value, 2);
        } else if (value < 0x1_0000_0000L) {
            append(type | 26);
            bigEndian(value, 4);
        } else {
            append(type | 27);
            bigEndian(value, 8);
        }
    }

    private void bigEndian(long value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            append((int) (value >>> shift));
        }
    }

    private void append(int b) {
        ensure(1);
        out[length++] = (byte) b;
    }

    private void append(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
    }

    private void ensure(int more) {
        if (out.length - length < more) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }
}
