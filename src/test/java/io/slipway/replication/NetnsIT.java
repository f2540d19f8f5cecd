package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four gateways, a cloud node and a broker, each in a network namespace, under every fault of lines, machines and
 * processes; then all gateways have the same blocks, and every reading that one of them had committed, the cloud's
 * database has each of those once, and all five have the same values. Three gateways are connected with each other
 * directly, the fourth by way of the broker alone; the cloud with the first one over a long line, with the others by
 * way of the broker. {@code -Dslipway.seed=N} repeats a run's faults, {@code -Dslipway.faults=N} sets their number.
 */
class NetnsIT {
    private static final int GATEWAYS = 4;
    private static final int CLOUD = GATEWAYS + 1;
    private static final int LINE = 8;
    private static final int BROKER = 9;
    private static final int FAULTS = Integer.getInteger("slipway.faults", 10);

    @TempDir
    Path directory;
    private final long seed = Long.getLong("slipway.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<SyncGateway> gateways = new ArrayList<>();
    private Netns net;
    private Process broker;
    private Process line;
    private SyncCloud cloud;
    /** Where the first gateway finds the cloud: at the near end of the long line. */
    private String toCloud;
    private SharedWrites values;

    @Test
    void afterEveryFaultAllHaveTheSame() throws Exception {
        String obstacle = Netns.obstacle();
        assumeTrue(obstacle == null, obstacle);
        System.out.println("seed " + seed);
        try (Netns opened = new Netns()) {
            net = opened;
            build();
            List<Integer> kinds = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
            Collections.shuffle(kinds, random);
            for (int i = 0; i < FAULTS; i++) {
                feed();
                fault(kinds.get(i % kinds.size()));
                feed();
                // Long enough for some faults to be noticed; nothing depends on it.
                pause(500 + random.nextInt(6000));
                if (random.nextInt(3) > 0) {
                    heal();
                }
            }
            heal();
            feed();
            long start = System.nanoTime();
            awaitAlike();
            System.out.println("alike " + (System.nanoTime() - start) / 1_000_000_000L + " s after the last reading");
            compare();
        } finally {
            for (SyncGateway gateway : gateways) {
                gateway.close();
            }
            if (cloud != null) {
                cloud.close();
            }
            for (Process process : new Process[] {line, broker}) {
                if (process != null) {
                    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
                }
            }
        }
    }

    private void build() throws Exception {
        net.add(BROKER);
        startBroker();
        buildCloud();
        for (int i = 1; i <= GATEWAYS; i++) {
            net.add(i);
            SyncGateway gateway = new SyncGateway(directory, "gw-0" + i);
            gateway.prefix = net.prefix(i);
            gateway.host = "10.77.0." + i;
            gateway.section("config upstream 'cloud'", "option url 'mqtt://10.77.0." + BROKER + ":1883'",
                "option retry_max_ms '3000'", "option keep_alive_s '5'", "option connect_timeout_s '5'",
                "option receipts '1'", "option receipt_timeout_s '10'",
                "config peer", "option id 'cloud'",
                i == 1 ? "option url 'tcp://" + toCloud + "'" : "option via 'cloud'");
            gateways.add(gateway);
        }
        for (int i = 0; i < GATEWAYS; i++) {
            for (int k = 0; k < GATEWAYS; k++) {
                if (i == GATEWAYS - 1 ^ k == GATEWAYS - 1) {
                    gateways.get(i).section("config peer", "option id 'gw-0" + (k + 1) + "'", "option via 'cloud'");
                } else if (i != k && i < k) {
                    gateways.get(i).connectsTo(gateways.get(k));
                } else if (i != k) {
                    gateways.get(i).knows(gateways.get(k));
                }
            }
        }
        for (SyncGateway gateway : gateways) {
            gateway.start();
        }
        values = new SharedWrites(gateways, cloud, random);
    }

    private void buildCloud() throws Exception {
        net.add(CLOUD);
        net.add(LINE);
        int port = Mosquitto.freePort();
        toCloud = "10.77.0." + LINE + ":" + port;
        line = DelayedLine.start(net.prefix(LINE), directory.resolve("line"), toCloud, "10.77.0." + CLOUD + ":" + port,
            seed, 200, 800);
        cloud = new SyncCloud(directory, "cloud", "mqtt://10.77.0." + BROKER + ":1883",
            "jdbc:sqlite:" + directory.resolve("cloud.db"));
        cloud.prefix = net.prefix(CLOUD);
        cloud.with("option missing_after_s '5'", "option keep_alive_s '5'", "option connect_timeout_s '5'",
            "option data_dir '" + cloud.data() + "'",
            "config cluster", "option name 'test'", "option listen '10.77.0." + CLOUD + ":" + port + "'",
            "option allow_plain '1'", "option password_file '" + cloud.dir.resolve("password") + "'",
            "config peer", "option id 'gw-01'");
        for (int i = 2; i <= GATEWAYS; i++) {
            cloud.with("config peer", "option id 'gw-0" + i + "'", "option via 'cloud'");
        }
        cloud.start(2);
    }

    private void startBroker() throws IOException {
        Path config = Files.writeString(directory.resolve("mosquitto.conf"),
            "listener 1883 0.0.0.0\nallow_anonymous true\nuser root\n"
                + "max_inflight_messages 100\nmax_queued_messages 10000\n");
        List<String> command = new ArrayList<>(net.prefix(BROKER));
        command.addAll(List.of("/usr/sbin/mosquitto", "-c", config.toString()));
        broker = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(directory.resolve("mosquitto.log").toFile()).start();
    }

    private void pause(int ms) {
        long end = System.nanoTime() + ms * 1_000_000L;
        while (System.nanoTime() - end < 0) {
            Await.pauseBriefly();
        }
    }

    private void feed() throws Exception {
        for (SyncGateway gateway : gateways) {
            if (gateway.isRunning()) {
                gateway.publish(1 + random.nextInt(60));
            }
        }
        values.set();
    }

    private void fault(int kind) throws Exception {
        // The cloud's machine may lose its plug like any other; its process has a fault of its own.
        int machines = kind < 4 ? CLOUD : GATEWAYS;
        int at = 1 + random.nextInt(machines);
        int other = 1 + (at + random.nextInt(machines - 1)) % machines;
        SyncGateway gateway = at == CLOUD ? null : gateways.get(at - 1);
        String said = null;
        if (kind == 0) {
            said = "is cut off";
            net.plug(at, false);
        } else if (kind == 1) {
            said = "hears nothing of " + other;
            net.deafTo(at, other);
        } else if (kind == 2) {
            said = "loses 15 %";
            net.lossy(at, 0.15);
        } else if (kind == 3) {
            said = "sends at 64 kbit/s";
            net.slow(at, 64);
        } else if (kind == 4 && gateway.isRunning()) {
            said = "is killed";
            gateway.kill();
        } else if (kind == 5 && gateway.isRunning()) {
            said = "is stopped for a while";
            gateway.signal("STOP");
            pause(14_000);
            gateway.signal("CONT");
        } else if (kind == 6) {
            said = "and all others have no broker";
            broker.destroyForcibly().waitFor();
        } else if (kind == 7) {
            said = "and all others have no switch";
            net.power(false);
        } else if (kind == 8 && cloud.isRunning()) {
            said = "and all others have no cloud";
            cloud.kill();
        }
        System.out.println((at == CLOUD ? "cloud" : "gw-0" + at) + " " + said);
    }

    private void heal() throws Exception {
        net.heal();
        if (!broker.isAlive()) {
            startBroker();
        }
        for (SyncGateway gateway : gateways) {
            if (!gateway.isRunning()) {
                gateway.start();
            }
        }
        if (!cloud.isRunning()) {
            cloud.start(2);
        }
    }

    /** By what each says of itself, nobody lacks anything of it; then by what each holds. */
    private void awaitAlike() throws Exception {
        for (SyncGateway gateway : gateways) {
            Await.until("nobody to lack anything of " + gateway.id + ", seed " + seed, 240, () -> {
                String status = gateway.status();
                if (status.split("\"state\":\"up\"").length == CLOUD
                    && status.split("\"lag_blocks\":0,").length == CLOUD
                    && gateway.figure("backlog_replica_[0-9a-f]*") == 0 && gateway.figure("backlog_cloud") == 0) {
                    return true;
                }
                // Who waits in vain says what it last saw.
                throw new IOException(status);
            });
        }
        for (SyncGateway gateway : gateways) {
            awaitCopies(gateway);
        }
        Await.until("the same values everywhere, seed " + seed, 240, values::areAlike);
        Await.until("the account to be whole, seed " + seed, 240, () -> cloud.say("fleet", "--json")
            .split("\"missing\":0,\"awaited\":0,\"gone\":0,\"gaps_unknown\":0").length == CLOUD);
    }

    /** What a gateway says of its lag may be from before its last readings became a block. */
    private void awaitCopies(SyncGateway of) throws Exception {
        Await.until(of.id + " to have committed what it took in, seed " + seed, 120,
            () -> of.figure("store_committed") == of.figure("readings_accepted"));
        long count = of.cli(0, "export").lines().count();
        for (SyncGateway at : gateways) {
            if (at != of) {
                Await.until(at.id + " to have all of " + of.id + ", seed " + seed, 120,
                    () -> at.cli(0, "export", "--origin", of.id).lines().distinct().count() == count);
            }
        }
    }

    private void compare() throws Exception {
        for (SyncGateway gateway : gateways) {
            gateway.stop();
        }
        cloud.kill();
        ReplicaReader first = new ReplicaReader(gateways.get(0).replica());
        for (SyncGateway gateway : gateways) {
            ReplicaReader other = new ReplicaReader(gateway.replica());
            assertEquals(List.of(), other.faults, gateway.id + ", seed " + seed);
            assertEquals(first.blocks, other.blocks, gateway.id + ", seed " + seed);
            assertEquals(0, other.gaps, gateway.id + ", seed " + seed);
            assertEquals(first.values, other.values, gateway.id + ", seed " + seed);
        }
        compareCloud(first);
        int all = 0;
        for (SyncGateway gateway : gateways) {
            Pattern identity = Pattern.compile("\"id\":\"([^\"]*)\"");
            TreeSet<String> committed = new TreeSet<>();
            identity.matcher(gateway.cli(0, "export")).results().forEach(found -> committed.add(found.group(1)));
            TreeSet<String> copied = new TreeSet<>(first.readings.keySet());
            copied.removeIf(one -> !one.startsWith(gateway.id + "/"));
            assertEquals(committed, copied, gateway.id + ", seed " + seed);
            all += committed.size();
        }
        System.out.println(all + " readings in " + first.blocks.size() + " blocks, alike on " + GATEWAYS);
    }

    private void compareCloud(ReplicaReader gateway) throws Exception {
        ReplicaReader member = new ReplicaReader(cloud.data().resolve("replica.db"));
        assertEquals(List.of(), member.faults, "seed " + seed);
        assertEquals(gateway.values, member.values, "seed " + seed);
        values.check("the cloud, seed " + seed, member.values);
        CloudReader database = new CloudReader(directory.resolve("cloud.db"));
        assertEquals(List.of(), database.faults, "seed " + seed);
        assertEquals(gateway.readings, database.readings, "seed " + seed);
        System.out.println(values.count() + " values set, " + member.values.size() + " left, alike on " + CLOUD);
    }
}
