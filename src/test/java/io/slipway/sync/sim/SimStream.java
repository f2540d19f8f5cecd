package io.slipway.sync.sim;

import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;
import java.util.ArrayList;
import java.util.List;

/** The rows of one stream: what is held and what is gone. */
final class SimStream {
    /** By number from 1 on; {@code null} where it is gone. */
    private final List<Block> blocks = new ArrayList<>();
    private final List<Long> totals = new ArrayList<>();
    final List<BlockGap> gaps = new ArrayList<>();
    boolean closed;

    SimStream copy() {
        SimStream copy = new SimStream();
        copy.blocks.addAll(blocks);
        copy.totals.addAll(totals);
        copy.gaps.addAll(gaps);
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

    Block block(long number) {
        return number < 1 || number > blocks.size() ? null : blocks.get((int) number - 1);
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
        Block block = block(number);
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
        join(gap);
    }

    /** Gives up a block that is held. */
    void reclaim(long number, int reason) {
        Block block = blocks.set((int) number - 1, null);
        join(new BlockGap(block.key, number, number, reason, totals.get((int) number - 1), block.hash));
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
