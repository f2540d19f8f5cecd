package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.OpenSsl;
import io.slipway.testing.TcpGate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real gateways; one has no uplink of its own and goes through another to a real mosquitto. */
class TunnelTest {
    private static final Pattern SEQ = Pattern.compile("\"seq\":([0-9]+)");

    @TempDir
    Path directory;
    private SyncGateway one;
    private SyncGateway two;
    private Mosquitto broker;
    private TcpGate uplink;
    private Process cloud;

    @BeforeEach
    void begin() throws Exception {
        one = new SyncGateway(directory, "gw-01");
        two = new SyncGateway(directory, "gw-02");
        one.connectsTo(two);
        two.knows(one);
        broker = new Mosquitto(directory, "allow_anonymous true").start();
        uplink = new TcpGate(broker.port());
    }

    @AfterEach
    void end() throws Exception {
        one.close();
        two.close();
        uplink.close();
        if (cloud != null) {
            cloud.destroyForcibly().waitFor();
        }
        broker.close();
    }

    private void upstream(SyncGateway at, String url, String... options) {
        at.section("config upstream 'cloud'", "option url '" + url + "'", "option format 'senml+json'",
            "option retry_max_ms '1000'", "option via_neighbour_after_s '1'", "option direct_retry_s '5'");
        at.section(options);
    }

    private void start() throws Exception {
        upstream(two, "mqtt://127.0.0.1:" + broker.port());
        two.start();
        awaitState(two, "connected");
        upstream(one, "mqtt://127.0.0.1:" + uplink.port());
        listen(broker.port());
        one.start();
    }

    private void listen(int port) throws IOException {
        cloud = new ProcessBuilder("mosquitto_sub", "-p", "" + port, "-q", "1", "-t", "slipway/gw-01/#", "-v")
            .redirectErrorStream(true).redirectOutput(directory.resolve("cloud").toFile()).start();
    }

    private static void awaitState(SyncGateway at, String state) {
        Await.until(at.id + " to be " + state, 120,
            () -> at.status().contains("\"upstream cloud\":\"" + state + "\""));
    }

    private static void awaitWaiting(SyncGateway at, String why) {
        Await.until(at.id + " to wait because " + why, 120,
            () -> at.status().contains("\"upstream cloud\":\"waiting: " + why));
    }

    /** The numbers of the readings that the cloud has of the gateway without an uplink. */
    private TreeSet<Integer> arrived() throws IOException {
        TreeSet<Integer> found = new TreeSet<>();
        for (String line : Files.readAllLines(directory.resolve("cloud"), StandardCharsets.ISO_8859_1)) {
            Matcher seq = SEQ.matcher(line.startsWith("slipway/gw-01/batch ") ? line : "");
            while (seq.find()) {
                found.add(Integer.parseInt(seq.group(1)));
            }
        }
        return found;
    }

    private void awaitArrived(int count) {
        Await.until(count + " readings at the cloud", 120, () -> arrived().size() == count);
    }

    private void command(String payload) throws Exception {
        one.run(new ProcessBuilder("mosquitto_pub", "-p", "" + broker.port(), "-q", "1", "-t",
            "slipway/gw-01/0012740200000001/down/udp/8765", "-m", payload), 0);
    }

    @Test
    void readingsGoUpAndCommandsComeDownThroughANeighbour() throws Exception {
        start();
        awaitState(one, "connected via gw-02");
        one.publish(500);
        awaitArrived(500);
        command("on");
        Await.until("the command to come down", 60, () -> one.figure("upstream_commands") == 1);
        assertEquals("online", retainedState());
        assertTrue(one.figure("upstream_via_neighbour") >= 1);
        assertEquals(1, two.figure("tunnels_opened"));
        assertTrue(two.figure("tunnel_bytes_up") > 500, two::log);
        assertTrue(two.figure("tunnel_bytes_down") > 50, two::log);
        assertTrue(two.status().contains("\"upstream cloud\":\"connected\""));
    }

    private String retainedState() throws Exception {
        return one.run(new ProcessBuilder("mosquitto_sub", "-p", "" + broker.port(), "-t", "slipway/gw-01/state",
            "-C", "1", "-W", "10"), 0);
    }

    @Test
    void itGoesStraightAgainOnceThatIsProven() throws Exception {
        start();
        awaitState(one, "connected via gw-02");
        one.publish(100);
        awaitArrived(100);
        uplink.open();
        awaitState(one, "connected");
        one.publish(100);
        awaitArrived(200);
        assertEquals("online", retainedState());
        uplink.shut();
        awaitState(one, "connected via gw-02");
        one.publish(100);
        awaitArrived(300);
    }

    @Test
    void aConfigurationOnTrialIsNotKeptBecauseANeighbourHelps() throws Exception {
        upstream(two, "mqtt://127.0.0.1:" + broker.port());
        two.start();
        upstream(one, "mqtt://127.0.0.1:" + uplink.port(), "option remote_config '1'", "option confirm_s '10'");
        listen(broker.port());
        one.start();
        awaitState(one, "connected via gw-02");
        Path proposal = directory.resolve("proposal");
        Files.writeString(proposal, Files.readString(one.dir.resolve("slipway.conf")) + "\n# another one\n");
        one.run(new ProcessBuilder("mosquitto_pub", "-p", "" + broker.port(), "-q", "1", "-t",
            "slipway/gw-01/down/config", "-f", proposal.toString()), 0);
        Await.until("the old configuration", 180, () -> Files.readString(directory.resolve("cloud"))
            .contains("\"rolled back\""));
        assertFalse(Files.readString(directory.resolve("cloud")).contains("\"kept\""));
        assertFalse(Files.readString(one.dir.resolve("slipway.conf")).contains("another one"));
    }

    @Test
    void withZeroSecondsNoNeighbourIsAsked() throws Exception {
        upstream(two, "mqtt://127.0.0.1:" + broker.port());
        two.start();
        one.section("config upstream 'cloud'", "option url 'mqtt://127.0.0.1:" + uplink.port() + "'",
            "option via_neighbour_after_s '0'", "option retry_min_ms '200'", "option retry_max_ms '500'");
        one.start();
        Await.until("ten attempts", 120, () -> one.figure("upstream_disconnected") >= 10);
        assertEquals(0, one.figure("upstream_via_failed"));
        assertEquals(0, two.figure("tunnels_refused"));
    }

    @Test
    void theNeighbourSaysWhyItDoesNotHelp() throws Exception {
        two.with("option tunnel '0'");
        upstream(two, "mqtt://127.0.0.1:" + broker.port());
        two.start();
        upstream(one, "mqtt://127.0.0.1:" + uplink.port());
        one.start();
        awaitWaiting(one, "via gw-02: it opens no tunnels");
        assertTrue(one.figure("upstream_via_failed") >= 1);
        assertTrue(two.figure("tunnels_refused") >= 1);
    }

    @Test
    void anUpstreamThatTheNeighbourDoesNotKnowIsRefused() throws Exception {
        two.section("config upstream 'other'", "option url 'mqtt://127.0.0.1:" + broker.port() + "'");
        two.start();
        upstream(one, "mqtt://127.0.0.1:" + uplink.port());
        one.start();
        awaitWaiting(one, "via gw-02: it has no upstream of this name");
    }

    @Test
    void twoWithoutAnUplinkDoNotGoInCircles() throws Exception {
        upstream(two, "mqtt://127.0.0.1:" + uplink.port());
        upstream(one, "mqtt://127.0.0.1:" + uplink.port());
        two.start();
        one.start();
        awaitWaiting(one, "via gw-02: it is not connected to the broker itself");
    }

    @Test
    void whoGoesThroughANeighbourHelpsNobody() throws Exception {
        SyncGateway three = new SyncGateway(directory, "gw-03");
        three.connectsTo(one);
        one.knows(three);
        try (three) {
            start();
            awaitState(one, "connected via gw-02");
            upstream(three, "mqtt://127.0.0.1:" + uplink.port());
            three.start();
            awaitWaiting(three, "via gw-01: it goes through a neighbour itself");
        }
    }

    /** The neighbour is another one after the first was killed. */
    @Test
    void whenTheNeighbourDiesAnotherOneHelps() throws Exception {
        SyncGateway three = new SyncGateway(directory, "gw-03");
        one.connectsTo(three);
        three.knows(one);
        try (three) {
            upstream(three, "mqtt://127.0.0.1:" + broker.port());
            three.start();
            awaitState(three, "connected");
            start();
            Await.until("a neighbour to help", 120, () -> one.status().contains("\"connected via gw-0"));
            one.publish(200);
            SyncGateway first = one.status().contains("\"connected via gw-02\"") ? two : three;
            SyncGateway other = first == two ? three : two;
            awaitArrived(200);
            first.kill();
            awaitState(one, "connected via " + other.id);
            one.publish(200);
            awaitArrived(400);
        }
    }

    @Test
    void theBrokersCertificateIsCheckedAgainstItsNameAndNotTheNeighbours() throws Exception {
        secure("subjectAltName=DNS:cloud.example,IP:127.0.0.1");
        awaitState(one, "connected via gw-02");
        one.publish(50);
        awaitArrived(50);
    }

    @Test
    void aBrokerOfAnotherNameIsRefusedThroughANeighbourToo() throws Exception {
        secure("subjectAltName=DNS:other.example,IP:127.0.0.1");
        awaitWaiting(one, "via gw-02: TLS: ");
        assertFalse(one.status().contains("\"upstream_via_neighbour\":1"));
        assertTrue(one.status().contains("cloud.example"), one::log);
    }

    /** The neighbour knows the broker by an address, the other end by a name that only its certificate has. */
    private void secure(String names) throws Exception {
        OpenSsl openSsl = new OpenSsl(directory).authority("ca");
        openSsl.certified("server", "EC", "ca", names);
        broker.close();
        int plain = Mosquitto.freePort();
        broker = new Mosquitto(directory, "cafile " + openSsl.file("ca.pem"), "certfile "
            + openSsl.file("server.pem"), "keyfile " + openSsl.file("server.key"), "listener " + plain + " 127.0.0.1",
            "allow_anonymous true").start();
        String trust = "option ca_file '" + openSsl.file("ca.pem") + "'";
        upstream(two, "mqtts://127.0.0.1:" + broker.port(), trust);
        two.with("option certificate 'auto'").start();
        awaitState(two, "connected");
        one = new SyncGateway(directory, "gw-01").section("config peer", "option id 'gw-02'",
            "option url 'tcp+tls://127.0.0.1:" + two.port + "'");
        upstream(one, "mqtts://cloud.example:" + broker.port(), trust);
        listen(plain);
        one.start();
    }

    @Test
    void aPasswordThatTheNeighbourDoesNotHaveOpensNothing() throws Exception {
        start();
        awaitState(one, "connected via gw-02");
        try (TunnelAsker stranger = new TunnelAsker(two.port, "gw-05", "another password than theirs")) {
            assertEquals(null, stranger.ask("cloud"));
        }
        try (TunnelAsker member = new TunnelAsker(two.port, "gw-05", SyncGateway.PASSWORD)) {
            assertEquals(TunnelReply.OPEN, member.ask("cloud"));
        }
        assertEquals(List.of(), unexpected());
    }

    private List<String> unexpected() {
        return two.log().lines().filter(line -> line.startsWith("ERROR")).toList();
    }
}
