package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a reading costs the flash. {@code mvn verify -Dtest=ArchitectureTest -Dit.test=WearIT} prints bytes a reading at
 * rates and commit intervals, by the kernel's count and by our own; the time is emulated by what a commit takes in.
 */
class WearIT extends StoreFixture {
    private static final String OFF = "option commit_interval_ms '60000'\n option commit_readings '512'\n"
        + "option block_age_s '86400'\n";

    /** Not in the temporary directory, which may be memory, of which the kernel counts nothing. */
    @TempDir(factory = OnDisk.class)
    Path disk;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /** Makes directories below the build's. */
    static final class OnDisk implements org.junit.jupiter.api.io.TempDirFactory {
        @Override
        public Path createTempDirectory(org.junit.jupiter.api.extension.AnnotatedElementContext element,
                                        org.junit.jupiter.api.extension.ExtensionContext context) throws Exception {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "wear");
        }
    }

    @Test
    void bytesOfAReading() throws Exception {
        for (int rate : new int[] {1, 20, 200}) {
            for (int intervalMs : new int[] {250, 1000, 10_000}) {
                long each = measure(rate, intervalMs);
                assertTrue(each > 20 && each < 12_000, each + " bytes, seed " + seed);
            }
        }
    }

    private long measure(int rate, int intervalMs) throws Exception {
        int perCommit = Math.max(1, Math.min(intervalMs == 250 ? 64 : 512, rate * intervalMs / 1000));
        int commits = Math.max(300, 20_000 / perCommit);
        Path place = Files.createTempDirectory(disk, "rate");
        long kernel;
        long counted;
        int seq = 0;
        try (Store store = Store.open(config(OFF), place, "gw-01", health)) {
            flush(store);
            long kernelBefore = kernel();
            for (int i = 0; i < commits; i++) {
                for (int k = 0; k < perCommit; k++) {
                    seq++;
                    long mono = seq * 1000L / rate;
                    store.append(new Reading("gw-01", store.epoch(), seq, 1_795_000_000_000L + mono, true, mono,
                        Eui64.of(random.nextInt(40)), "udp/5678",
                        String.valueOf(random.nextInt(10_000) / 100.0).getBytes(StandardCharsets.US_ASCII)));
                }
                flush(store);
            }
            kernel = kernel() - kernelBefore;
            counted = store.countedWrites();
        }
        System.out.println(rate + " readings a second, " + intervalMs + " ms: " + seq + " readings, the kernel says "
            + kernel / seq + " bytes each, we count " + counted / seq + ", a day " + (kernel / seq * rate * 86_400L
            >> 20) + " MB; seed " + seed);
        // The kernel's count is the truth here; ours may say too much where it cannot know, and hardly too little.
        assertTrue(kernel == 0 || counted > kernel * 0.8 && counted < kernel * 2, counted + " and " + kernel);
        return counted / seq;
    }

    private static long kernel() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/io"));
        for (String line : lines) {
            if (line.startsWith("write_bytes: ")) {
                return Long.parseLong(line.substring(13));
            }
        }
        return 0;
    }
}
