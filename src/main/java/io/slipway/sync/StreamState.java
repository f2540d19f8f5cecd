package io.slipway.sync;

/** How much of a stream a store has. Immutable; any thread. */
public final class StreamState {
    /** The stream. */
    public final StreamKey key;
    /** The first block held; {@code contig + 1} where none is. Between it and {@code contig} may be gaps. */
    public final long low;
    /** Blocks 1 to this are held or in a gap (I2). */
    public final long contig;
    /** The hash of block {@code contig}; zeros where that is 0, {@code null} where nobody knows it. */
    public final byte[] hash;
    /** How many records blocks 1 to {@code contig} had, those in gaps included. */
    public final long total;
    /** Whether its life is over as far as this node knows. */
    public final boolean closed;

    /** Takes the array as it is. */
    public StreamState(StreamKey key, long low, long contig, byte[] hash, long total, boolean closed) {
        this.key = key;
        this.low = low;
        this.contig = contig;
        this.hash = hash;
        this.total = total;
        this.closed = closed;
    }
}
