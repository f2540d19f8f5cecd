package io.slipway.replication;

/** The LAN, as far as replication tells it something. */
public interface Lan {
    /** Publishes a retained message, or takes it back where the payload is empty. Any thread; does not block. */
    void publish(String topic, byte[] payload);
}
