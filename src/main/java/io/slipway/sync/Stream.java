package io.slipway.sync;

/** What the core keeps of one stream; a few hundred bytes. */
final class Stream {
    final StreamKey key;
    /** Whether this very life writes it. */
    final boolean own;
    /** As committed, see {@link StreamState}. */
    long low;
    long contig;
    byte[] hash;
    long committedTotal;
    boolean closed;
    /** Up to where the sink's own database has it; a matter of this node being a sink. */
    long level2;
    /** Whether every member was seen to hold nothing of it, see {@link Farewells}. */
    boolean isDone;
    /** As appended: {@code contig} and what waits for the transaction. */
    long head;
    byte[] headHash;
    /** How many records there are up to {@code head}. */
    long total;
    /** The highest block that any neighbour ever said to have: nobody has more, though nobody may have as much. */
    long claimed;
    /** A joining node wants nothing before this block; 0 or 1 for everything. */
    long startAt;

    /** Whom it is fetched from, or {@code null}. */
    Peer source;
    /** When WANT was sent to it, and when it last gave anything: the engine's clock. */
    long askedAt;
    long heardAt;
    /** The smoothed time between two blocks while it was behind, ms. */
    long smoothedMs;
    /** Since when some neighbour has had more; -1 while nobody has. */
    long behindSince = -1;
    /** Since when nobody who is there holds the next block; -1 while somebody does. */
    long goneSince = -1;
    /** Who fell silent or failed on it last, and until when another one is preferred. */
    Peer avoided;
    long avoidedUntil;
    /** For which block NACK was sent last, and when. */
    long nackedFor;
    long nackedAt;

    Stream(StreamState state, boolean own) {
        this.key = state.key;
        this.own = own;
        this.low = state.low;
        this.closed = state.closed;
        sealed(state.contig, state.hash, state.total);
    }

    /** Everything up to this block is durable, in a life that writes here itself. */
    void sealed(long number, byte[] hash, long total) {
        this.contig = number;
        this.hash = hash;
        this.committedTotal = total;
        rewind();
    }

    /** Another block, or a gap, took the place of the last one that is durable. */
    void replacedEnd(byte[] hash, long total) {
        boolean isHead = head == contig;
        this.hash = hash;
        this.committedTotal = total;
        if (isHead) {
            rewind();
        }
    }

    /** Forgets what was appended and not committed. */
    void rewind() {
        head = contig;
        headHash = hash;
        total = committedTotal;
    }

    StreamState state() {
        return new StreamState(key, low, contig, hash, committedTotal, closed);
    }
}
