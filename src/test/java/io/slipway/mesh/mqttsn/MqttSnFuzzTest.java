package io.slipway.mesh.mqttsn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import io.slipway.health.Counter;
import io.slipway.reading.Eui64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any datagram at all: no exception escapes, what is read is written again alike, and memory stays bounded. */
class MqttSnFuzzTest {
    private static final int MESSAGES = 2_000_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /** Every message of the recording, and one of each type. */
    private static List<byte[]> real() throws Exception {
        List<byte[]> messages = new ArrayList<>();
        for (String capture : List.of("6lbr-mqttsn.m2h", "6lbr-mqttsn.h2m")) {
            for (JsonNode frame : Captures.json(capture + ".expected.json").get("frames")) {
                if (frame.has("udp")) {
                    messages.add(Captures.hex(frame.get("udp").get("payload").asText()));
                }
            }
        }
        assertTrue(messages.size() > 20, "" + messages.size());
        for (int type = 0; type < 0x1e; type++) {
            String fields = MessageType.fields(type);
            if (fields != null) {
                for (int i = 0; i < 4; i++) {
                    messages.add(new Message(type).flags(i * 0x2d & 0xff).code(i / 2)
                        .duration(fields.indexOf('d') < 0 ? -1 : i).topicId(i).id(i)
                        .rest(Simulation.bytes(List.of("", "ab", "a/#", "x".repeat(300)).get(i))).encode());
                }
            }
        }
        return messages;
    }

    private byte[] mutated(byte[] message) {
        byte[] bytes = Arrays.copyOf(message, message.length);
        for (int i = random.nextInt(4); i > 0; i--) {
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
                    bytes[bytes.length - 1] = (byte) random.nextInt(4);
                    break;
            }
        }
        if (random.nextInt(4) > 0 && bytes.length > 1 && bytes.length < 256 && bytes[0] != 1) {
            bytes[0] = (byte) bytes.length;
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
            Message message;
            try {
                message = Message.decode(bytes);
            } catch (MalformedMessageException malformed) {
                continue;
            }
            good++;
            byte[] once = message.encode();
            assertArrayEquals(once, Message.decode(once).encode());
            assertTrue(once.length <= bytes.length);
        }
        assertTrue(good > MESSAGES / 10 && good < MESSAGES, good + " were messages");
        for (byte[] bytes : real) {
            assertArrayEquals(bytes, Message.decode(bytes).encode(), HexFormat.of().formatHex(bytes));
        }
    }

    @Test
    void aGatewayBearsThemAll() throws Exception {
        System.out.println("seed " + seed);
        List<byte[]> real = real();
        Simulation gateway = new Simulation("clients 8", "topics 16", "queue 4", "memory_bytes 64k", "retry_ms 500");
        gateway.retained.put("ab", "kept");
        int most = 0;
        byte[] bytes = {0};
        Eui64 node = Simulation.NODE;
        for (int i = 0; i < MESSAGES; i++) {
            // One in five comes twice.
            if (random.nextInt(5) > 0) {
                node = Eui64.of(0x0012_7400_0000_0000L + random.nextInt(3));
                bytes = mutated(real.get(random.nextInt(real.size())));
            }
            if (!gateway.sent.isEmpty() && random.nextInt(3) == 0 && bytes.length >= 7) {
                // As if it were about the last thing that was sent.
                byte[] last = HexFormat.of().parseHex(gateway.sent.get(gateway.sent.size() - 1));
                System.arraycopy(last, 2, bytes, 2, Math.min(last.length, 7) - 2);
            }
            gateway.gateway.received(node, Simulation.route(node, 1883 + (int) node.bits() % 2), bytes);
            if (random.nextInt(10) == 0) {
                gateway.pass(random.nextInt(2000));
            }
            if (random.nextInt(20) == 0) {
                gateway.lan(random.nextBoolean() ? "ab" : "a/b" + random.nextInt(30), "x".repeat(random.nextInt(900)),
                    random.nextInt(3));
            }
            if (gateway.sent.size() > 100) {
                gateway.sent.subList(0, 50).clear();
            }
            gateway.published.clear();
            most = Math.max(most, gateway.gateway.budget.taken());
        }
        assertEquals(MESSAGES, gateway.count(Counter.MQTTSN_RECEIVED));
        for (Counter seen : List.of(Counter.MQTTSN_MALFORMED, Counter.MQTTSN_DUPLICATES, Counter.MQTTSN_READINGS,
            Counter.MQTTSN_REFUSED, Counter.MQTTSN_UNCONNECTED, Counter.MQTTSN_RETRANSMITTED,
            Counter.MQTTSN_DELIVERED, Counter.MQTTSN_DROPPED, Counter.MQTTSN_LOST)) {
            assertTrue(gateway.count(seen) > 100, seen + " " + gateway.count(seen));
        }
        assertTrue(gateway.gateway.size() <= 8);
        assertTrue(most > 1000 && most <= 65_536, "" + most);
        // What all of them took comes back when others take their places.
        for (int i = 0; i < 3; i++) {
            Eui64 leaving = Eui64.of(0x0012_7400_0000_0000L + i);
            gateway.gateway.received(leaving, Simulation.route(leaving, 1883 + i % 2), HexFormat.of().parseHex("0218"));
        }
        for (int i = 10; i < 18; i++) {
            Eui64 coming = Eui64.of(0x0012_7400_0000_0000L + i);
            gateway.gateway.received(coming, Simulation.route(coming, 1883), HexFormat.of().parseHex("07040401000063"));
            assertEquals("030500", gateway.sent.get(gateway.sent.size() - 1));
        }
        assertEquals(0, gateway.gateway.budget.taken());
    }
}
