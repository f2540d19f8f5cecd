package io.slipway.replication;

import io.slipway.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes written to the disk for a reading: by a gateway without replication, by one with it, and by one that has the
 * readings of another only. What the kernel counted for each process, whole pages of 4096 bytes. Run by hand, as a
 * program, with the class path of the tests; arguments: readings a second, seconds, block_age_s.
 */
final class FlashBench {
    private FlashBench() {
    }

    public static void main(String[] args) throws Exception {
        int rate = Integer.parseInt(args[0]);
        int seconds = Integer.parseInt(args[1]);
        Path dir = Files.createTempDirectory("flash-bench");
        try (SyncGateway alone = new SyncGateway(dir, "gw-00"); SyncGateway one = new SyncGateway(dir, "gw-01");
             SyncGateway two = new SyncGateway(dir, "gw-02")) {
            alone.isAlone = true;
            one.blockAgeS = Integer.parseInt(args[2]);
            two.blockAgeS = one.blockAgeS;
            List<SyncGateway> all = List.of(alone, one.connectsTo(two), two.knows(one));
            for (SyncGateway gateway : all) {
                gateway.start();
                gateway.publish(2);
            }
            Await.until("each other", 120, () -> one.status().contains("\"state\":\"up\"")
                && one.figure("lag_blocks") == 0);
            // Once over the first merge of the logs, so that files are as they stay.
            feed(alone, one, 50, 10);
            Await.until("a quiet disk", 120, () -> one.figure("backlog_replica_[0-9a-f]*") == 0);
            List<Long> before = new ArrayList<>();
            for (SyncGateway gateway : all) {
                before.add(written(gateway));
            }
            long blocks = one.figure("sync_blocks_sealed");
            feed(alone, one, rate, seconds);
            Await.until("all in blocks", 300, () -> one.figure("backlog_replica_[0-9a-f]*") == 0
                && one.figure("lag_blocks") == 0);
            double count = rate * seconds;
            System.out.printf("%d a second, %d s, blocks of %s s: %.0f bytes a reading without replication, %.0f with,"
                + " %.0f for one of another gateway; %d blocks, replica.db %d bytes%n", rate, seconds, args[2],
                (written(alone) - before.get(0)) / count, (written(one) - before.get(1)) / count,
                (written(two) - before.get(2)) / count, one.figure("sync_blocks_sealed") - blocks,
                Files.size(one.replica()));
        }
    }

    private static void feed(SyncGateway alone, SyncGateway one, int rate, int seconds) throws Exception {
        Thread other = new Thread(() -> {
            try {
                alone.publishEvenly(rate, seconds);
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        other.start();
        one.publishEvenly(rate, seconds);
        other.join();
    }

    private static long written(SyncGateway gateway) throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/" + gateway.pid() + "/io"))) {
            if (line.startsWith("write_bytes:")) {
                return Long.parseLong(line.substring(line.indexOf(' ') + 1));
            }
        }
        throw new IllegalStateException("this kernel counts nothing");
    }
}
