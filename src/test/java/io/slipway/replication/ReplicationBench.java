package io.slipway.replication;

import io.slipway.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Takes the figures of replication in docs/sync.md: run by hand, as a program, with the class path of the tests.
 * Arguments: how many readings the outage has; kbit/s of the line, for two network namespaces (as root). There the
 * status is asked by a program of its own, so a time may be two seconds too long.
 */
final class ReplicationBench {
    private ReplicationBench() {
    }

    public static void main(String[] args) throws Exception {
        int count = args.length == 0 ? 20_000 : Integer.parseInt(args[0]);
        Path dir = Files.createTempDirectory("replication-bench");
        int kbit = args.length < 2 ? 0 : Integer.parseInt(args[1]);
        try (Netns net = kbit > 0 ? new Netns() : null; SyncGateway one = new SyncGateway(dir, "gw-01");
             SyncGateway two = new SyncGateway(dir, "gw-02")) {
            for (int i = 1; net != null && i <= 2; i++) {
                net.add(i);
                SyncGateway gateway = i == 1 ? one : two;
                gateway.prefix = net.prefix(i);
                gateway.host = "10.77.0." + i;
            }
            one.connectsTo(two).start();
            long alone = resident(one);
            two.knows(one).start();
            Await.until("each other", 60, () -> one.status().contains("\"state\":\"up\""));
            two.kill();
            for (int i = 0; i < count; i += 5000) {
                one.publish(Math.min(5000, count - i));
            }
            Await.until("blocks", 900, () -> one.figure("backlog_replica_[0-9a-f]*") == 0);
            for (int i = 1; net != null && i <= 2; i++) {
                net.slow(i, kbit);
            }
            long bytes = one.figure("sync_bytes_sent");
            long start = System.nanoTime();
            two.start();
            long started = System.nanoTime();
            Await.until("all of it", 1800, () -> one.status().contains("\"state\":\"up\"")
                && one.figure("lag_blocks") == 0);
            long end = System.nanoTime();
            Await.until("a tick", 60, () -> two.figure("sync_blocks_received") > 0);
            System.out.println(count + " readings: alike " + (end - started) / 1_000_000 + " ms after the start, which"
                + " took " + (started - start) / 1_000_000 + " ms; " + (one.figure("sync_bytes_sent") - bytes)
                + " bytes to the other, " + two.figure("sync_bytes_sent") + " back; blocks "
                + two.figure("sync_blocks_received") + "; replica.db " + Files.size(one.replica())
                + " bytes; resident " + alone + " kB with nobody there, " + resident(one) + " kB now");
            System.out.println("export has " + two.cli(0, "export", "--origin", "gw-01").lines().distinct().count());
        }
    }

    private static long resident(SyncGateway gateway) throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/" + gateway.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }
}
