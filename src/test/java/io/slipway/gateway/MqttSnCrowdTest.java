package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.UdpPacket;
import io.slipway.health.Counter;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Two hundred motes that connect and publish at once, over a line that loses and doubles messages both ways. */
class MqttSnCrowdTest {
    private static final int MOTES = 200;
    private static final int PUBLISHES = 4;
    private static final Ipv6Address GATEWAY = Ipv6Address.of(0xfd00_0000_0000_0000L, 1);
    private static final long FIRST = 0x0012_7400_0000_0001L;
    private static final double LOST = 0.15;
    private static final double DOUBLED = 0.2;
    private static final int CONNECT = 0x04;
    private static final int REGISTER = 0x0a;
    private static final int PUBLISH = 0x0c;
    private static final int PUBREL = 0x10;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Client[] clients = new Client[MOTES];
    private EmulatedMote mote;

    /** One mote: connects, registers a topic, publishes with QoS 1 and 2 by turns. Guarded by the test. */
    private final class Client {
        private final Eui64 node;
        private int step = CONNECT;
        private int done;
        private int topic;
        private boolean repeated;
        private long nextNs = System.nanoTime();
        private long waitNs = 1_500_000_000L;

        Client(int index) {
            node = Eui64.of(FIRST + index);
        }

        private byte[] message() {
            byte[] payload = ("message " + done).getBytes(StandardCharsets.US_ASCII);
            switch (step) {
                case CONNECT:
                    return new byte[] {7, CONNECT, 4, 1, 0, 0, 'c'};
                case REGISTER:
                    return new byte[] {7, REGISTER, 0, 0, 0, 1, 't'};
                case PUBREL:
                    return new byte[] {4, PUBREL, 0, (byte) (done + 2)};
                default:
                    int flags = (repeated ? 0x80 : 0) | (done % 2 == 0 ? 0x20 : 0x40);
                    return ByteBuffer.allocate(7 + payload.length).put((byte) (7 + payload.length)).put((byte) PUBLISH)
                        .put((byte) flags).putShort((short) topic).putShort((short) (done + 2)).put(payload).array();
            }
        }

        void poll(long nowNs) {
            if (done == PUBLISHES || nowNs < nextNs) {
                return;
            }
            nextNs = nowNs + waitNs;
            waitNs += waitNs / 4;
            byte[] packet = UdpPacket.encode(Ipv6Address.of(GATEWAY.high(), node.interfaceId()), 1883, GATEWAY, 1883,
                message());
            repeated = true;
            packet[7] = 63;
            for (int copies = random.nextDouble() < LOST ? 0 : random.nextDouble() < DOUBLED ? 2 : 1; copies > 0;
                 copies--) {
                mote.send(packet);
            }
        }

        private void next(int step) {
            this.step = step;
            repeated = false;
            nextNs = System.nanoTime();
            waitNs = 1_500_000_000L;
        }

        void received(ByteBuffer answer) {
            int type = answer.get(1);
            if (type == 0x05 && step == CONNECT) {
                assertEquals(0, answer.get(2));
                next(REGISTER);
            } else if (type == 0x0b && step == REGISTER) {
                assertEquals(0, answer.get(6));
                topic = answer.getShort(2);
                next(PUBLISH);
            } else if (type == 0x0d && step == PUBLISH && answer.getShort(4) == done + 2) {
                assertEquals(0, answer.get(6));
                done++;
                next(PUBLISH);
            } else if (type == 0x0f && step == PUBLISH && answer.getShort(2) == done + 2) {
                next(PUBREL);
            } else if (type == 0x0e && step == PUBREL && answer.getShort(2) == done + 2) {
                done++;
                next(PUBLISH);
            }
        }
    }

    private synchronized void received(Ipv6Packet packet) {
        if (random.nextDouble() >= LOST) {
            clients[(int) (Eui64.ofInterfaceId(packet.dst().low()).bits() - FIRST)]
                .received(ByteBuffer.wrap(packet.udp().payload()));
        }
    }

    private synchronized boolean poll() {
        boolean done = true;
        for (Client client : clients) {
            client.poll(System.nanoTime());
            done &= client.done == PUBLISHES;
        }
        return done;
    }

    @Test
    void nothingIsLostAndNothingIsDoubled() throws Exception {
        System.out.println("seed " + seed);
        mote = new EmulatedMote(0, this::received);
        try (MqttSnFixture gateway = new MqttSnFixture(mote.port(), "\toption downlink_queue 512\n", "")) {
            Await.until("the prefix", 30, mote::isConfigured);
            for (int i = 0; i < MOTES; i++) {
                clients[i] = new Client(i);
            }
            Await.until("every acknowledgement", 300, this::poll);
            List<String> expected = new ArrayList<>();
            for (Client client : clients) {
                for (int i = 0; i < PUBLISHES; i++) {
                    expected.add(client.node + " mqttsn/t message " + i);
                }
            }
            List<String> readings = new ArrayList<>(gateway.readings);
            assertEquals(MOTES * PUBLISHES, readings.size());
            assertEquals(new TreeSet<>(expected), new TreeSet<>(readings));
            assertTrue(gateway.count(Counter.MQTTSN_DUPLICATES) > 50, "" + gateway.count(Counter.MQTTSN_DUPLICATES));
            assertEquals(0, gateway.count(Counter.MQTTSN_INBOX_DROPPED));
            assertEquals(0, mote.protocolErrors());
        } finally {
            mote.close();
        }
    }
}
