package io.slipway.mesh;

import io.slipway.frame.MqttFrame;

/** Answers the MQTT packets that come in SLIP frames of their own. {@link Mesh} calls it. */
public interface WiredService {
    /** A packet. The link's thread; must not block. */
    void received(MqttFrame packet);

    /** The mesh closes. Returns within a second or so; nothing follows. */
    void stop();
}
