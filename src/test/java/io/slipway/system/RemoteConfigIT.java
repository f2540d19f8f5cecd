package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Captures;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.UdpPacket;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that the cloud proposes to the finished product. */
class RemoteConfigIT {
    private static final String PROPOSE = "slipway/gw-01/down/config";
    private static final String STATE = "slipway/gw-01/config/state";

    @TempDir
    Path directory;

    private EmulatedMote mote;
    private Mosquitto broker;
    private GatewayProcess gateway;
    private Place cloud;

    @BeforeEach
    void start() throws Exception {
        mote = new EmulatedMote(0, packet -> { });
        broker = new Mosquitto(directory, "allow_anonymous true").start();
        cloud = Place.cloud(broker.port());
        gateway = new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.port(), "config upstream 'cloud'\n"
            + "\toption url 'mqtt://127.0.0.1:" + broker.port() + "'\n\toption remote_config '1'\n"
            + "\toption confirm_s '10'\n\toption batch_age_ms '100'\n\toption retry_min_ms '200'\n"
            + "\toption retry_max_ms '1000'\n").start();
        awaitOnline();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        cloud.close();
        broker.close();
        mote.close();
    }

    private void awaitOnline() {
        Await.until("online", 60, () -> {
            List<String> said = cloud.texts("slipway/gw-01/state");
            return !said.isEmpty() && said.get(said.size() - 1).equals("online");
        });
    }

    private String text() throws IOException {
        return Files.readString(gateway.config());
    }

    /** The states that were reported, each once: reports repeat after a kill. */
    private List<String> states() {
        return cloud.texts(STATE).stream().map(report -> {
            try {
                return Captures.JSON.readTree(report).get("state").asText();
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        }).distinct().toList();
    }

    private void awaitState(String state) {
        Await.until(state + ", the log is " + directory, 90, () -> states().contains(state));
    }

    private void say(String payload) {
        Await.until("the gateway to listen", 60, () -> mote.isConfigured() && mote.send(UdpPacket.encode(
            Ipv6Address.of(0xfd00L << 48, 0x0212_7402_0000_0001L), 8765, Ipv6Address.of(0xfd00L << 48, 1), 5678,
            payload.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void aGoodOneIsTriedAndKept() throws Exception {
        // On a slow machine it is not back within ten seconds.
        String wanted = text().replace("confirm_s '10'", "confirm_s '300'") + "config log\n\toption level 'warn'\n";
        cloud.publish(PROPOSE, wanted);
        awaitState("kept");
        assertEquals(List.of("proposed", "applied", "kept"), states());
        assertEquals(wanted, text());
        say("after it");
        Await.until("a reading", 60, () -> cloud.size() == 1);
        Await.until("nothing to be left", 60, () -> {
            try (var files = Files.list(directory)) {
                return files.noneMatch(file -> file.toString().contains(".trial")
                    || file.toString().contains(".previous"));
            }
        });
        Files.writeString(gateway.config(), wanted);
    }

    @Test
    void aWrongOneIsRejectedWithItsLineAndNothingOfItIsLogged() throws Exception {
        String before = text();
        cloud.publish(PROPOSE, before + "config log\n\toption levell 'hush-hush'\n");
        awaitState("rejected");
        String report = cloud.texts(STATE).get(1);
        int line = before.split("\n").length + 2;
        assertTrue(report.contains("slipway.conf:" + line + ": unknown option 'levell'"), report);
        cloud.publish(PROPOSE, before.replace("'gw-01'", "'gw-02'"));
        Await.until("the second", 60, () -> cloud.texts(STATE).size() == 4);
        assertTrue(cloud.texts(STATE).get(3).contains("are not changed from afar"), cloud.texts(STATE).get(3));
        cloud.publish(PROPOSE, before.replace("option remote_config '1'", "option remote_config '0'"));
        Await.until("the third", 60, () -> cloud.texts(STATE).size() == 6);
        assertTrue(cloud.texts(STATE).get(5).contains("its own way"), cloud.texts(STATE).get(5));
        assertEquals(before, text());
        assertFalse(gateway.log().contains("hush"), gateway.log());
    }

    @Test
    void oneThatLosesTheCloudIsRolledBackAndNoReadingIsLost() throws Exception {
        String before = text();
        say("before");
        Await.until("the first reading", 60, () -> cloud.size() == 1);
        cloud.publish(PROPOSE, before.replace("127.0.0.1:" + broker.port(), "127.0.0.1:1"));
        awaitState("applied");
        Await.until("the gateway to try it", 60, () -> gateway.log().split("Gateway gw-01 runs", -1).length >= 3);
        say("meanwhile");
        awaitState("rolled back");
        assertEquals(before, text());
        Await.until("the second reading", 60, () -> cloud.size() == 2);
        String last = cloud.texts(STATE).get(cloud.texts(STATE).size() - 1);
        assertTrue(last.contains("upstream 'cloud' did not come back within 10 s"), last);
    }

    @Test
    void oneThatCannotBeStartedIsRolledBackAtOnce() throws Exception {
        String before = text();
        // The cloud's own port is taken.
        cloud.publish(PROPOSE, before.replace("127.0.0.1:" + gateway.lanPort, "127.0.0.1:" + broker.port()));
        awaitState("rolled back");
        assertEquals(before, text());
        assertEquals(List.of("proposed", "applied", "rolled back"), states());
    }

    @Test
    void killedInTheMiddleItGoesBackToWhatWorked() throws Exception {
        String before = text();
        for (int life = 0; life < 2; life++) {
            cloud.publish(PROPOSE, before.replace("127.0.0.1:" + broker.port(), "127.0.0.1:1") + "#" + life + "\n");
            Path trial = gateway.config().resolveSibling("slipway.conf.trial");
            Await.until("the trial", 60, () -> Files.exists(trial));
            gateway.kill();
            assertTrue(Files.exists(trial));
            int reports = cloud.texts(STATE).size();
            gateway.start();
            Await.until("rolled back", 90, () -> cloud.texts(STATE).subList(reports, cloud.texts(STATE).size())
                .toString().contains("rolled back"));
            assertEquals(before, text());
            Await.until("the record to go", 60, () -> !Files.exists(trial));
        }
    }

    @Test
    void theLanHasNoSay() throws Exception {
        try (Place lan = Place.lan(gateway.lanPort)) {
            String wanted = text() + "config log\n\toption level 'warn'\n";
            assertThrows(ExecutionException.class, () -> lan.publish(PROPOSE, wanted), "the broker refuses it");
            say("behind it");
            Await.until("the reading", 60, () -> cloud.size() == 1);
        }
        assertEquals(List.of(), states());
    }
}
