package io.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import io.slipway.frame.Frame;
import io.slipway.frame.FrameDecoder;
import io.slipway.frame.FrameDecoder.Mode;
import io.slipway.frame.Icmpv6Message;
import io.slipway.frame.Ipv6Packet;
import io.slipway.json.JsonWriter;
import io.slipway.slip.SlipDecoder;
import io.slipway.slip.SlipEncoder;
import io.slipway.slip.SlipError;
import io.slipway.slip.SlipSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Ten million damaged and random bytes: nothing throws, no frame is over the limit, everything can be shown as JSON,
 * and the next intact frame after each damage comes out.
 */
class DecodeFuzzTest {
    private static final int BYTES = 10_000_000;
    private static final int LIMIT = 2048;
    private static final byte[] END = {(byte) 0xc0};
    private static final byte[] INTACT = Captures.hex("6000000000 0f113f fd000000000000000202000200020002"
        + "fd000000000000000000000000000001 223d162e000f5768 68656c6c6f2030");
    /** What hurts most. */
    private static final int[] NASTY = {0xc0, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, '\n', '\r', '!', '?', '0', 0x60, 0, 0xff};

    private final Random random;
    private final List<byte[]> captures;
    private final Seen seen = new Seen();
    private final SlipDecoder slip = new SlipDecoder(seen, LIMIT);

    DecodeFuzzTest() throws IOException {
        long seed = Long.getLong("slipway.seed", new Random().nextLong());
        System.out.println("DecodeFuzzTest: -Dslipway.seed=" + seed);
        random = new Random(seed);
        captures = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Captures.DIRECTORY)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".raw")).sorted().toList()) {
                captures.add(Files.readAllBytes(file));
            }
        }
    }

    @Test
    void noDamageThrowsOrHidesTheNextFrame() {
        byte[] intact = SlipEncoder.encode(INTACT);
        for (long pushed = 0; pushed < BYTES; ) {
            byte[] damaged = random.nextInt(4) == 0 ? noise() : mutated();
            pushed += damaged.length;
            pushInPieces(damaged);
            if (random.nextInt(20) == 0) {
                slip.end();
            } else {
                slip.push(END, 0, 1);
            }
            seen.last = null;
            pushInPieces(intact);
            assertArrayEquals(INTACT, seen.last);
        }
        assertTrue(seen.frames > 50_000 && seen.invalid > 5_000, seen.frames + " " + seen.invalid);
        assertEquals(SlipError.values().length, seen.errors.size());
        System.out.println(seen.frames + " frames, " + seen.invalid + " damaged, types " + seen.types);
    }

    /** Damage that keeps the length right gets further into the decoders. */
    @Test
    void noPacketOfTheRightLengthThrows() {
        byte[] next = {0, 6, 17, 43, 44, 58, 60};
        for (int i = 0; i < 200_000; i++) {
            byte[] packet = new byte[40 + random.nextInt(120)];
            random.nextBytes(packet);
            packet[0] = 0x60;
            packet[4] = 0;
            packet[5] = (byte) (packet.length - 40);
            packet[6] = next[random.nextInt(next.length)];
            for (int at = 40; at + 1 < packet.length; at += 8) {
                packet[at] = random.nextBoolean() ? next[random.nextInt(next.length)] : (byte) random.nextInt(8);
                packet[at + 1] = (byte) random.nextInt(3);
            }
            seen.frame(packet, packet.length, 0, packet.length);
        }
        assertTrue(seen.types.contains("ipv6") && seen.types.contains("ipv6-ext-truncated"), seen.types.toString());
    }

    private void pushInPieces(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(300));
            slip.push(bytes, at, length);
            at += length;
        }
    }

    private byte[] noise() {
        byte[] noise = new byte[random.nextInt(random.nextInt(20) == 0 ? 6000 : 200)];
        random.nextBytes(noise);
        if (random.nextBoolean()) {
            for (int i = 0; i < noise.length; i++) {
                // No END, so that some of it is longer than the limit.
                noise[i] = noise[i] == END[0] ? 1 : noise[i];
            }
        }
        return noise;
    }

    private byte[] mutated() {
        byte[] capture = captures.get(random.nextInt(captures.size()));
        int from = random.nextInt(capture.length);
        byte[] bytes = Arrays.copyOfRange(capture, from, Math.min(capture.length, from + 1 + random.nextInt(600)));
        for (int damages = random.nextInt(6); damages > 0; damages--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes = bytes.length == 1 ? bytes : spliced(bytes, at, at + 1);
                case 2 -> bytes = spliced(bytes, at, at, bytes[at]);
                case 3 -> bytes = spliced(bytes, at, at, END[0]);
                default -> bytes[at] = (byte) NASTY[random.nextInt(NASTY.length)];
            }
        }
        return bytes;
    }

    /** The bytes with what stands between {@code from} and {@code to} replaced. */
    private static byte[] spliced(byte[] bytes, int from, int to, byte... between) {
        byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + between.length);
        System.arraycopy(between, 0, result, from, between.length);
        System.arraycopy(bytes, to, result, from + between.length, bytes.length - to);
        return result;
    }

    /** Decodes every frame for every kind of link and shows it. */
    private static final class Seen implements SlipSink {
        private final List<FrameDecoder> decoders = List.of(
            new FrameDecoder(Mode.BORDER_ROUTER, false, false), new FrameDecoder(Mode.SLIP_RADIO, false, false),
            new FrameDecoder(Mode.SLIP_RADIO, true, true), new FrameDecoder(Mode.SLIP_RADIO, false, true));
        private final JsonWriter json = new JsonWriter();
        private final FrameJson frameJson = new FrameJson(json);
        private final Set<SlipError> errors = new TreeSet<>();
        private final Set<String> types = new TreeSet<>();
        private byte[] last;
        private int frames;
        private int invalid;

        @Override
        public void frame(byte[] buffer, int length, long start, long end) {
            assertTrue(length > 0 && length <= LIMIT && start <= end);
            last = Arrays.copyOf(buffer, length);
            frames++;
            for (FrameDecoder decoder : decoders) {
                Frame frame = decoder.decode(buffer, length);
                json.reset().object();
                frameJson.write(frame);
                json.endObject();
                if (frames % 16 == 0) {
                    JsonNode node = parse(json.toString());
                    types.add(node.path("reason").asText(node.path("type").asText()));
                }
                if (frame instanceof Ipv6Packet) {
                    readIcmp(((Ipv6Packet) frame).icmpv6());
                }
            }
        }

        private static JsonNode parse(String text) {
            try {
                return Captures.JSON.readTree(text);
            } catch (IOException e) {
                throw new AssertionError(text, e);
            }
        }

        private static void readIcmp(Icmpv6Message message) {
            if (message != null && message.originalDst() == null) {
                assertEquals(-2, message.originalUdpSrcPort() + message.originalUdpDstPort());
            }
        }

        @Override
        public void invalid(SlipError reason, byte[] buffer, int length, long start, long end) {
            assertTrue(length <= LIMIT && start <= end);
            errors.add(reason);
            invalid++;
        }
    }
}
