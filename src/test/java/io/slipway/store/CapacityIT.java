package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What fits on the disk. {@code mvn verify -Dtest=ArchitectureTest -Dit.test=CapacityIT} runs it alone and prints how
 * many readings of each kind a megabyte holds, files and log and all.
 */
class CapacityIT extends StoreFixture {
    private static final int NODES = 40;
    private static final String[] SOURCES = {"udp/5678", "udp/61616", "coap/sensors/temperature", "mqtt/hall/3/power"};
    private static final long DEFAULT_BYTES = 64L << 20;
    private static final int WANTED = 1_050_000;
    private static final int SAMPLE = 200_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final double[] values = new double[NODES * SOURCES.length];
    private long at = 1_795_000_000_000L;
    private long mono;

    /** One kind of payload. */
    private interface Kind {
        byte[] payload(int series);
    }

    @Test
    void aMillionReadingsOfTwentyBytesFitIntoTheBytesOfTheDefault() throws Exception {
        try (Store store = open("")) {
            append(store, WANTED, this::digits);
            assertEquals(WANTED, store.readings(), "seed " + seed);
            assertTrue(bytes() <= DEFAULT_BYTES, bytes() + " bytes, seed " + seed);
        }
        assertEquals(0, health.value(Counter.STORE_EXPIRED), "seed " + seed);
        assertTrue(bytes() <= DEFAULT_BYTES, bytes() + " bytes, seed " + seed);
        System.out.println("1050000 readings of 20 random digits take " + bytes() + " bytes, "
            + (float) bytes() / WANTED + " each; seed " + seed);
    }

    @Test
    void aMillionReadingsOfTwentyRandomBytesFitToo() throws Exception {
        try (Store store = open("")) {
            append(store, WANTED, this::noise);
            assertEquals(WANTED, store.readings(), "seed " + seed);
            assertTrue(bytes() <= DEFAULT_BYTES, bytes() + " bytes, seed " + seed);
        }
        assertEquals(0, health.value(Counter.STORE_EXPIRED), "seed " + seed);
        print("20 random bytes", WANTED);
    }

    @Test
    void textAndNumbersTakeLess() throws Exception {
        try (Store store = open("")) {
            append(store, SAMPLE, this::number);
        }
        print("numbers such as 22.19", SAMPLE);
        assertTrue(bytes() < 16L * SAMPLE, bytes() + " bytes, seed " + seed);
    }

    @Test
    void textTakesLess() throws Exception {
        try (Store store = open("")) {
            append(store, SAMPLE, this::text);
        }
        print("text such as temp=22.19 hum=41", SAMPLE);
        assertTrue(bytes() < 24L * SAMPLE, bytes() + " bytes, seed " + seed);
    }

    private void print(String what, int count) {
        System.out.println(what + ": " + count * (1L << 20) / bytes() + " readings a megabyte, "
            + (float) bytes() / count + " bytes each; seed " + seed);
    }

    /** Everything in the directory: the file, its log, and whatever else a store may put there. */
    private long bytes() {
        long sum = 0;
        for (File file : directory.toFile().listFiles()) {
            sum += file.length();
        }
        return sum;
    }

    /** Nodes in no order, of several sources, at jittered times. */
    private void append(Store store, int count, Kind kind) {
        for (int seq = 1; seq <= count; seq++) {
            int series = random.nextInt(values.length);
            int step = random.nextInt(14);
            at += step;
            mono += step;
            Reading reading = new Reading("gw-01", store.epoch(), seq, at + (random.nextInt(50) == 0 ? 1 : 0), true,
                mono, Eui64.of(0x0012_7402_0000_0000L + series / SOURCES.length), SOURCES[series % SOURCES.length],
                kind.payload(series));
            while (!store.append(reading)) {
                flush(store);
            }
        }
        flush(store);
    }

    private byte[] digits(int series) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "").append(random.nextInt(100)).append('.');
        while (text.length() < 20) {
            text.append((char) ('0' + random.nextInt(10)));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] noise(int series) {
        byte[] bytes = new byte[20];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] number(int series) {
        values[series] += random.nextInt(21) - 10;
        return String.valueOf((2000 + values[series]) / 100).getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] text(int series) {
        values[series] += random.nextInt(21) - 10;
        return ("temp=" + (2000 + values[series]) / 100 + " hum=" + (30 + random.nextInt(30)))
            .getBytes(StandardCharsets.US_ASCII);
    }
}
