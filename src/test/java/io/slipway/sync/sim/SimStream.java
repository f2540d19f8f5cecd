package io.slipway.sync.sim;

import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;
import io.slipway.sync.Chain;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rows of one stream: what is held and what is gone. */
final class SimStream {
    /** By number from 1 on; {@code null} where it is gone. */
    private final List<Block> blocks = new ArrayList<>();
    private final List<Long> totals = new ArrayList<>();
    final List<BlockGap> gaps = new ArrayList<>();
    /** The numbers of rows whose checksum is wrong: they are there, and nobody can read them. */
    private final Set<Long> rotten = new HashSet<>();
    private byte[] headHash = Chain.start();
    boolean closed;

    SimStream copy() {
        SimStream copy = new SimStream();
        copy.blocks.addAll(blocks);
        copy.totals.addAll(totals);
        copy.gaps.addAll(gaps);
        copy.rotten.addAll(rotten);
        copy.headHash = headHash;
        copy.closed = closed;
        return copy;
    }

    long contig() {
        return blocks.size();
    }

    long low() {
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i) != null) {
                return i + 1;
            }
        }
        return blocks.size() + 1;
    }

    /** What can be read of it. */
    Block block(long number) {
        return rotten.contains(number) ? null : row(number);
    }

    private Block row(long number) {
        return number < 1 || number > blocks.size() ? null : blocks.get((int) number - 1);
    }

    /** The row as it is, whatever its checksum says. */
    Block unchecked(long number) {
        return row(number);
    }

    /** Whether there should be a block, and is none that can be read. */
    boolean isBroken(long number) {
        return block(number) == null && gap(number) == null;
    }

    /** The stream's own word for its end. */
    byte[] headHash() {
        return headHash;
    }

    /** The disk changes a row, or loses it. */
    void rot(long number, Rot how, int bit) {
        Block is = row(number);
        byte[] hash = is.hash.clone();
        byte[] payload = is.payload.clone();
        if (how == Rot.HASH) {
            hash[bit / 8 % hash.length] ^= (byte) (1 << bit % 8);
        } else {
            payload[bit / 8 % payload.length] ^= (byte) (1 << bit % 8);
        }
        blocks.set((int) number - 1, how == Rot.ROW ? null : new Block(is.key, number, is.records,
            new long[] {is.first, is.last, is.count}, new long[] {is.tmin, is.tmax}, is.codec, hash, payload));
        if (how == Rot.PAYLOAD || how == Rot.HASH) {
            rotten.add(number);
        }
    }

    /** What became of a row. */
    enum Rot {
        /** A bit of the payload. */
        PAYLOAD,
        /** A bit of the hash. */
        HASH,
        /** All of it. */
        ROW,
        /** Its payload, by a hand that also wrote the checksum anew. */
        FORGED
    }

    /** Puts a block in the place of what should be there. */
    void replace(Block block) {
        rotten.remove(block.number);
        blocks.set((int) block.number - 1, block);
        if (block.number == contig()) {
            headHash = block.hash;
        }
    }

    /** Puts a gap of one block in its place. */
    void replace(BlockGap gap) {
        rotten.remove(gap.to);
        blocks.set((int) gap.to - 1, null);
        totals.set((int) gap.to - 1, gap.total);
        if (gap.to == contig()) {
            headHash = gap.hash;
        }
        join(gap);
    }

    BlockGap gap(long number) {
        for (BlockGap gap : gaps) {
            if (gap.from <= number && number <= gap.to) {
                return gap;
            }
        }
        return null;
    }

    byte[] hash(long number) {
        Block block = row(number);
        if (block != null) {
            return block.hash;
        }
        BlockGap gap = gap(number);
        return gap != null && gap.to == number ? gap.hash : null;
    }

    long total(long number) {
        if (number == 0) {
            return 0;
        }
        BlockGap gap = gap(number);
        if (gap != null && gap.to != number) {
            throw new AssertionError("a store does not know the total within a gap: " + number + " of " + gap);
        }
        return totals.get((int) number - 1);
    }

    long since(long ms) {
        for (Block block : blocks) {
            if (block != null && block.tmax >= ms) {
                return block.number;
            }
        }
        return blocks.size() + 1;
    }

    void add(Block block) {
        if (block.number != contig() + 1) {
            throw new AssertionError("I2: " + block + " behind " + contig());
        }
        long before = total(contig());
        blocks.add(block);
        headHash = block.hash;
        totals.add(before + block.count);
    }

    void add(BlockGap gap) {
        if (gap.from != contig() + 1) {
            throw new AssertionError("I2: " + gap + " behind " + contig());
        }
        while (contig() < gap.to) {
            blocks.add(null);
            totals.add(gap.total);
        }
        headHash = gap.hash;
        join(gap);
    }

    /** Gives up a block that is held. */
    void reclaim(long number, int reason) {
        Block block = blocks.set((int) number - 1, null);
        boolean isTrue = !rotten.remove(number);
        join(new BlockGap(block.key, number, number, reason, totals.get((int) number - 1), isTrue ? block.hash : null));
    }

    /** Neighbouring gaps of one reason become one, which knows its end only. */
    private void join(BlockGap gap) {
        for (int i = 0; i < gaps.size(); i++) {
            BlockGap other = gaps.get(i);
            if (other.reason == gap.reason && (other.to + 1 == gap.from || gap.to + 1 == other.from)) {
                gaps.remove(i);
                BlockGap last = other.to > gap.to ? other : gap;
                join(new BlockGap(gap.key, Math.min(gap.from, other.from), last.to, gap.reason, last.total, last.hash));
                return;
            }
        }
        gaps.add(gap);
    }
}
