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

/** Two hundred motes that post at once, over a line that loses and doubles messages in both directions. */
class CoapCrowdTest {
    private static final int MOTES = 200;
    private static final int POSTS = 2;
    private static final Ipv6Address GATEWAY = Ipv6Address.of(0xfd00_0000_0000_0000L, 1);
    private static final long FIRST = 0x0012_7400_0000_0001L;
    private static final double LOST = 0.15;
    private static final double DOUBLED = 0.2;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Poster[] posters = new Poster[MOTES];
    private EmulatedMote mote;

    /** One mote: sends a post again, ever later, until it is acknowledged, and then the next. Guarded by the test. */
    private final class Poster {
        private final Eui64 node;
        private final int firstId;
        private int acknowledged;
        private long nextNs = System.nanoTime();
        private long waitNs = 1_500_000_000L;

        Poster(int index) {
            node = Eui64.of(FIRST + index);
            // Some wrap around.
            firstId = 0xffff - index % 2;
        }

        String payload(int post) {
            return "post " + post;
        }

        void poll(long nowNs) {
            if (acknowledged == POSTS || nowNs < nextNs) {
                return;
            }
            nextNs = nowNs + waitNs;
            waitNs += waitNs / 4;
            byte[] text = payload(acknowledged).getBytes(StandardCharsets.US_ASCII);
            // CON, POST, Uri-Path "p".
            byte[] coap = ByteBuffer.allocate(7 + text.length).put((byte) 0x40).put((byte) 2)
                .putShort((short) (firstId + acknowledged)).put((byte) 0xb1).put((byte) 'p').put((byte) 0xff)
                .put(text).array();
            byte[] packet = UdpPacket.encode(Ipv6Address.of(GATEWAY.high(), node.interfaceId()), 5683, GATEWAY, 5683,
                coap);
            packet[7] = 63;
            for (int copies = random.nextDouble() < LOST ? 0 : random.nextDouble() < DOUBLED ? 2 : 1; copies > 0;
                 copies--) {
                mote.send(packet);
            }
        }

        void received(ByteBuffer answer) {
            int head = answer.getShort() & 0xffff;
            assertEquals(0x6044, head);
            if (answer.getShort() == (short) (firstId + acknowledged)) {
                acknowledged++;
                nextNs = System.nanoTime();
                waitNs = 1_500_000_000L;
            }
        }
    }

    private synchronized void received(Ipv6Packet packet) {
        if (random.nextDouble() >= LOST) {
            posters[(int) (Eui64.ofInterfaceId(packet.dst().low()).bits() - FIRST)]
                .received(ByteBuffer.wrap(packet.udp().payload()));
        }
    }

    private synchronized boolean poll() {
        boolean done = true;
        for (Poster poster : posters) {
            poster.poll(System.nanoTime());
            done &= poster.acknowledged == POSTS;
        }
        return done;
    }

    @Test
    void nothingIsLostAndNothingIsDoubled() throws Exception {
        System.out.println("seed " + seed);
        mote = new EmulatedMote(0, this::received);
        try (CoapFixture gateway = new CoapFixture(mote.port(), "\toption downlink_queue 512\n")) {
            Await.until("the prefix", 30, mote::isConfigured);
            for (int i = 0; i < MOTES; i++) {
                posters[i] = new Poster(i);
            }
            Await.until("every acknowledgement", 180, this::poll);
            List<String> expected = new ArrayList<>();
            for (Poster poster : posters) {
                for (int post = 0; post < POSTS; post++) {
                    expected.add(poster.node + " coap/p " + poster.payload(post));
                }
            }
            List<String> readings = new ArrayList<>(gateway.readings);
            assertEquals(MOTES * POSTS, readings.size());
            assertEquals(new TreeSet<>(expected), new TreeSet<>(readings));
            assertTrue(gateway.health.value(Counter.COAP_DUPLICATES) > 50,
                "" + gateway.health.value(Counter.COAP_DUPLICATES));
            assertEquals(0, gateway.health.value(Counter.COAP_INBOX_DROPPED));
            assertEquals(0, mote.protocolErrors());
        } finally {
            mote.close();
        }
    }
}
