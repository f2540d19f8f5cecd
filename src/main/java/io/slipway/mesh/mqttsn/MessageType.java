package io.slipway.mesh.mqttsn;

/** The message types that are used here, by their number (MQTT-SN 1.2 section 5.2.2). */
final class MessageType {
    static final int ADVERTISE = 0x00;
    static final int SEARCHGW = 0x01;
    static final int GWINFO = 0x02;
    static final int CONNECT = 0x04;
    static final int CONNACK = 0x05;
    static final int WILLTOPICREQ = 0x06;
    static final int WILLTOPIC = 0x07;
    static final int WILLMSGREQ = 0x08;
    static final int WILLMSG = 0x09;
    static final int REGISTER = 0x0a;
    static final int REGACK = 0x0b;
    static final int PUBLISH = 0x0c;
    static final int PUBACK = 0x0d;
    static final int PUBCOMP = 0x0e;
    static final int PUBREC = 0x0f;
    static final int PUBREL = 0x10;
    static final int SUBSCRIBE = 0x12;
    static final int SUBACK = 0x13;
    static final int UNSUBSCRIBE = 0x14;
    static final int UNSUBACK = 0x15;
    static final int PINGREQ = 0x16;
    static final int PINGRESP = 0x17;
    static final int DISCONNECT = 0x18;
    static final int WILLTOPICUPD = 0x1a;
    static final int WILLTOPICRESP = 0x1b;
    static final int WILLMSGUPD = 0x1c;
    static final int WILLMSGRESP = 0x1d;

    /**
     * What stands behind the type, one letter a field: c an octet that is a code (return code, gateway id, radius,
     * protocol id), f flags, d a duration, t a topic id, m a message id, * the rest; ? before what may be left out
     * together with all that follows. {@code null} where there is no such type.
     */
    private static final String[] FIELDS = {
        "cd", "c", "c*", null, "fcd*", "c", "", "?f*", "", "*", "tm*", "tmc", "ftm*", "tmc", "m", "m", "m",
        null, "fm*", "ftmc", "fm*", "m", "*", "", "?d", null, "?f*", "c", "*", "c"
    };

    private MessageType() {
    }

    /** See {@link #FIELDS}; {@code null} for a type that is unknown or not for a gateway. */
    static String fields(int type) {
        return type < FIELDS.length ? FIELDS[type] : null;
    }
}
