package io.slipway.sync;

/** Blocks that a node does not hold and will not ask for again, with the reason. Immutable; any thread. */
public final class BlockGap {
    /** Reclaimed after every required sink had acknowledged it. */
    public static final int RETENTION = 1;
    /** Reclaimed before that, for want of room. */
    public static final int PRESSURE = 2;
    /** Damaged on the disk, and nobody had another copy. */
    public static final int CORRUPT = 3;
    /** Older than what a new node asked for. */
    public static final int BEFORE_JOIN = 4;

    /** The stream. */
    public final StreamKey key;
    /** The first block. */
    public final long from;
    /** The last block. */
    public final long to;
    /** One of the above; others are carried as they are. */
    public final int reason;
    /**
     * How many records blocks 1 to {@code to} of the stream had, so that whoever knows how many there are up to some
     * block before knows how many are missing, wherever the gap is cut.
     */
    public final long total;
    /** The last one's hash, to which the next block is chained; {@code null} where nobody knows it. */
    public final byte[] hash;

    /** Takes the array as it is. */
    public BlockGap(StreamKey key, long from, long to, int reason, long total, byte[] hash) {
        this.key = key;
        this.from = from;
        this.to = to;
        this.reason = reason;
        this.total = total;
        this.hash = hash;
    }

    @Override
    public String toString() {
        return key + "#" + from + ".." + to + " gone, reason " + reason;
    }
}
