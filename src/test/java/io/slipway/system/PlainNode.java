package io.slipway.system;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Sends packed records over UDP and never repeats one; what the line doubles is two readings. */
final class PlainNode extends CrowdNode {
    static final String SOURCE = "udp/5678";
    static final int PORT = 8765;
    private static final int EVERY_MS = 700;
    /** Says nothing until it is woken. */
    boolean asleep;

    PlainNode(Crowd crowd, int index, int limit) {
        super(crowd, index, Crowd.node(index), limit);
    }

    @Override
    boolean poll(long nowNs) {
        if (!asleep && done < limit && isDue(nowNs)) {
            byte[] record = ByteBuffer.allocate(6).putShort((short) index).putInt(done).array();
            Sent sent = crowd.enter(node, SOURCE, record);
            sent.exactly = 0;
            for (int copies = crowd.copies(this); copies > 0; copies--) {
                sent.exactly += crowd.send(this, PORT, 5678, record) ? 1 : 0;
            }
            done++;
            next(crowd.random(EVERY_MS));
        }
        return asleep || done == limit;
    }

    @Override
    boolean isLossy() {
        return false;
    }

    @Override
    void received(int gatewayPort, byte[] payload) {
        crowd.did(node, new String(payload, StandardCharsets.US_ASCII));
    }
}
