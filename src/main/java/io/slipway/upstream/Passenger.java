package io.slipway.upstream;

/**
 * What else goes over an upstream's connection, to and from topics of its own. Called by the upstream's threads; must
 * not block.
 */
public interface Passenger {
    /** What the topics begin with that it gets messages on, up to a slash; everything below is subscribed to. */
    String prefix();

    /** The connection stands: {@link Upstream#send} may succeed from now on. */
    void connected();

    /** The connection is gone. */
    void lost();

    /** A message came on one of its topics. QoS 0: what comes while we are away is not kept. */
    void message(String topic, byte[] payload);
}
