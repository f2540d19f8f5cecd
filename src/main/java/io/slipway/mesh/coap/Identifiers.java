package io.slipway.mesh.coap;

import java.util.Random;

/** Message ids and tokens of ours. One thread. */
final class Identifiers {
    private final Random random;
    private int lastMessageId;

    /** Begins anywhere, so that a restarted gateway is not taken for a repetition of itself (RFC 7252 section 4.4). */
    Identifiers(Random random) {
        this.random = random;
        this.lastMessageId = random.nextInt(0x10000);
    }

    /** The next of 65536 ids, which is more than this line carries while an id must not be used again. */
    int messageId() {
        lastMessageId = lastMessageId + 1 & 0xffff;
        return lastMessageId;
    }

    /** A token that nobody outside can guess (RFC 7252 section 5.3.1). */
    int token() {
        return random.nextInt();
    }

    /** A number from {@code from} to less than {@code to}. */
    long between(long from, long to) {
        return from + (long) (random.nextDouble() * (to - from));
    }

    static byte[] bytes(int token) {
        return new byte[] {(byte) (token >> 24), (byte) (token >> 16), (byte) (token >> 8), (byte) token};
    }

    /** The token of a message; {@code null} where it is none of ours. */
    static Integer of(byte[] token) {
        return token.length != 4 ? null
            : token[0] << 24 | (token[1] & 0xff) << 16 | (token[2] & 0xff) << 8 | token[3] & 0xff;
    }
}
