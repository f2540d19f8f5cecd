package io.slipway.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.Decode;
import io.slipway.cli.Pcap;
import io.slipway.frame.Captures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings whose every record is whole and says the wildest things, and such with damage, through the commands. */
class RecordedFilesFuzzTest {
    private static final int ROUNDS = 300;
    private static final long[] TIMES = {0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE / 1000};

    @TempDir
    Path dir;
    private final Random random;

    RecordedFilesFuzzTest() {
        long seed = Long.getLong("slipway.seed", new Random().nextLong());
        System.out.println("RecordedFilesFuzzTest: -Dslipway.seed=" + seed);
        random = new Random(seed);
    }

    @Test
    void noRecordingBringsACommandDown() throws IOException {
        byte[] capture = Captures.raw("cng-udp.m2h");
        int decoded = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path file = Files.write(dir.resolve("in"), recording(capture));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            assertEquals(0, Decode.run(new String[] {file.toString()}, new PrintStream(out), new PrintStream(err)),
                err.toString(StandardCharsets.UTF_8));
            decoded += out.size();
            for (String form : new String[] {"--ng", null}) {
                Path pcap = dir.resolve("out");
                String[] args = form == null ? new String[] {file.toString(), pcap.toString()}
                    : new String[] {form, file.toString(), pcap.toString()};
                assertEquals(0, Pcap.run(args, new PrintStream(out), new PrintStream(err)),
                    err.toString(StandardCharsets.UTF_8));
                assertTrue(Files.size(pcap) >= 24);
                Files.delete(pcap);
            }
        }
        assertTrue(decoded > 100 * ROUNDS, decoded + " characters");
    }

    private byte[] recording(byte[] capture) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(Layout.header(random.nextLong()));
        int at = 0;
        for (int i = random.nextInt(60); i > 0; i--) {
            int length = random.nextInt(Math.min(200, capture.length - at) + 1);
            file.write(Layout.record(random.nextInt(6), time(), capture, at, length));
            at = (at + length) % (capture.length - 1);
            if (random.nextInt(5) == 0) {
                byte[] clock = new byte[8];
                random.nextBytes(clock);
                file.write(Layout.record(Layout.CLOCK, time(), clock, 0, 8));
            }
            if (random.nextInt(10) == 0) {
                byte[] noise = new byte[random.nextInt(100)];
                random.nextBytes(noise);
                file.write(noise);
            }
        }
        return file.toByteArray();
    }

    private long time() {
        return random.nextBoolean() ? TIMES[random.nextInt(TIMES.length)] : random.nextLong();
    }
}
