package io.slipway.decode;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The heads and strings of CBOR (RFC 8949 section 3), byte after byte, and how far they have been read. Whatever would
 * reach beyond the end is refused. Not thread-safe.
 */
final class CborInput {
    static final int INDEFINITE = 31;
    static final int BREAK = 0xff;
    static final int BYTES = 2;
    static final int TEXT = 3;

    private final Utf8 utf8 = new Utf8();
    private byte[] in;
    private int at;

    /** Begins at the first byte. */
    void begin(byte[] payload) {
        in = payload;
        at = 0;
    }

    boolean isAtEnd() {
        return at == in.length;
    }

    int next() throws Undecodable {
        if (at >= in.length) {
            throw Undecodable.malformed("CBOR that ends too early");
        }
        return in[at++] & 0xff;
    }

    /** Whether a break comes next, which is taken then. */
    boolean takeBreak() throws Undecodable {
        boolean isBreak = next() == BREAK;
        at -= isBreak ? 0 : 1;
        return isBreak;
    }

    /** The number in the head whose low five bits these are. Unsigned, of 64 bits. */
    long argument(int info) throws Undecodable {
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw wrong("a reserved or indefinite length");
        }
        return big(1 << info - 24);
    }

    long big(int size) throws Undecodable {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | next();
        }
        return value;
    }

    /** The integer whose head this is; {@code null} for a head of anything else. */
    BigInteger integer(int head) throws Undecodable {
        if (head >> 5 > 1) {
            return null;
        }
        BigInteger number = new BigInteger(Long.toUnsignedString(argument(head & 0x1f)));
        return head >> 5 == 0 ? number : number.not();
    }

    /** A length that must still be there: each element takes so many bytes at least. */
    int length(int info, int each) throws Undecodable {
        long length = argument(info);
        if (length < 0 || length > (in.length - at) / each) {
            throw Undecodable.malformed("CBOR that ends too early");
        }
        return (int) length;
    }

    byte[] bytes(int info) throws Undecodable {
        if (info == INDEFINITE) {
            return chunks(BYTES);
        }
        int length = length(info, 1);
        at += length;
        return Arrays.copyOfRange(in, at - length, at);
    }

    String text(int info) throws Undecodable {
        if (info == INDEFINITE) {
            byte[] all = chunks(TEXT);
            return utf8.decode(all, 0, all.length);
        }
        int length = length(info, 1);
        at += length;
        return utf8.decode(in, at - length, at);
    }

    private byte[] chunks(int major) throws Undecodable {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (!takeBreak()) {
            int head = next();
            if (head >> 5 != major || (head & 0x1f) == INDEFINITE) {
                throw wrong("a chunk of another kind");
            }
            int length = length(head & 0x1f, 1);
            all.write(in, at, length);
            if (major == TEXT) {
                // No character may be spread over chunks: section 3.2.3.
                utf8.decode(in, at, at + length);
            }
            at += length;
        }
        return all.toByteArray();
    }

    Undecodable wrong(String what) {
        return Undecodable.malformed("CBOR with " + what + ", before byte " + at);
    }
}
