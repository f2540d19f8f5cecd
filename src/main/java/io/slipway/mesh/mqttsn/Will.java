package io.slipway.mesh.mqttsn;

/** What is published for a client that is lost. Immutable. */
final class Will {
    final String topic;
    final byte[] payload;
    /** 0, 1 or 2. */
    final int qos;
    final boolean retain;

    Will(String topic, byte[] payload, int qos, boolean retain) {
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
    }

    Will withPayload(byte[] other) {
        return new Will(topic, other, qos, retain);
    }

    int bytes() {
        return 2 * topic.length() + payload.length;
    }
}
