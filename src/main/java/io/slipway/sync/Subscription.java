package io.slipway.sync;

/** A stream that a neighbour asked for: how far it was sent. */
final class Subscription {
    final StreamKey key;
    /** The last block that was sent or is not to be sent. */
    long cursor;
    /** The first block that is wanted; what lies between the cursor and it becomes a gap. */
    long from;

    Subscription(StreamKey key) {
        this.key = key;
    }
}
