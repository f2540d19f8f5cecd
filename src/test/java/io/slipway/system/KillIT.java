package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at any instant of a gateway's life: nothing that it reported as committed is gone, the cloud gets
 * all of it, and no identity comes twice. {@code -Dslipway.kills=500} for more than a few.
 */
class KillIT {
    private static final int KILLS = Integer.getInteger("slipway.kills", 24);
    /** From the launch; the first second or so is the start. */
    private static final int LIFE_MS = 1600;
    /** After the first sign of life, however slow the machine is: commits, seals and checkpoints. */
    private static final int YOUNG_MS = 600;
    /** After SIGTERM. */
    private static final int STOP_MS = 400;

    @TempDir
    Path directory;

    @Test
    void nothingReportedAsCommittedIsLostWheneverTheGatewayIsKilled() throws Exception {
        Ordeal.Tally tally = new Ordeals(directory).run("kill", KILLS, this::cycle);
        assertEquals(KILLS, tally.cycles());
        assertTrue(tally.reported() > 0, "nothing was reported, so nothing was shown");
    }

    private void cycle(Ordeal ordeal) throws Exception {
        Random random = ordeal.random;
        int when = random.nextInt(10);
        int life = random.nextInt(LIFE_MS);
        int young = random.nextInt(YOUNG_MS);
        int stop = random.nextInt(STOP_MS);
        ordeal.live((gateway, witness) -> {
            if (when < 5) {
                gateway.mustLive(life);
            } else {
                Await.until("a sign of life", 60, () -> witness.status() != null);
                gateway.mustLive(young);
            }
            if (when == 4 || when == 9) {
                gateway.terminate();
                gateway.awaitEnd(stop);
            }
            gateway.kill();
        });
    }
}
