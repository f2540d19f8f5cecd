package io.slipway.sync;

/**
 * The frames and their header.
 *
 * <pre>
 *  0  1   2    3     4        8      12
 * 'R' ver type flags from(u32) to(u32) body, extensions
 * </pre>
 * {@code from} and {@code to} name the session at either end: a random number that each end draws anew for a link, and
 * again when the other end begins anew. With them a frame that was long on its way cannot speak for a life that is
 * over. {@code to} is 0 where it is not known yet, in HELLO only. The header is the same in every version.
 */
final class FrameType {
    static final int VERSION = 1;
    static final int HEADER = 12;
    /** The largest frame that is written or read, in bytes. */
    static final int MAX_FRAME = Block.MAX_PAYLOAD + 512;

    static final int HELLO = 1;
    static final int WANT = 2;
    static final int BLOCK = 3;
    static final int ACK = 4;
    static final int NACK = 5;
    static final int GAPDECL = 6;
    static final int DIGEST_ASK = 7;
    static final int DIGEST = 8;
    static final int OFFER = 9;
    static final int OFFER_ASK = 10;
    static final int VERSIONS = 11;
    static final int FETCH = 12;

    private FrameType() {
    }
}
