package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadingsCodecTest {
    private static final Epoch EPOCH = new Epoch(17, 0x9f3a21c4);

    @Test
    void everyFieldComesBackAsItWas() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<Reading> readings = randomReadings(random, 1 + random.nextInt(600));
            List<Reading> back = ReadingsCodec.decode(ReadingsCodec.encode(readings), "gw-01", EPOCH);
            assertEquals(readings.size(), back.size(), "seed " + seed);
            for (int i = 0; i < back.size(); i++) {
                assertSame(readings.get(i), back.get(i), "seed " + seed + " round " + round + " reading " + i);
            }
        }
    }

    @Test
    void oneReadingOfOneNodeIsTheseBytes() {
        Reading reading = new Reading("gw-01", EPOCH, 300, 5, true, 2, Eui64.of(0x0200000000000001L), "udp/1",
            new byte[] {0x41});
        assertArrayEquals(new byte[] {
            1, // version
            1, // one series
            2, 0, 0, 0, 0, 0, 0, 1, // node
            5, 'u', 'd', 'p', '/', '1',
            1, // one reading
            (byte) 0xac, 2, // seq 300
            10, // at 5, zigzag
            6, // at-mono 3, zigzag
            1, // series 0, clock good
            1, // one byte of payload
            0x41,
        }, ReadingsCodec.encode(java.util.Collections.singletonList(reading)));
    }

    @Test
    void damagedBytesAreRefusedAndNothingElse() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = ReadingsCodec.encode(randomReadings(random, 50));
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = java.util.Arrays.copyOf(good, random.nextInt(good.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                ReadingsCodec.decode(bad, "gw-01", EPOCH);
            } catch (IllegalArgumentException expected) {
                assertTrue(expected.getMessage() != null, "seed " + seed);
            }
        }
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] good = ReadingsCodec.encode(randomReadings(new Random(1), 20));
        for (int length = 0; length < good.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(good, length);
            assertThrows(IllegalArgumentException.class, () -> ReadingsCodec.decode(cut, "gw-01", EPOCH));
        }
    }

    static List<Reading> randomReadings(Random random, int count) {
        List<Reading> readings = new ArrayList<>();
        long seq = random.nextInt(1000);
        long at = random.nextBoolean() ? random.nextInt() : 1_790_000_000_000L;
        for (int i = 0; i < count; i++) {
            seq += 1 + (random.nextInt(10) == 0 ? random.nextInt(1000) : 0);
            at += random.nextInt(20) == 0 ? random.nextLong() >> 20 : random.nextInt(1000);
            byte[] payload = new byte[random.nextInt(40)];
            random.nextBytes(payload);
            readings.add(new Reading("gw-01", EPOCH, seq, at, random.nextBoolean(), random.nextInt(1 << 30),
                Eui64.of(random.nextInt(5)), random.nextBoolean() ? "udp/5678" : "mqtt/käse/" + random.nextInt(3),
                payload));
        }
        return readings;
    }

    static void assertSame(Reading expected, Reading actual, String what) {
        assertEquals(expected.id(), actual.id(), what);
        assertEquals(expected.at, actual.at, what);
        assertEquals(expected.clockOk, actual.clockOk, what);
        assertEquals(expected.mono, actual.mono, what);
        assertEquals(expected.node, actual.node, what);
        assertEquals(expected.source, actual.source, what);
        assertArrayEquals(expected.payload, actual.payload, what);
    }

    @Test
    void textOfSourcesIsUtf8() {
        Reading reading = new Reading("gw-01", EPOCH, 1, 0, true, 0, Eui64.LAN, "mqtt/ä", new byte[0]);
        byte[] bytes = ReadingsCodec.encode(java.util.Collections.singletonList(reading));
        assertTrue(new String(bytes, StandardCharsets.ISO_8859_1).contains("mqtt/\u00c3\u00a4"));
    }
}
