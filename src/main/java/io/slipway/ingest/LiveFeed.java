package io.slipway.ingest;

/** Where readings appear at once. */
public interface LiveFeed {
    /** Publishes a message. Must not block; must not throw; what cannot be delivered is the feed's to count. */
    void publish(String topic, byte[] payload);
}
