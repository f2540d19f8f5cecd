package io.slipway.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.health.Release;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.Postgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes side by side under a fleet of gateways, and what may happen to them all; SQL is the judge. */
class FleetIT {
    private static final int GATEWAYS = 4;
    private static final int STEP = 1500;
    private static final String JUDGEMENT = "SELECT s.origin, s.epoch, s.contig, s.top,"
        + " (SELECT count(*) FROM reading r WHERE r.sid=s.sid AND r.num = r.seq + 0.25),"
        + " (SELECT sum(n) FROM held h WHERE h.sid=s.sid) FROM stream s ORDER BY s.origin, s.sid";

    @TempDir
    Path directory;

    private Mosquitto mosquitto;
    private Postgres postgres;
    private final List<CloudProcess> nodes = new ArrayList<>();
    private final List<FleetGateway> gateways = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        mosquitto = new Mosquitto(directory, "allow_anonymous true").start();
        postgres = new Postgres("fsync=off");
    }

    @AfterEach
    void stop() throws Exception {
        for (FleetGateway gateway : gateways) {
            gateway.close();
        }
        for (CloudProcess node : nodes) {
            node.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        mosquitto.close();
    }

    private CloudProcess node(String name, int missingAfterS) throws Exception {
        CloudProcess node = new CloudProcess(directory, name, mosquitto.port(), postgres, missingAfterS);
        nodes.add(node);
        return node.start();
    }

    private FleetGateway gateway(String id) throws Exception {
        FleetGateway gateway = new FleetGateway(directory, id, mosquitto.port());
        gateways.add(gateway);
        return gateway;
    }

    private void append(int count) {
        for (FleetGateway gateway : gateways) {
            gateway.append(count);
        }
    }

    private void awaitStored(long atLeast) {
        Await.until(atLeast + " readings to be stored", 90,
            () -> postgres.number("SELECT count(*) FROM reading") >= atLeast);
    }

    /** What the judge must say of a life of which this many readings were taken in. */
    private static String whole(String origin, String epoch, long count) {
        return origin + " " + epoch + " " + count + " " + count + " " + count + " " + count;
    }

    @Test
    void everyReadingIsStoredOnceWhateverIsKilledMeanwhile() throws Exception {
        for (String name : List.of("one", "two", "three")) {
            // What is lost on the way must come by receipts alone: nobody asks for it.
            node(name, 86_400);
        }
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < GATEWAYS; i++) {
            FleetGateway gateway = gateway("gw-" + i);
            expected.add(whole(gateway.id, gateway.epoch(), 5 * STEP));
        }
        append(STEP);
        awaitStored(100);
        nodes.get(0).kill();
        append(STEP);
        awaitStored(STEP);
        mosquitto.kill();
        append(STEP);
        mosquitto.start();
        awaitStored(2L * STEP);
        postgres.crash();
        append(STEP);
        postgres.start();
        nodes.get(0).start();
        awaitStored(3L * STEP);
        nodes.get(1).kill();
        append(STEP);
        nodes.get(1).start();
        for (FleetGateway gateway : gateways) {
            gateway.awaitDrained(90);
        }
        assertEquals(String.join("\n", expected), String.join("\n", postgres.rows(JUDGEMENT)));
        assertEquals(0, postgres.number("SELECT count(*) FROM aside"));
        Await.until("every gateway to be seen online with its version", 60, () -> postgres.number("SELECT count(*)"
            + " FROM gateway WHERE state = 'online' AND version = '" + Release.version() + "'") == GATEWAYS);
        String fleet = nodes.get(2).fleet("--json");
        assertTrue(fleet.startsWith("0 {\"gateway\":\"gw-0\",\"state\":\"online\","), fleet);
        assertTrue(fleet.contains("\"stored\":" + 5 * STEP + ",\"missing\":0,\"awaited\":0,\"gone\":0"), fleet);
        assertEquals("0 ", nodes.get(2).fleet("missing", "gw-0"));
        assertEquals("0 {\"state\":\"queued\"}\n{\"state\":\"sent\"}\n",
            nodes.get(2).fleet("send", "gw-1", "00124b0000000001", "udp/8765", "led on"));
        assertEquals(List.of("slipway/gw-1/00124b0000000001/down/udp/8765 led on"), gateways.get(1).commands);
    }

    @Test
    void whatABrokerForgotInACrashIsToldToTheNextOneWhoKeeps() throws Exception {
        gateway("gw");
        Await.until("the gateway to have told what it holds", 30,
            () -> Files.readString(mosquitto.log()).contains("'slipway/gw/extent'"));
        mosquitto.kill();
        mosquitto.start();
        node("one", 86_400);
        Await.until("the gateway to be seen online with its version", 60, () -> postgres.rows(
            "SELECT origin, state, version FROM gateway").equals(List.of("gw online " + Release.version())));
    }

    @Test
    void whatABackupDoesNotHaveComesBackFromTheGateways() throws Exception {
        node("one", 1);
        FleetGateway lasting = gateway("lasting");
        FleetGateway restarted = gateway("restarted");
        append(STEP);
        for (FleetGateway gateway : gateways) {
            gateway.awaitDrained(60);
        }
        Path backup = postgres.dump();
        append(STEP);
        for (FleetGateway gateway : gateways) {
            gateway.awaitDrained(60);
        }
        String epoch = restarted.epoch();
        restarted.stop();
        restarted.start();
        restarted.append(STEP);
        restarted.awaitDrained(60);
        assertEquals(5 * STEP, postgres.number("SELECT count(*) FROM reading"));
        postgres.restore(backup);
        assertEquals(2 * STEP, postgres.number("SELECT count(*) FROM reading"));
        // What was told at the last connection is behind what has come since; the next reading shows the rest.
        append(1);
        Await.until("everything to come back; missing are " + nodes.get(0).fleet("missing", "restarted"), 90,
            () -> postgres.number("SELECT count(*) FROM reading") == 5 * STEP + 2);
        Await.until("nothing to be missing", 30, () -> postgres.number("SELECT count(*) FROM stream"
            + " WHERE contig < top OR contig < told") == 0);
        assertEquals(String.join("\n", whole("lasting", lasting.epoch(), 2 * STEP + 1),
            whole("restarted", epoch, 2 * STEP), whole("restarted", restarted.epoch(), STEP + 1)),
            String.join("\n", postgres.rows(JUDGEMENT)));
        assertTrue(lasting.count(Counter.UPSTREAM_RESENT) >= STEP);
    }

    @Test
    void whatIsMissingAndNotHeldAnyMoreIsSaidToBeAbsent() throws Exception {
        node("one", 1);
        FleetGateway gateway = gateway("gw");
        gateway.append(10);
        gateway.awaitDrained(60);
        try (Batches other = new Batches(mosquitto.port())) {
            // An earlier life, of which the gateway's store knows nothing.
            other.batch("gw", "1-00000001", 11, 20).get();
        }
        Await.until("the earlier life to be settled", 60, () -> postgres.rows("SELECT contig, top, g.first, g.last,"
            + " reason FROM stream s JOIN gap g USING(sid)").equals(List.of("20 20 1 10 absent")));
    }
}
