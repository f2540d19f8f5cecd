package io.slipway.system;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Posts and puts confirmable messages, and does once what it is told, however often it is told under one id. */
final class CoapNode extends CrowdNode {
    private static final int PORT = 5683;
    /** By message id and token: what was answered. */
    private final Map<String, byte[]> answers = new HashMap<>();
    private byte[] message;

    CoapNode(Crowd crowd, int index, int limit) {
        super(crowd, index, Crowd.node(index), limit);
    }

    /** Some wrap around. */
    private int id() {
        return 0xffff - index % 2 + done & 0xffff;
    }

    @Override
    boolean poll(long nowNs) {
        if (done < limit && isDue(nowNs)) {
            if (current == null) {
                begin();
            }
            crowd.chance(this, PORT, PORT, message);
        }
        return done == limit;
    }

    private void begin() {
        byte[] value = ("post " + index + " " + done).getBytes(StandardCharsets.US_ASCII);
        boolean post = done % 2 == 0;
        current = crowd.enter(node, post ? "coap/s/t" : "coap/room", value);
        message = post ? CoapPacket.encode(CoapPacket.CON, 2, id(), new byte[] {1}, value, 11, "s", 11, "t")
            : CoapPacket.encode(CoapPacket.CON, 3, id(), CoapPacket.NOTHING, value, 11, "room", 12, new byte[0]);
    }

    @Override
    void received(int gatewayPort, byte[] payload) {
        CoapPacket packet = new CoapPacket(payload);
        if (packet.type == CoapPacket.CON) {
            crowd.chance(this, PORT, gatewayPort, answers.computeIfAbsent(packet.id + Arrays.toString(packet.token),
                unknown -> obey(packet)));
        } else if (packet.type != CoapPacket.ACK || packet.code != 0x44) {
            crowd.strange(node + " was answered " + packet.type + " " + packet.code);
        } else if (current != null && packet.id == id()) {
            arrived();
            next(crowd.random(300));
        }
    }

    private byte[] obey(CoapPacket request) {
        String what = new String(request.payload, StandardCharsets.US_ASCII);
        crowd.did(node, what);
        return CoapPacket.encode(CoapPacket.ACK, 0x44, request.id, request.token,
            (node + " did " + what).getBytes(StandardCharsets.US_ASCII));
    }
}
