package io.slipway.mesh.wired;

/** The types of control packets (MQTT 3.1.1 section 2.2.1). */
final class PacketType {
    static final int CONNECT = 1;
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;
    static final int SUBSCRIBE = 8;
    static final int SUBACK = 9;
    static final int UNSUBSCRIBE = 10;
    static final int UNSUBACK = 11;
    static final int PINGREQ = 12;
    static final int PINGRESP = 13;
    static final int DISCONNECT = 14;

    private PacketType() {
    }

    /** The first octet of a packet whose flags the standard fixes. */
    static int first(int type) {
        return type << 4 | (type == PUBREL ? 2 : 0);
    }
}
