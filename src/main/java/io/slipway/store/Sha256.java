package io.slipway.store;

/**
 * SHA-256 (FIPS 180-4). The JDK's own does the same work in Java where it only interprets, but loads 100 classes of
 * security providers first, and reads its bytes through method handles; a start after a crash seals blocks, so each
 * would pay for that. For one message; not safe for several threads.
 */
final class Sha256 {
    /** Of a hash, in bytes. */
    static final int LENGTH = 32;
    private static final int BLOCK = 64;
    private static final int LENGTH_AT = BLOCK - 8;

    /** The first 32 bits of the fractions of the cube roots of the first 64 primes (section 4.2.2). */
    private static final int[] K = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    };

    private final int[] hash = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    private final int[] schedule = new int[BLOCK];
    private final byte[] waiting = new byte[BLOCK];
    private int filled;
    private long total;

    /** Adds all of it. */
    void update(byte[] bytes) {
        int at = 0;
        total += bytes.length;
        while (at < bytes.length) {
            int part = Math.min(BLOCK - filled, bytes.length - at);
            System.arraycopy(bytes, at, waiting, filled, part);
            filled += part;
            at += part;
            if (filled == BLOCK) {
                compress();
            }
        }
    }

    /** Adds a number as 8 bytes, big-endian. */
    void update(long number) {
        byte[] bytes = new byte[8];
        put(number, bytes, 0);
        update(bytes);
    }

    /** The hash of all that was added. Nothing can be added to it any more. */
    byte[] digest() {
        waiting[filled++] = (byte) 0x80;
        if (filled > LENGTH_AT) {
            clearFrom(filled);
            compress();
        }
        clearFrom(filled);
        put(total << 3, waiting, LENGTH_AT);
        compress();
        byte[] digest = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            digest[i] = (byte) (hash[i >> 2] >> (24 - 8 * (i & 3)));
        }
        return digest;
    }

    private static void put(long number, byte[] to, int at) {
        for (int i = 0; i < 8; i++) {
            to[at + i] = (byte) (number >> (56 - 8 * i));
        }
    }

    private void clearFrom(int at) {
        for (int i = at; i < BLOCK; i++) {
            waiting[i] = 0;
        }
    }

    /** Section 6.2.2, without calls: an interpreter pays for each. */
    private void compress() {
        int[] w = schedule;
        expand(w);
        int[] k = K;
        int a = hash[0];
        int b = hash[1];
        int c = hash[2];
        int d = hash[3];
        int e = hash[4];
        int f = hash[5];
        int g = hash[6];
        int h = hash[7];
        for (int i = 0; i < BLOCK; i++) {
            int one = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (g ^ e & (f ^ g))
                + k[i] + w[i];
            int two = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b | c & (a | b));
            h = g;
            g = f;
            f = e;
            e = d + one;
            d = c;
            c = b;
            b = a;
            a = one + two;
        }
        hash[0] += a;
        hash[1] += b;
        hash[2] += c;
        hash[3] += d;
        hash[4] += e;
        hash[5] += f;
        hash[6] += g;
        hash[7] += h;
        filled = 0;
    }

    private void expand(int[] w) {
        byte[] in = waiting;
        for (int i = 0, at = 0; i < 16; i++, at += 4) {
            w[i] = in[at] << 24 | (in[at + 1] & 0xff) << 16 | (in[at + 2] & 0xff) << 8 | in[at + 3] & 0xff;
        }
        for (int i = 16; i < BLOCK; i++) {
            int x = w[i - 15];
            int y = w[i - 2];
            w[i] = w[i - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + w[i - 7]
                + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
        }
    }
}
