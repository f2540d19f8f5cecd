package io.slipway.sync;

import java.util.Arrays;

/** Whether what this node's own store gives is what was once written, by the chain of hashes. */
final class Integrity {
    private final Core core;

    Integrity(Core core) {
        this.core = core;
    }

    /**
     * Looks at a block that this node has.
     *
     * @return 0 if it is sound or in a gap; else the number of the one that is not: it, or the one before
     */
    long unsound(Stream stream, long number) {
        if (core.store.gap(stream.key, number) != null) {
            return 0;
        }
        Block block = core.store.read(stream.key, number);
        if (block == null) {
            return number;
        }
        if (follows(block)) {
            return 0;
        }
        boolean isOther = number > 1 && core.store.gap(stream.key, number - 1) == null
            && core.store.read(stream.key, number - 1) == null;
        return isOther ? number - 1 : number;
    }

    /** Whether a block follows from the one that the store has before it; where that is not known, it does. */
    boolean follows(Block block) {
        byte[] before = block.number == 1 ? Chain.start() : core.store.hash(block.key, block.number - 1);
        return before == null || Arrays.equals(Chain.hash(before, block), block.hash);
    }

    /**
     * Whether the block behind it speaks against a block from elsewhere: it follows from the hash that this node has in
     * the place of that. Where it follows from neither it says nothing, for it may be damaged itself.
     */
    boolean isContradicted(Stream stream, Block block) {
        if (block.number == stream.contig) {
            return stream.hash != null && !Arrays.equals(stream.hash, block.hash);
        }
        Block next = core.store.read(stream.key, block.number + 1);
        if (next == null || Arrays.equals(Chain.hash(block.hash, next), next.hash)) {
            return false;
        }
        byte[] mine = core.store.hash(stream.key, block.number);
        return mine != null && Arrays.equals(Chain.hash(mine, next), next.hash);
    }

    /** The gap in the place of a block that nobody has, with what is still known of it. */
    BlockGap gapFor(Stream stream, long number) {
        if (number == stream.contig) {
            return new BlockGap(stream.key, number, number, BlockGap.CORRUPT, stream.committedTotal, stream.hash);
        }
        byte[] hash = core.store.hash(stream.key, number);
        Block next = core.store.read(stream.key, number + 1);
        if (next == null) {
            return new BlockGap(stream.key, number, number, BlockGap.CORRUPT, core.store.total(stream.key, number),
                null);
        }
        boolean isKnown = hash != null && Arrays.equals(Chain.hash(hash, next), next.hash);
        return new BlockGap(stream.key, number, number, BlockGap.CORRUPT,
            core.store.total(stream.key, number + 1) - next.count, isKnown ? hash : null);
    }
}
