package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.FailingDisk;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A power cut at any instant: what was written since the last sync is there, or not, or in part, in any order. Nothing
 * that was reported as committed before is gone, the database is whole, the cloud gets all of it, and no identity
 * comes twice. {@code -Dslipway.cuts=200} for more than a few.
 */
class PowerCutIT {
    private static final int CUTS = Integer.getInteger("slipway.cuts", 12);
    /** Operations on the disk that a first start has; a later one has some tens, and a commit three or more. */
    private static final int START = 120;
    private static final int OPERATIONS = 700;
    /** The commits take seconds at most; this is for a machine that hangs. */
    private static final int LIFE_MS = 60_000;
    private static final Pattern DONE =
        Pattern.compile("power cut: (?:writes kept (\\d+), dropped (\\d+), torn (\\d+)|names undone (\\d+))");

    @TempDir
    Path directory;

    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong torn = new AtomicLong();
    private final AtomicLong undone = new AtomicLong();

    @Test
    void nothingReportedAsCommittedIsLostWheneverThePowerGoes() throws Exception {
        Ordeal.Tally tally = new Ordeals(directory).run("power cut", CUTS, ordeal -> {
            cut(ordeal, Map.of());
            ordeal.inspect();
        });
        assertEquals(CUTS, tally.cycles());
        assertTrue(tally.reported() > 0, "nothing was reported, so nothing was shown");
        System.out.println("power cut: writes dropped " + dropped + ", torn " + torn + ", names undone " + undone);
        assertTrue(dropped.get() > 0 && torn.get() > 0, "these cuts cost nothing, so they show nothing");
    }

    @Test
    void aDiskWhoseSyncLiesIsFoundOut() throws Exception {
        AssertionError found = assertThrows(AssertionError.class,
            () -> new Ordeals(directory).run("lying disk", 20, ordeal -> {
                cut(ordeal, Map.of("DISK_SYNC_LIES", "1"));
                ordeal.inspect();
            }));
        System.out.println("lying disk: " + found.getMessage().lines().findFirst().orElseThrow());
    }

    private void cut(Ordeal ordeal, Map<String, String> more) throws Exception {
        Random random = ordeal.random;
        int operation = 1 + random.nextInt(random.nextInt(3) == 0 ? START : OPERATIONS);
        Map<String, String> disk = FailingDisk.cut(ordeal.gateway.dataDir, ordeal.graves(), operation, LIFE_MS,
            random.nextLong());
        disk.putAll(more);
        int logged = ordeal.gateway.log().length();
        ordeal.gateway.environment(disk);
        ordeal.live((gateway, witness) -> {
            assertTrue(gateway.awaitEnd(2 * LIFE_MS), "the power was not cut");
            assertEquals(FailingDisk.CUT_STATUS, gateway.exitStatus());
        });
        ordeal.gateway.environment(Map.of());
        count(ordeal.gateway.log().substring(logged));
    }

    private void count(String log) {
        Matcher line = DONE.matcher(log);
        while (line.find()) {
            if (line.group(4) != null) {
                undone.addAndGet(Long.parseLong(line.group(4)));
            } else {
                dropped.addAndGet(Long.parseLong(line.group(2)));
                torn.addAndGet(Long.parseLong(line.group(3)));
            }
        }
    }
}
