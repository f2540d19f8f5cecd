package io.slipway.mesh.coap;

/**
 * The value of a Block1 or Block2 option (RFC 7959 section 2.2). Immutable.
 *
 * <pre>
 *   bits 4, 12 or 20    1      3
 *        number         more   SZX: the size is 2^(SZX + 4)
 * </pre>
 */
final class Block {
    /** 1024 bytes: SZX 7 is reserved. */
    static final int LARGEST_SZX = 6;

    /** 0 to 1048575. */
    final int number;
    final boolean more;
    /** 0 to 7. */
    final int szx;

    Block(int number, boolean more, int szx) {
        this.number = number;
        this.more = more;
        this.szx = szx;
    }

    /** The option's value; {@code null} where the message has no such option. */
    static Block of(Options options, int option) {
        long bits = options.uint(option, -1);
        return bits < 0 ? null : new Block((int) (bits >> 4), (bits & 8) != 0, (int) (bits & 7));
    }

    /** The largest size exponent whose block is no longer than so many bytes, 16 or more. */
    static int szx(int bytes) {
        int szx = 0;
        while (szx < LARGEST_SZX && 32 << szx <= bytes) {
            szx++;
        }
        return szx;
    }

    boolean isReserved() {
        return szx > LARGEST_SZX;
    }

    /** Bytes in each block but the last. */
    int size() {
        return 16 << szx;
    }

    /** The first byte's place in the body. */
    long offset() {
        return (long) number << szx + 4;
    }

    /** The option's number. */
    long bits() {
        return (long) number << 4 | (more ? 8 : 0) | szx;
    }
}
