package io.slipway.system;

import java.nio.charset.StandardCharsets;

/** An LwM2M client: registers, is asked for a resource that is then observed, and says whenever that changes. */
final class Lwm2mNode extends CrowdNode {
    static final String RESOURCE = "3303/0/5700";
    private static final int PORT = 5683;
    /** Longer than the gateway needs to ask, losses included; then it is asked to. */
    private static final int UNOBSERVED_MS = 15_000;

    private int lastId;
    private byte[] message;
    private boolean registered;
    /** Of the observation; {@code null} where nobody observes. */
    private byte[] token;
    private int observerPort;
    private int answeredId = -1;
    private byte[] answer;
    /** The reading in the answer, until the answer is on the line: after that nobody tells whether it arrived. */
    private Sent answered;
    private int values;

    Lwm2mNode(Crowd crowd, int index, int limit) {
        super(crowd, index, Crowd.node(index), limit);
    }

    private byte[] value() {
        return Integer.toString(index * 1000 + values++).getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] sequence() {
        return new byte[] {(byte) (values >> 8), (byte) values};
    }

    @Override
    boolean poll(long nowNs) {
        if (done < limit && isDue(nowNs)) {
            if (token == null || answered != null) {
                register();
            } else {
                notifyObserver();
            }
        }
        return done == limit;
    }

    /** Again now and then, until somebody observes. */
    private void register() {
        if (registered || message == null) {
            registered = false;
            message = CoapPacket.encode(CoapPacket.CON, 2, ++lastId, new byte[] {2},
                "</1/0>,</3/0>,</3303/0>".getBytes(StandardCharsets.US_ASCII),
                11, "rd", 15, "ep=n" + index, 15, "lt=300", 15, "b=U");
        }
        crowd.chance(this, PORT, PORT, message);
    }

    private void notifyObserver() {
        if (current == null) {
            byte[] value = value();
            current = crowd.enter(node, "lwm2m/" + RESOURCE, value);
            message = CoapPacket.encode(CoapPacket.CON, 0x45, ++lastId, token, value, 6, sequence(), 12, new byte[0]);
        }
        crowd.chance(this, PORT, observerPort, message);
    }

    @Override
    void received(int gatewayPort, byte[] payload) {
        CoapPacket packet = new CoapPacket(payload);
        if (packet.type == CoapPacket.CON && packet.code == 1) {
            observed(gatewayPort, packet);
        } else if (packet.id != lastId) {
            return;
        } else if (packet.type == CoapPacket.RST && current != null) {
            // The gateway has forgotten the observation (RFC 7641 section 3.2), and so the registration.
            forgotten();
        } else if (packet.type == CoapPacket.ACK && packet.code == 0x41) {
            if (!registered && token == null) {
                registered = true;
                next(UNOBSERVED_MS);
            }
        } else if (packet.type == CoapPacket.ACK && packet.code == 0 && current != null) {
            arrived();
            next(crowd.random(300));
        } else if (current != null) {
            crowd.strange(node + " was answered " + packet.type + " " + packet.code);
        }
    }

    private void forgotten() {
        abandon(current);
        current = null;
        token = null;
        registered = false;
        message = null;
        next(0);
    }

    /** It will not be sent any more. */
    private static void abandon(Sent sent) {
        sent.exactly = 0;
        sent.atLeast = 0;
    }

    private void observed(int gatewayPort, CoapPacket request) {
        if (request.observe == 1) {
            // Takes its leave (RFC 7641 section 3.6); it does not read the answer.
            token = null;
            crowd.chance(this, PORT, gatewayPort, CoapPacket.encode(CoapPacket.ACK, 0x45, request.id, request.token,
                CoapPacket.NOTHING));
            return;
        }
        if (request.id != answeredId || token == null) {
            if (answered != null) {
                abandon(answered);
            }
            answeredId = request.id;
            token = request.token;
            observerPort = gatewayPort;
            byte[] value = value();
            answered = crowd.enter(node, "lwm2m/" + RESOURCE, value);
            answered.exactly = 0;
            answer = CoapPacket.encode(CoapPacket.ACK, 0x45, request.id, token, value, 6, sequence(), 12,
                new byte[0]);
            message = null;
            next(UNOBSERVED_MS);
        }
        // What changes meanwhile is told after that, or the gateway would take it for the answer.
        if (crowd.chance(this, PORT, gatewayPort, answer) && answered != null) {
            answered.exactly = 1;
            answered = null;
            next(crowd.random(300));
        }
    }
}
