package io.slipway.replication;

import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;

/** A block that is durable here, and the gap before it. Immutable; any thread. */
public final class Delivery {
    /** The block. */
    public final Block block;
    /** The gap that ends right before it; {@code null} for none. */
    public final BlockGap gap;
    /** With a gap: the last number of the same life in the block before that; 0 where that is not known. */
    public final long after;

    Delivery(Block block, BlockGap gap, long after) {
        this.block = block;
        this.gap = gap;
        this.after = after;
    }
}
