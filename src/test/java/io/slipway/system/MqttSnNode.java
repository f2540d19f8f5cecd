package io.slipway.system;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An MQTT-SN client: connects, registers a topic, publishes with QoS 1 and 2 by turns. */
final class MqttSnNode extends CrowdNode {
    private static final int PORT = 1883;
    private static final int CONNECT = 0x04;
    private static final int CONNACK = 0x05;
    private static final int REGISTER = 0x0a;
    private static final int REGACK = 0x0b;
    private static final int PUBLISH = 0x0c;
    private static final int PUBACK = 0x0d;
    private static final int PUBCOMP = 0x0e;
    private static final int PUBREC = 0x0f;
    private static final int PUBREL = 0x10;
    private static final int DISCONNECT = 0x18;

    private int step = CONNECT;
    private int topic;
    private int id = 2;
    private boolean repeated;
    private byte[] value;

    MqttSnNode(Crowd crowd, int index, int limit) {
        super(crowd, index, Crowd.node(index), limit);
    }

    @Override
    boolean poll(long nowNs) {
        boolean over = done == limit && step != PUBREL;
        if (!over && isDue(nowNs)) {
            crowd.chance(this, PORT, PORT, message());
            repeated = true;
        }
        return over;
    }

    private byte[] message() {
        switch (step) {
            case CONNECT:
                return new byte[] {7, CONNECT, 4, 1, 0, 0, 'c'};
            case REGISTER:
                return new byte[] {9, REGISTER, 0, 0, 0, 1, 's', '/', 't'};
            case PUBREL:
                return new byte[] {4, PUBREL, 0, (byte) id};
            default:
                if (current == null) {
                    value = ("sn " + index + " " + done).getBytes(StandardCharsets.US_ASCII);
                    current = crowd.enter(node, "mqttsn/s/t", value);
                }
                int flags = (repeated ? 0x80 : 0) | (id % 2 == 0 ? 0x20 : 0x40);
                return ByteBuffer.allocate(7 + value.length).put((byte) (7 + value.length)).put((byte) PUBLISH)
                    .put((byte) flags).putShort((short) topic).putShort((short) id).put(value).array();
        }
    }

    private void step(int next, int inMs) {
        step = next;
        repeated = false;
        next(inMs);
    }

    @Override
    void received(int gatewayPort, byte[] answer) {
        int type = answer[1];
        if (type == DISCONNECT) {
            // A gateway that does not know us.
            if (step == PUBREL) {
                id++;
            }
            if (step != CONNECT) {
                step(CONNECT, 0);
                repeated = current != null;
            }
        } else if (type == CONNACK && step == CONNECT) {
            expect(answer[2], type);
            step(REGISTER, 0);
        } else if (type == REGACK && step == REGISTER) {
            expect(answer[6], type);
            topic = (answer[2] & 0xff) << 8 | answer[3] & 0xff;
            step(PUBLISH, crowd.random(300));
            repeated = current != null;
        } else if (type == PUBACK && step == PUBLISH && answer[5] == id && current != null) {
            expect(answer[6], type);
            arrived();
            id++;
            step(PUBLISH, crowd.random(300));
        } else if (type == PUBREC && step == PUBLISH && answer[3] == id && current != null) {
            arrived();
            step(PUBREL, 0);
        } else if (type == PUBCOMP && step == PUBREL && answer[3] == id) {
            id++;
            step(PUBLISH, crowd.random(300));
        }
    }

    private void expect(int code, int type) {
        if (code != 0) {
            crowd.strange(node + " got the code " + code + " in " + type);
        }
    }
}
