package io.slipway.decode;

/** Where messages about values go: the broker on the LAN. Must not block and must not throw. */
public interface Output {
    /**
     * Publishes a message.
     *
     * @param retain whether it is kept for those who come later; an empty one ends that
     */
    void publish(String topic, byte[] payload, boolean retain);
}
