package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two gateways in network namespaces and a third namespace between them, where every piece of their connection takes
 * 200 to 800 ms each way. {@code -Dslipway.seed=N} repeats a run's delays.
 */
class DelayedLineIT {
    private static final int LINE = 3;
    private static final int ROUNDS = 8;
    private static final int LEAST_MS = 200;
    private static final int MOST_MS = Integer.getInteger("slipway.delay_ms", 800);

    @TempDir
    Path directory;
    private final long seed = Long.getLong("slipway.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Process> processes = new ArrayList<>();
    private final List<SyncGateway> gateways = new ArrayList<>();
    private Netns net;

    @BeforeEach
    void build() throws Exception {
        String obstacle = Netns.obstacle();
        assumeTrue(obstacle == null, obstacle);
        System.out.println("seed " + seed);
        net = new Netns();
        net.add(LINE);
        for (int i = 1; i < LINE; i++) {
            net.add(i);
            SyncGateway gateway = new SyncGateway(directory, "gw-0" + i);
            gateway.prefix = net.prefix(i);
            gateway.host = "10.77.0." + i;
            gateways.add(gateway);
        }
        String line = "10.77.0." + LINE + ":" + Mosquitto.freePort();
        processes.add(DelayedLine.start(net.prefix(LINE), directory.resolve("line"), line,
            "10.77.0.2:" + gateways.get(1).port, seed, LEAST_MS, MOST_MS));
        gateways.get(0).section("config peer", "option id 'gw-02'", "option url 'tcp://" + line + "'");
        gateways.get(1).knows(gateways.get(0));
        for (SyncGateway gateway : gateways) {
            gateway.start();
        }
    }

    @AfterEach
    void end() throws Exception {
        for (SyncGateway gateway : gateways) {
            gateway.close();
        }
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        if (net != null) {
            net.close();
        }
    }

    private static String other(SyncGateway of) {
        return of.id.equals("gw-01") ? "gw-02" : "gw-01";
    }

    /** Writes down each state of the other one that is told on the LAN, from the one that is retained on. */
    private Path watch(SyncGateway at) throws IOException {
        Path states = directory.resolve("states-" + at.id);
        List<String> command = new ArrayList<>(at.prefix);
        command.addAll(List.of("mosquitto_sub", "-p", "" + at.lan, "-t",
            "slipway/" + at.id + "/peer/" + other(at) + "/state"));
        processes.add(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(states.toFile()).start());
        Await.until("a state at " + at.id, 60, () -> Files.size(states) > 0);
        return states;
    }

    /** By what each holds: what it says of its lag may be from before its last readings became a block. */
    private void awaitCopies(int[] published) {
        for (int i = 0; i < published.length; i++) {
            SyncGateway of = gateways.get(i);
            SyncGateway at = gateways.get(1 - i);
            int count = published[i];
            Await.until(at.id + " to have all of " + of.id + ", seed " + seed, 120,
                () -> at.cli(0, "export", "--origin", of.id).lines().count() == count);
        }
    }

    @Test
    void overALongLineAllArrivesOnceAndNobodyIsTakenForGone() throws Exception {
        List<Path> states = new ArrayList<>();
        for (SyncGateway gateway : gateways) {
            Await.until(gateway.id + " to hear the other one", 120,
                () -> gateway.status().contains("\"state\":\"up\""));
            states.add(watch(gateway));
        }
        int[] published = new int[gateways.size()];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < published.length; i++) {
                SyncGateway gateway = gateways.get(i);
                int count = 1 + random.nextInt(60);
                gateway.publish(count);
                published[i] += count;
                gateway.publish("slipway/" + gateway.id + "/shared/site/limit", gateway.id + " " + round, "-r");
            }
            awaitCopies(published);
        }
        Await.until("one value on both", 120, () -> gateways.get(0).cli(0, "shared", "get", "site/limit")
            .equals(gateways.get(1).cli(0, "shared", "get", "site/limit")));
        // Before the first one stops: the other one then says so, and rightly.
        for (Path each : states) {
            assertEquals(List.of("up"), Files.readAllLines(each), each + ", seed " + seed);
        }
        for (SyncGateway gateway : gateways) {
            gateway.stop();
        }
        compare(published);
    }

    private void compare(int[] published) throws Exception {
        ReplicaReader first = new ReplicaReader(gateways.get(0).replica());
        ReplicaReader second = new ReplicaReader(gateways.get(1).replica());
        assertEquals(List.of(), first.faults);
        assertEquals(List.of(), second.faults);
        assertEquals(first.blocks, second.blocks);
        assertEquals(first.values, second.values);
        assertEquals(1, first.values.size());
        assertEquals(published[0] + published[1], first.readings.size());
        // Each text was published once: under two identities it would be there twice.
        assertEquals(published[0], first.payloads("gw-01").size());
        assertEquals(published[1], first.payloads("gw-02").size());
        assertEquals(first.readings.size(), first.total);
        System.out.println(first.readings.size() + " readings over a line of " + LEAST_MS + " to " + MOST_MS + " ms");
    }
}
