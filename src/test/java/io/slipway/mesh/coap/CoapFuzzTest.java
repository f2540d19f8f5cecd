package io.slipway.mesh.coap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import io.slipway.health.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any datagram at all: no exception escapes, what is read is written again alike, and memory stays bounded. */
class CoapFuzzTest {
    private static final int MESSAGES = 2_000_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /** Every CoAP message of the recording, and some that the recorded motes did not send. */
    private static List<byte[]> real() throws Exception {
        List<byte[]> messages = new ArrayList<>();
        for (String capture : List.of("cng-coap.m2h", "cng-coap.h2m")) {
            for (JsonNode frame : Captures.json(capture + ".expected.json").get("frames")) {
                if (frame.has("udp")) {
                    messages.add(Captures.hex(frame.get("udp").get("payload").asText()));
                }
            }
        }
        assertTrue(messages.size() > 90, "" + messages.size());
        Options all = UriPath.parse("a/b?c=d").add(Options.BLOCK1, 0x1a).add(Options.BLOCK2, 2).add(Options.OBSERVE, 7)
            .add(Options.CONTENT_FORMAT, 50).add(Options.MAX_AGE, 70_000)
            .add(2049, "x".repeat(300)).add(Options.SIZE1, 9);
        for (int code : new int[] {Code.GET, Code.PUT, Code.POST, Code.CONTENT, Code.CONTINUE}) {
            messages.add(CoapEncoder.encode(new CoapMessage(CoapMessage.CON, code, 1, new byte[8], all,
                new byte[64])));
        }
        messages.add(CoapEncoder.encode(new CoapMessage(CoapMessage.CON, Code.PUT, 2, new byte[1],
            UriPath.parse("a").add(Options.BLOCK1, new Block(0, true, 0).bits()), new byte[16])));
        return messages;
    }

    private byte[] mutated(byte[] message) {
        byte[] bytes = Arrays.copyOf(message, message.length);
        for (int i = random.nextInt(4); i >= 0; i--) {
            switch (random.nextInt(4)) {
                case 0:
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                    break;
                case 1:
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                    break;
                case 2:
                    bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length + 4));
                    break;
                default:
                    int at = random.nextInt(bytes.length);
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(8), bytes.length - Math.max(at, from));
                    System.arraycopy(bytes, from, bytes, at, length);
                    break;
            }
        }
        return bytes;
    }

    @Test
    void whatIsReadIsWrittenAlike() throws Exception {
        System.out.println("seed " + seed);
        List<byte[]> real = real();
        int good = 0;
        for (int i = 0; i < MESSAGES; i++) {
            byte[] bytes = mutated(real.get(random.nextInt(real.size())));
            CoapMessage message;
            try {
                message = CoapDecoder.decode(bytes);
            } catch (MalformedMessageException malformed) {
                continue;
            }
            good++;
            byte[] once = CoapEncoder.encode(message);
            // Equal but for option headers that are longer than they need be, which are none in the real ones.
            assertArrayEquals(once, CoapEncoder.encode(CoapDecoder.decode(once)));
            assertTrue(once.length <= bytes.length);
        }
        assertTrue(good > MESSAGES / 10 && good < MESSAGES, good + " were messages");
        for (byte[] bytes : real) {
            assertArrayEquals(bytes, CoapEncoder.encode(CoapDecoder.decode(bytes)));
        }
    }

    @Test
    void anEndpointBearsThemAll() throws Exception {
        System.out.println("seed " + seed);
        List<byte[]> real = real();
        Simulation coap = new Simulation(seed, "config coap\n\toption path test/push\n\toption interval_s 1\n"
            + "config coap\n\toption mode poll\n\toption path a\n\toption interval_s 1\n"
            + "config coap\n\toption mode discover\n\toption interval_s 1\n");
        coap.subscriptions.cameOnline(Simulation.NODE);
        for (int i = 0; i < MESSAGES; i++) {
            byte[] bytes = mutated(real.get(random.nextInt(real.size())));
            if (!coap.sent.isEmpty() && random.nextInt(3) > 0 && bytes.length >= 8) {
                // As if it were about the last thing that was sent.
                byte[] last = coap.sent.get(coap.sent.size() - 1).wire();
                System.arraycopy(last, 2, bytes, 2, Math.min(last.length, 8) - 2);
                bytes[0] = (byte) (0x44 | bytes[0] & 0x30);
            }
            coap.endpoint.received(Simulation.NODE,
                Simulation.from(random.nextBoolean() ? Coap.PORT : Coap.CLIENT_PORT, Coap.PORT), bytes);
            if (random.nextInt(10) == 0) {
                coap.pass(random.nextInt(2000));
            }
            if (coap.sent.size() > 100) {
                coap.sent.subList(0, 50).clear();
            }
            coap.readings.clear();
        }
        assertEquals(MESSAGES, coap.count(Counter.COAP_RECEIVED));
        for (Counter seen : List.of(Counter.COAP_MALFORMED, Counter.COAP_DUPLICATES, Counter.COAP_READINGS,
            Counter.COAP_REFUSED, Counter.COAP_UNMATCHED, Counter.COAP_REQUESTS, Counter.COAP_FAILED,
            Counter.COAP_RETRANSMITTED, Counter.COAP_BODIES_DROPPED)) {
            assertTrue(coap.count(seen) > 100, seen + " " + coap.count(seen));
        }
        assertTrue(coap.endpoint.remembered() <= 2);
    }
}
