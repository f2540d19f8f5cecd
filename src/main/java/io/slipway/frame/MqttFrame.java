package io.slipway.frame;

import java.util.Arrays;

/**
 * One MQTT 3.1 or 3.1.1 control packet put straight into a SLIP frame. No known firmware does so by itself; it is for
 * motes that are wired to the gateway and speak MQTT without a network.
 */
public final class MqttFrame extends Frame {
    private static final int PUBLISH = 3;

    /** The shortest remaining length for each packet type, from 0 on (OASIS MQTT 3.1.1, section 3). */
    private static final int[] SHORTEST = {0, 12, 2, 3, 2, 2, 2, 2, 6, 3, 5, 2, 0, 0, 0, 0};
    /** The longest one; -1 where only the protocol limits it. */
    private static final int[] LONGEST = {0, -1, 2, -1, 2, 2, 2, 2, -1, -1, -1, 2, 0, 0, 0, 0};

    private MqttFrame(byte[] bytes) {
        super(FrameType.MQTT, bytes);
    }

    /** Reads a packet; {@code null} if it is none: type, flags and remaining length must all fit. */
    static MqttFrame parse(byte[] bytes) {
        int type = bytes[0] >> 4 & 0xf;
        int flags = bytes[0] & 0xf;
        if (type == 0 || type == 15 || !areLegalFlags(type, flags)) {
            return null;
        }
        int body = bodyOffset(bytes);
        int remaining = bytes.length - body;
        if (body == 0 || remaining < SHORTEST[type] || LONGEST[type] >= 0 && remaining > LONGEST[type]) {
            return null;
        }
        return type != PUBLISH || topicFits(bytes, body, flags) ? new MqttFrame(bytes) : null;
    }

    /**
     * MQTT 3.1.1 section 2.2.2: PUBLISH has DUP, QoS, RETAIN; SUBSCRIBE, UNSUBSCRIBE and PUBREL have 2, the others 0.
     */
    private static boolean areLegalFlags(int type, int flags) {
        switch (type) {
            case PUBLISH:
                return (flags & 6) != 6;
            case 6:
            case 8:
            case 10:
                return flags == 2;
            default:
                return flags == 0;
        }
    }

    /** Where the body begins if the remaining length (MQTT 3.1.1 section 2.2.3) is just what is there; otherwise 0. */
    private static int bodyOffset(byte[] bytes) {
        int remaining = 0;
        for (int i = 1; i < bytes.length && i <= 4; i++) {
            remaining |= (bytes[i] & 0x7f) << 7 * (i - 1);
            if (bytes[i] >= 0) {
                return remaining == bytes.length - i - 1 ? i + 1 : 0;
            }
        }
        return 0;
    }

    private static boolean topicFits(byte[] bytes, int body, int flags) {
        int topicLength = (bytes[body] & 0xff) << 8 | bytes[body + 1] & 0xff;
        int packetId = (flags & 6) == 0 ? 0 : 2;
        return topicLength > 0 && body + 2 + topicLength + packetId <= bytes.length;
    }

    /**
     * Builds a packet.
     *
     * @param first type and flags: the first octet
     * @param body what follows the remaining length, at most 2097151 bytes
     */
    public static byte[] encode(int first, byte[] body) {
        int head = body.length < 1 << 7 ? 2 : body.length < 1 << 14 ? 3 : 4;
        byte[] packet = new byte[head + body.length];
        packet[0] = (byte) first;
        for (int i = 1; i < head; i++) {
            packet[i] = (byte) (body.length >> 7 * (i - 1) & 0x7f | (i < head - 1 ? 0x80 : 0));
        }
        System.arraycopy(body, 0, packet, head, body.length);
        return packet;
    }

    /** The low half of the first octet: of a PUBLISH DUP (8), QoS (6), RETAIN (1). */
    public int flags() {
        return bytes()[0] & 0xf;
    }

    /** What follows the remaining length. A copy. */
    public byte[] body() {
        return Arrays.copyOfRange(bytes(), bodyOffset(bytes()), bytes().length);
    }

    /** The control packet's type: 1 CONNECT, 3 PUBLISH ... 14 DISCONNECT. */
    public int mqttType() {
        return bytes()[0] >> 4 & 0xf;
    }
}
