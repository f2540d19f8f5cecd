package io.slipway.sync;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The hash of a block: it covers the one before, so two nodes that agree on the hash of block n agree on all up to n.
 *
 * <pre>
 * hash = first 16 bytes of SHA-256(hash before | stream's boot, nonce, block number | records' boot, nonce
 *        | first, last, count | codec | payload), numbers as 8 bytes big-endian, the nonce sign-extended
 * </pre>
 * The store seals with the same formula. The origin is not in it: the nonce keeps lives apart.
 */
public final class Chain {
    /** How long a hash is, in bytes. */
    public static final int LENGTH = 16;
    private static final byte[] START = new byte[LENGTH];

    private Chain() {
    }

    /** The hash before a stream's first block: zeros. A new array. */
    public static byte[] start() {
        return START.clone();
    }

    /** What the hash of {@code block} must be behind a block whose hash is {@code before}. */
    public static byte[] hash(byte[] before, Block block) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(before);
            update(digest, block.key.epoch.boot());
            update(digest, block.key.epoch.nonce());
            update(digest, block.number);
            update(digest, block.records.boot());
            update(digest, block.records.nonce());
            update(digest, block.first);
            update(digest, block.last);
            update(digest, block.count);
            update(digest, block.codec);
            digest.update(block.payload);
            return Arrays.copyOf(digest.digest(), LENGTH);
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    /** The first eight bytes as a number: what statements carry; 0 where {@code hash} is {@code null}. */
    public static long brief(byte[] hash) {
        long brief = 0;
        for (int i = 0; hash != null && i < 8; i++) {
            brief = brief << 8 | hash[i] & 0xff;
        }
        return brief;
    }

    private static void update(MessageDigest digest, long number) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            digest.update((byte) (number >>> shift));
        }
    }
}
