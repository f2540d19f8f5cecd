package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gateways that only a plain broker stands between. */
class ViaBrokerTest {
    @TempDir
    Path directory;

    private SyncGateway gateway(String id, Mosquitto broker, String version, String other) throws Exception {
        SyncGateway gateway = new SyncGateway(directory, id);
        return gateway.section("config upstream 'cloud'", "option url 'mqtt://127.0.0.1:" + broker.port() + "'",
            "option mqtt '" + version + "'", "option retry_max_ms '2000'", "config peer", "option id '" + other + "'",
            "option via 'cloud'");
    }

    private static long held(SyncGateway at, SyncGateway of) throws Exception {
        return at.cli(0, "export", "--origin", of.id).lines().distinct().count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void readingsAndValuesGoByWayOfTheUpstreamsBroker(String version) throws Exception {
        try (Mosquitto broker = new Mosquitto(directory, "allow_anonymous true").start();
             SyncGateway one = gateway("gw-01", broker, version, "gw-02");
             SyncGateway two = gateway("gw-02", broker, version, "gw-01")) {
            one.start();
            two.start();
            one.publish(600);
            two.publish(40);
            one.cli(0, "shared", "set", "a/b", "c");
            Await.until("what the other wrote", 120, () -> held(two, one) == 600 && held(one, two) == 40);
            Await.until("the value", 60, () -> two.retained("slipway/gw-02/shared/a/b").equals("c"));
            Await.until("up", 60, () -> one.retained("slipway/gw-01/peer/gw-02/state").equals("up"));
            broker.kill();
            one.publish(100);
            broker.start();
            two.publish(10);
            Await.until("what came meanwhile", 120, () -> held(two, one) == 700 && held(one, two) == 50);
            one.stop();
            two.stop();
            ReplicaReader first = new ReplicaReader(one.replica());
            ReplicaReader second = new ReplicaReader(two.replica());
            assertEquals(List.of(), first.faults);
            assertEquals(first.blocks, second.blocks);
            assertEquals(first.readings, second.readings);
        }
    }

    @Test
    void whoIsNotThereIsDown() throws Exception {
        try (Mosquitto broker = new Mosquitto(directory, "allow_anonymous true").start();
             SyncGateway one = gateway("gw-01", broker, "5", "gw-02")) {
            one.start();
            one.publish(1);
            Await.until("the broker", 60, () -> one.status().contains("\"address\":\"via cloud\""));
            Await.until("down", 60, () -> one.retained("slipway/gw-01/peer/gw-02/state").equals("down"));
        }
    }
}
