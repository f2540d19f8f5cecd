package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.DiskFaults;
import io.slipway.testing.FailingDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk of which any one call fails, or all from one on: the counters do not lie, nothing hangs, and the next start
 * finds everything that was called committed. {@code -Dslipway.faults.step=1} for every call instead of some.
 */
class StoreFaultIT {
    private static final int STEP = Integer.getInteger("slipway.faults.step", 17);
    private static final long SEED = Long.getLong("slipway.seed", System.nanoTime());

    @TempDir
    Path directory;

    @Test
    void whicheverCallOfTheDiskFailsTheCountersAreTrueAndTheNextStartFindsWhatWasCommitted() throws Exception {
        DiskFaults.at(directory.resolve("faults"));
        Path out = directory.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xmx128m",
            "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + directory, "-Dtinylog.level=off", "-cp",
            System.getProperty("java.class.path"), FaultyLives.class.getName(), directory.toString(),
            String.valueOf(STEP), String.valueOf(SEED)).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().putAll(FailingDisk.variables(directory.resolve("root")));
        builder.environment().put(DiskFaults.VARIABLE, directory.resolve("faults").toString());
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(30, TimeUnit.MINUTES), "does not end");
            String said = Files.readString(out);
            assertEquals(0, process.exitValue(), "seed " + SEED + "\n" + said);
            System.out.println("every " + STEP + ". call of the disk fails, seed " + SEED + ":\n" + said);
        } finally {
            process.destroyForcibly();
        }
    }
}
