package io.slipway.command;

/** Where it is said what became of commands. Any thread; never waits. */
public interface Reports {
    /** Publishes one JSON object. */
    void publish(String topic, byte[] payload);
}
