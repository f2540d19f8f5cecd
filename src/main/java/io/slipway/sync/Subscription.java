package io.slipway.sync;

/** A stream that a neighbour asked for: how far it was sent. */
final class Subscription {
    final StreamKey key;
    /** The last block that was sent or is not to be sent. */
    long cursor;
    /** For a joining node the first block that is wanted: what comes before it becomes a gap; else 0. */
    long from;

    Subscription(StreamKey key) {
        this.key = key;
    }
}
