package io.slipway.upstream;

import java.nio.charset.StandardCharsets;

/** What packets take on the line, in bytes, without TLS and TCP (MQTT 3.1.1 and 5, section 2.1). */
final class PacketSize {
    /** About what CONNECT, SUBSCRIBE and DISCONNECT take together. */
    static final int CONNECTING = 256;
    /** Type, flags, packet identifier, and the topic's length. */
    private static final int PUBLISH = 1 + 2 + 2;

    private PacketSize() {
    }

    /** A PUBLISH with QoS 1 without properties, or with an empty list of them less a byte. */
    static int publish(String topic, int payload) {
        return withLength(PUBLISH - 1 + utf8(topic) + payload);
    }

    /** A PUBLISH with QoS 1 of MQTT 5. */
    static int publish(String topic, int properties, int payload) {
        return withLength(PUBLISH - 1 + utf8(topic) + digits(properties) + properties + payload);
    }

    /** A property that is a pair of texts. */
    static int property(String name, String value) {
        return 1 + 2 + utf8(name) + 2 + utf8(value);
    }

    /** A property that is one text. */
    static int property(String value) {
        return 1 + 2 + utf8(value);
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int withLength(int remaining) {
        return 1 + digits(remaining) + remaining;
    }

    /** Bytes of a variable byte integer. */
    private static int digits(int number) {
        return number < 1 << 7 ? 1 : number < 1 << 14 ? 2 : number < 1 << 21 ? 3 : 4;
    }
}
