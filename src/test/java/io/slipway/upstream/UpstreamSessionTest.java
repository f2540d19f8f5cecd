package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.TcpGate;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is there, and what comes down, in both versions of MQTT. */
class UpstreamSessionTest {
    private static final String STATE = "slipway/gw-01/state";
    private static final String DOWN = "slipway/gw-01/02124b0000000001/down/udp/5683";

    @TempDir
    private Path dir;

    private static void awaitState(Mosquitto broker, String state) throws Exception {
        // A new subscriber sees what is retained.
        try (Cloud late = Cloud.at(broker.port())) {
            Await.until("the retained " + state, 10, () -> {
                List<String> states = late.texts(STATE);
                return !states.isEmpty() && states.get(states.size() - 1).equals(state);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void isOnlineWhileConnectedAndOfflineAfterwards(String version) throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start()) {
            try (Gateway gateway = Gateway.to(broker.port(), version).start()) {
                gateway.awaitState("connected");
                awaitState(broker, "online");
            }
            awaitState(broker, "offline");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void leavesItsWillWhenItIsCutOff(String version) throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             TcpGate gate = new TcpGate(broker.port());
             Gateway gateway = Gateway.to(gate.port(), version).start()) {
            gate.open();
            awaitState(broker, "online");
            gate.shut();
            awaitState(broker, "offline");
            // The broker may know of it before the gateway does.
            gateway.awaitCount(Counter.UPSTREAM_DISCONNECTED, 1);
            gate.open();
            awaitState(broker, "online");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void getsCommandsAlsoThoseThatCameWhileItWasAway(String version) throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Cloud cloud = Cloud.at(broker.port());
             TcpGate gate = new TcpGate(broker.port());
             Gateway gateway = Gateway.to(gate.port(), version).start()) {
            gate.open();
            gateway.awaitState("connected");
            Await.until("the first command", 10, () -> {
                cloud.send(DOWN, "on", false);
                return gateway.commands.contains(DOWN + "=on");
            });
            gate.shut();
            gateway.awaitState("waiting");
            cloud.send(DOWN, "off", false);
            gate.open();
            Await.until("the command from the session", 10, () -> gateway.commands.contains(DOWN + "=off"));
            assertEquals(gateway.commands.size(), gateway.health.value(Counter.UPSTREAM_COMMANDS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void takesNeitherItsOwnReportsNorWhatIsRetainedForCommands(String version) throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Cloud cloud = Cloud.at(broker.port())) {
            cloud.send(DOWN, "stale", true);
            try (Gateway gateway = Gateway.to(broker.port(), version).start()) {
                // The first command proves that the subscription stands.
                Await.until("a fresh command", 10, () -> {
                    cloud.send(DOWN, "fresh", false);
                    return !gateway.commands.isEmpty();
                });
                gateway.report(DOWN + "/state", "sent");
                Await.until("the report", 10, () -> cloud.texts(DOWN + "/state").equals(List.of("sent")));
                // What came back to the gateway would have come before this one.
                int before = gateway.commands.size();
                cloud.send(DOWN, "fresh", false);
                Await.until("the next command", 10, () -> gateway.commands.size() > before);
                assertTrue(gateway.commands.stream().allMatch((DOWN + "=fresh")::equals), gateway.commands.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void goesOnAfterACommandThatFailed(String version) throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Cloud cloud = Cloud.at(broker.port());
             Gateway gateway = Gateway.to(broker.port(), version).start()) {
            gateway.awaitState("connected");
            Await.until("the failing command", 10, () -> {
                cloud.send(DOWN, Gateway.POISON, false);
                return gateway.health.value(Counter.UPSTREAM_COMMANDS) > 0;
            });
            cloud.send(DOWN, "on", false);
            Await.until("the next command", 10, () -> gateway.commands.contains(DOWN + "=on"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void countsReportsThatCannotBeSent(String version) throws Exception {
        try (Gateway gateway = Gateway.to(Mosquitto.freePort(), version)) {
            gateway.report(DOWN + "/state", "sent");
            gateway.start();
            gateway.awaitState("waiting");
            gateway.report(DOWN + "/state", "sent");
            assertEquals(2, gateway.health.value(Counter.UPSTREAM_REPORTS_DROPPED));
        }
    }
}
