package io.slipway.mesh.mqttsn;

/** The octet of flags (MQTT-SN 1.2 section 5.3.4): DUP, QoS (2 bits), retain, will, clean session, topic type (2). */
final class Flags {
    static final int DUP = 0x80;
    static final int RETAIN = 0x10;
    static final int WILL = 0x08;
    static final int CLEAN_SESSION = 0x04;
    /** A topic id that was registered; in SUBSCRIBE and UNSUBSCRIBE a name. */
    static final int TOPIC_NORMAL = 0;
    /** A topic id that both sides know beforehand. */
    static final int TOPIC_PREDEFINED = 1;
    /** Two characters in place of the id. */
    static final int TOPIC_SHORT = 2;
    /** Of QoS -1: a PUBLISH without a connection, which is never answered. */
    static final int QOS_WITHOUT_CONNECTION = 3;

    private static final int QOS_SHIFT = 5;

    private Flags() {
    }

    static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    /** 0, 1, 2, or 3 for QoS -1. */
    static int qos(int flags) {
        return flags >> QOS_SHIFT & 3;
    }

    static int ofQos(int qos) {
        return qos << QOS_SHIFT;
    }

    static int topicType(int flags) {
        return flags & 3;
    }
}
