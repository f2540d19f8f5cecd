package io.slipway.sync;

import io.slipway.reading.Epoch;

/**
 * The bodies of the frames that concern one stream.
 *
 * <pre>
 * WANT        key | have: I hold or have given up all up to it | from: the first block to send, 0 for stop | credit
 *             bytes (varints)
 * BLOCK       key | number (varint) | records' epoch | first, last - first, count (varints) | tmin (u64)
 *             | tmax - tmin (varint) | codec (u8) | hash (16 bytes) | length (varint) | payload
 * NACK        key | number (varint) | reason (u8) | retry after ms (varint)
 * GAPDECL     key | from | to (varints) | reason (u8) | total (varint) | 1 (u8) and hash (16 bytes), or 0 (u8)
 * DIGEST_ASK  key | from | step | count (varints)
 * DIGEST      key | from | step | count (varints) | count times hash8, 0 where it is not known
 * FETCH       key | number (varint)
 * OFFER_ASK   since, ms since 1970 (u64)
 * </pre>
 */
final class Frames {
    /** Reasons of NACK: send again from this block on. */
    static final int GAP = 1;
    /** Mine is another one, and sound: look at yours. */
    static final int FORK = 2;
    /** The hash is not that of the bytes. */
    static final int CRC = 3;
    /** The store has no room now. */
    static final int BUSY = 4;
    /** FETCH asked for what is not held, or not sound. */
    static final int LACKING = 5;
    /** To {@link #FORK}: mine is sound too. */
    static final int FORKED = 6;
    /** So many hashes in one DIGEST at most. */
    static final int MAX_DIGEST = 128;

    private Frames() {
    }

    static void write(FrameOut out, Block block) {
        out.key(block.key).varint(block.number).epoch(block.records).varint(block.first)
            .varint(block.last - block.first).varint(block.count).u64(block.tmin).varint(block.tmax - block.tmin)
            .u8(block.codec).bytes(block.hash).varint(block.payload.length).bytes(block.payload);
    }

    static Block block(FrameIn in) throws BadFrame {
        StreamKey key = in.key();
        long number = in.varint(1, Long.MAX_VALUE);
        Epoch records = in.epoch();
        long first = in.varint();
        long span = in.varint(0, Long.MAX_VALUE - first);
        long count = in.varint(0, Math.min(span, Integer.MAX_VALUE - 1) + 1);
        long tmin = in.u64();
        long tmax = tmin + in.varint(0, tmin > 0 ? Long.MAX_VALUE - tmin : Long.MAX_VALUE);
        int codec = in.u8();
        byte[] hash = in.bytes(Chain.LENGTH);
        byte[] payload = in.bytes((int) in.varint(0, Block.MAX_PAYLOAD));
        in.skipExtensions();
        return new Block(key, number, records, new long[] {first, first + span, count}, new long[] {tmin, tmax}, codec,
            hash, payload);
    }

    static void write(FrameOut out, BlockGap gap) {
        out.key(gap.key).varint(gap.from).varint(gap.to).u8(gap.reason).varint(gap.total);
        if (gap.hash == null) {
            out.u8(0);
        } else {
            out.u8(1).bytes(gap.hash);
        }
    }

    static BlockGap gap(FrameIn in) throws BadFrame {
        StreamKey key = in.key();
        long from = in.varint(1, Long.MAX_VALUE - 1);
        long to = in.varint(from, Long.MAX_VALUE - 1);
        int reason = in.u8();
        long total = in.varint();
        byte[] hash = in.u8() == 1 ? in.bytes(Chain.LENGTH) : null;
        in.skipExtensions();
        return new BlockGap(key, from, to, reason, total, hash);
    }
}
