package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.testing.Await;
import io.slipway.testing.DiskFaults;
import io.slipway.testing.FailingDisk;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.SmallDisk;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The finished product on a disk that is not well: the LAN is served, and nothing waits for a person. */
class DiskIT {
    private static final String FILTER = "config ingest\n\tlist filter 'sensors/#'\n";

    @TempDir
    Path directory;

    @Test
    void aGatewayThatBootsOnAFullDiskServesTheLanAndStoresWhenThereIsRoom() throws Exception {
        assumeTrue(SmallDisk.isPossible(), "only root can mount");
        try (SmallDisk disk = new SmallDisk(directory.resolve("data"), 800); ServerSocket mote = new ServerSocket(0)) {
            disk.fill();
            try (GatewayProcess gateway = gateway(mote, FILTER).start(); Place lan = Place.lan(gateway.lanPort)) {
                lan.publish("sensors/a", "1");
                Await.until("the reading on the LAN", 30, () -> lan.size() == 1);
                String status = status(gateway);
                assertTrue(status.contains("store: not open"), status);
                assertTrue(status.contains("the database cannot be opened: the disk is full"), status);
                disk.empty();
                Await.until("recovery", 30, () -> status(gateway).contains("store: open"));
                lan.publish("sensors/a", "2");
                Await.until("both on the LAN", 30, () -> lan.size() == 2);
                assertEquals(143, gateway.stop());
                assertEquals(lan.readings(), Place.store(gateway.dataDir).readings());
            }
        }
    }

    @Test
    void readingsOfADamagedDatabaseReachTheCloud() throws Exception {
        try (Mosquitto broker = new Mosquitto(directory, "allow_anonymous true", "max_queued_messages 0");
             ServerSocket mote = new ServerSocket(0);
             GatewayProcess gateway = gateway(mote, FILTER + "config store\n\toption block_readings '16'\n"
                 + "config upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:" + broker.port()
                 + "'\n\toption batch_age_ms '200'\n\toption retry_min_ms '200'\n\toption retry_max_ms '1000'\n")) {
            gateway.start();
            try (Place lan = Place.lan(gateway.lanPort)) {
                for (int i = 0; i < 400; i++) {
                    lan.publish("sensors/a", "reading " + i);
                }
                Await.until("all on the LAN", 30, () -> lan.size() == 400);
                gateway.stop();
                Path file = gateway.dataDir.resolve("slipway.db");
                byte[] bytes = Files.readAllBytes(file);
                // Page 9, the root of the index of the blocks: nothing is found any more, and everything is there.
                Arrays.fill(bytes, 8 * 512, 9 * 512, (byte) 0);
                Files.write(file, bytes);
                broker.start();
                try (Place cloud = Place.cloud(broker.port())) {
                    gateway.start();
                    Await.until("the salvaged readings", 60, () -> cloud.size() > 0
                        && status(gateway).contains("salvage: done"));
                    Await.until("an empty backlog", 60, () -> status(gateway).contains("backlog_cloud 0"));
                    // The broker may acknowledge before it delivers.
                    Await.until("most in the cloud", 60, () -> cloud.size() > 300);
                    assertTrue(lan.readings().entrySet().containsAll(cloud.readings().entrySet()));
                    assertTrue(Files.exists(gateway.dataDir.resolve("slipway.db.damaged-1")));
                    assertTrue(status(gateway).contains("set aside as"), status(gateway));
                }
            }
        }
    }

    @Test
    void aDiskThatTakesSecondsForASyncIsWaitedForByNobodyButTheStore() throws Exception {
        AtomicInteger said = new AtomicInteger();
        DiskFaults faults = DiskFaults.at(directory.resolve("faults"));
        try (ServerSocket mote = new ServerSocket(0); GatewayProcess gateway = gateway(mote, FILTER
                + "config store\n\toption queue_readings '1000'\n\toption commit_readings '64'\n"
                + "\toption block_readings '128'\n")) {
            Map<String, String> disk = FailingDisk.variables(gateway.dataDir);
            disk.put(DiskFaults.VARIABLE, directory.resolve("faults").toString());
            gateway.environment(disk).start();
            try (Place lan = Place.lan(gateway.lanPort)) {
                lan.publish("sensors/a", "first");
                Await.until("its commit", 60, () -> gateway.counter("store_committed") == 1);
                faults.slowSyncs(3000);
                // The store takes some meanwhile: how many it needs to overflow depends on the machine.
                Await.until("the first drop", 120, () -> {
                    for (int i = 0; i < 100; i++) {
                        lan.publish("sensors/a", "reading " + said.getAndIncrement());
                    }
                    return gateway.counter("store_queue_dropped") > 0;
                });
                Await.until("all on the LAN", 60, () -> lan.size() == said.get() + 1);
                assertTrue(gateway.gauge("store_queue") <= 1000, "the queue is bounded");
                assertTrue(status(gateway).contains("some are not stored"), status(gateway));
                String exported = export(gateway);
                assertTrue(exported.contains("first"), exported);
                Await.until("a word on the disk", 120, () -> status(gateway).contains("the disk is slow"));
                faults.slowSyncs(0);
                Await.until("recovery", 120, () -> gateway.gauge("store_queue") == 0);
                lan.publish("sensors/a", "last");
                Await.until("its commit", 60, () -> export(gateway).contains("last"));
                assertEquals(said.get() + 2, gateway.counter("store_committed")
                    + gateway.counter("store_queue_dropped"));
                assertEquals(0, gateway.counter("store_failed"));
                assertEquals(143, gateway.stop());
            }
        }
    }

    private static String export(GatewayProcess gateway) throws Exception {
        Process process = GatewayProcess.command("export", "--config", gateway.config().toString()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> process.errorReader().lines().toList().toString());
        return said;
    }

    private GatewayProcess gateway(ServerSocket mote, String sections) throws Exception {
        return new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.getLocalPort(), sections);
    }

    private static String status(GatewayProcess gateway) throws Exception {
        Process process = GatewayProcess.command("status", "--config", gateway.config().toString())
            .redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
