package io.slipway.system;

import io.slipway.frame.MqttFrame;
import io.slipway.reading.Eui64;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** An MQTT 3.1.1 client whose packets are frames of the line: subscribes, publishes with QoS 1 and 2 by turns. */
final class WiredNode extends CrowdNode {
    /** What it subscribes to. */
    static final String LAMP = "lamp";
    private static final byte[] TOPIC = "w/t".getBytes(StandardCharsets.US_ASCII);
    private static final int CONNECT = 1;
    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int PUBACK = 4;
    private static final int PUBREC = 5;
    private static final int PUBREL = 6;
    private static final int PUBCOMP = 7;
    private static final int SUBSCRIBE = 8;
    private static final int SUBACK = 9;

    private final Set<String> heard = new TreeSet<>();
    private int step = CONNECT;
    private int id = 2;
    private boolean repeated;
    private byte[] value;

    /** Its name is the border router's. */
    WiredNode(Crowd crowd) {
        super(crowd, Crowd.NODES, Eui64.parse("0012740100010001"), 0);
    }

    /** What it got of what it subscribes to. */
    Set<String> heard() {
        synchronized (crowd) {
            return new TreeSet<>(heard);
        }
    }

    /** Whether it is subscribed. */
    boolean isSubscribed() {
        synchronized (crowd) {
            return step != CONNECT && step != SUBSCRIBE;
        }
    }

    @Override
    boolean poll(long nowNs) {
        boolean over = done == limit && step != PUBREL;
        if (!over && isDue(nowNs)) {
            crowd.chance(this, 0, 0, message());
            repeated = true;
        }
        return over;
    }

    private byte[] message() {
        switch (step) {
            case CONNECT:
                return MqttFrame.encode(0x10, new byte[] {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 1, 'w'});
            case SUBSCRIBE:
                return MqttFrame.encode(0x82, new byte[] {0, 1, 0, 4, 'l', 'a', 'm', 'p', 1});
            case PUBREL:
                return MqttFrame.encode(0x62, new byte[] {0, (byte) id});
            default:
                if (current == null) {
                    value = ("wired " + done).getBytes(StandardCharsets.US_ASCII);
                    current = crowd.enter(node, "mqtt/w/t", value);
                }
                return MqttFrame.encode(0x30 | (repeated ? 8 : 0) | (id % 2 == 0 ? 2 : 4),
                    ByteBuffer.allocate(4 + TOPIC.length + value.length).putShort((short) TOPIC.length).put(TOPIC)
                        .putShort((short) id).put(value).array());
        }
    }

    private void step(int next, int inMs) {
        step = next;
        repeated = false;
        next(inMs);
    }

    @Override
    void received(int none, byte[] packet) {
        int type = packet[0] >> 4 & 15;
        if (type == PUBLISH) {
            int at = 4 + LAMP.length();
            heard.add(new String(packet, at + 2, packet.length - at - 2, StandardCharsets.US_ASCII));
            crowd.chance(this, 0, 0, MqttFrame.encode(0x40, Arrays.copyOfRange(packet, at, at + 2)));
        } else if (type == CONNACK && step == CONNECT) {
            step(SUBSCRIBE, 0);
        } else if (type == SUBACK && step == SUBSCRIBE) {
            step(PUBLISH, 0);
        } else if (type == PUBACK && step == PUBLISH && packet[3] == id && current != null) {
            arrived();
            id++;
            step(PUBLISH, crowd.random(500));
        } else if (type == PUBREC && step == PUBLISH && packet[3] == id && current != null) {
            arrived();
            step(PUBREL, 0);
        } else if (type == PUBCOMP && step == PUBREL && packet[3] == id) {
            id++;
            step(PUBLISH, crowd.random(500));
        }
    }
}
