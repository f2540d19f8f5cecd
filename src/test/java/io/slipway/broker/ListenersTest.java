package io.slipway.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.OpenSsl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what, on each kind of listener, as Mosquitto's clients, HiveMQ's client and OpenSSL see it. */
class ListenersTest {
    private static final String[] ACL = {
        "topic read open/#",
        "user alice",
        "topic readwrite home/#", "topic read open/#", "topic deny home/safe/#",
        "user device",
        "topic write home/#", "topic read open/#",
        "pattern readwrite own/%u/#"};

    @TempDir
    Path dir;
    private OpenSsl pki;
    private RunningBroker running;
    private int plain;
    private int tls;
    private int ws;
    private int wss;

    /** Who connects: the password that goes with the name, and whether a client certificate is shown. */
    enum Who {
        NOBODY, ALICE, WRONG, DEVICE;

        String user() {
            return this == ALICE || this == WRONG ? "alice" : null;
        }
    }

    enum Listener { PLAIN, TLS, WS, WSS }

    record Case(Listener listener, Who who) {
        boolean mayConnect() {
            return who != Who.WRONG;
        }
    }

    static Stream<Case> cases() {
        List<Case> all = new ArrayList<>();
        for (Listener listener : Listener.values()) {
            for (Who who : Who.values()) {
                if (who != Who.DEVICE || listener == Listener.TLS || listener == Listener.WSS) {
                    all.add(new Case(listener, who));
                }
            }
        }
        return all.stream();
    }

    @BeforeEach
    void listen() throws Exception {
        pki = new OpenSsl(dir).authority("ca").authority("strangers");
        pki.certified("server", "EC", "ca", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        pki.certified("device", "EC", "ca", "keyUsage=digitalSignature");
        pki.certified("stranger", "EC", "strangers", "keyUsage=digitalSignature");
        Process passwd = new ProcessBuilder("mosquitto_passwd", "-b", "-c", file("users"), "alice", "secret")
            .inheritIO().start();
        assertEquals(0, passwd.waitFor());
        Files.write(dir.resolve("acl"), List.of(ACL));
    }

    private void choosePorts() throws Exception {
        plain = Mosquitto.freePort();
        tls = Mosquitto.freePort();
        ws = Mosquitto.freePort();
        wss = Mosquitto.freePort();
    }

    @AfterEach
    void close() {
        if (running != null) {
            running.close();
        }
    }

    private String file(String name) {
        return dir.resolve(name).toString();
    }

    private void start(String... more) throws Exception {
        for (int attempt = 1; ; attempt++) {
            choosePorts();
            try {
                startOnThose(more);
                return;
            } catch (IOException taken) {
                // Another program was quicker than we.
                if (attempt == 5 || !taken.getMessage().contains("in use")) {
                    throw taken;
                }
            }
        }
    }

    private void startOnThose(String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of("data_dir " + dir, "listen '127.0.0.1:" + plain + "'",
            "listen_tls '127.0.0.1:" + tls + "'", "listen_ws '127.0.0.1:" + ws + "'",
            "listen_wss '127.0.0.1:" + wss + "'"));
        options.addAll(List.of(more));
        running = new RunningBroker(options.toArray(new String[0]));
    }

    private void startGuarded() throws Exception {
        start("password_file '" + file("users") + "'", "acl_file '" + file("acl") + "'", "allow_anonymous 1",
            "certificate '" + file("server.pem") + "'", "key_file '" + file("server.key") + "'",
            "client_ca_file '" + file("ca.pem") + "'");
    }

    private MqttPeer peer(Case c) throws Exception {
        int port = switch (c.listener) {
            case PLAIN -> plain;
            case TLS -> tls;
            case WS -> ws;
            case WSS -> wss;
        };
        MqttPeer peer = new MqttPeer(port).as(c.who.user(), c.who == Who.WRONG ? "Secret" : "secret");
        if (c.listener == Listener.TLS || c.listener == Listener.WSS) {
            peer.tls(dir.resolve("ca.pem"), c.who == Who.DEVICE ? dir.resolve("device.pem") : null,
                dir.resolve("device.key"));
        }
        return c.listener == Listener.WS || c.listener == Listener.WSS ? peer.webSocket() : peer;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyoneMayDoWhatTheRulesSayAndSeesWhatTheyDeny(Case c) throws Exception {
        startGuarded();
        running.broker.publish("home/lamp", "kept".getBytes(StandardCharsets.UTF_8), 1, true);
        running.broker.publish("home/safe/code", "1234".getBytes(StandardCharsets.UTF_8), 1, true);
        running.broker.publish("open/news", "kept".getBytes(StandardCharsets.UTF_8), 1, true);
        try (MqttPeer peer = peer(c)) {
            assertEquals(c.mayConnect(), peer.connect(null));
            if (!c.mayConnect()) {
                return;
            }
            boolean alice = c.who == Who.ALICE;
            boolean named = alice || c.who == Who.DEVICE;
            // Retained messages: everything is asked for, and what may be read comes.
            assertTrue(peer.subscribe("#"));
            assertEquals("kept", peer.nextOn("open/news"));
            assertEquals(alice, peer.subscribe("home/+"));
            assertFalse(peer.subscribe("home/safe/#"));
            assertFalse(peer.subscribe("other"));
            assertEquals(named, peer.publish("home/lamp", "on"));
            assertFalse(peer.publish("open/news", "mine"));
            assertEquals(c.who == Who.DEVICE, peer.publish("home/safe/code", "0"));
            assertFalse(peer.publish("slipway/gw-01/00124b0001020304/up/udp/1", "forged"));
            assertEquals(alice, peer.publish("own/alice/x", "mine"));
            assertEquals(c.who == Who.DEVICE, peer.publish("own/device/x", "mine"));
            // What others publish: the last of it is allowed, so what came before it was denied.
            for (String topic : List.of("home/safe/code", "other", "home/lamp", "open/news")) {
                running.broker.publish(topic, "live".getBytes(StandardCharsets.UTF_8), 1, false);
            }
            peer.awaitMessage("open/news", "live");
            assertEquals(0, peer.count("home/safe/code") + peer.count("other"));
            assertEquals(alice, peer.count("home/lamp") > 0);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aWillObeysTheRules(Case c) throws Exception {
        startGuarded();
        try (MqttPeer good = peer(c); MqttPeer bad = peer(c); MqttPeer forged = peer(c)) {
            boolean named = c.who == Who.ALICE || c.who == Who.DEVICE;
            assertEquals(named, good.connect("home/lamp"));
            assertFalse(bad.connect("open/news"));
            assertFalse(forged.connect("slipway/gw-01/state"));
        }
    }

    @Test
    void mosquittosClientsSpeakWithEachListenerWithTls() throws Exception {
        startGuarded();
        running.broker.publish("open/news", "hello".getBytes(StandardCharsets.UTF_8), 1, true);
        assertEquals("hello", mosquittoSub("-p", plain + "", "-t", "open/#"));
        assertEquals("hello", mosquittoSub("-p", tls + "", "--cafile", file("ca.pem"), "-t", "open/#"));
        assertEquals("hello", mosquittoSub("-p", tls + "", "--cafile", file("ca.pem"), "--cert", file("device.pem"),
            "--key", file("device.key"), "-t", "open/#"));
        assertEquals("hello", mosquittoSub("-p", plain + "", "-u", "alice", "-P", "secret", "-t", "open/#"));
        mosquittoSub("-p", plain + "", "-u", "alice", "-P", "Secret", "-t", "open/#");
        assertEquals(1, running.count(Counter.BROKER_LOGIN_REFUSED));
        assertTrue(mosquittoSub("-p", tls + "", "--cafile", file("ca.pem"), "--cert", file("stranger.pem"),
            "--key", file("stranger.key"), "-t", "open/#").contains("rror"));
    }

    private String mosquittoSub(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("mosquitto_sub", "-h", "localhost", "-C", "1", "-W", "20"));
        command.addAll(List.of(options));
        return run(command);
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return output.trim();
    }

    private String openssl(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + tls,
            "-CAfile", file("ca.pem")));
        command.addAll(List.of(options));
        return run(command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1", "-tls1_1", "-tls1_2 -cipher AES128-SHA", "-tls1_2 -cipher AES128-GCM-SHA256",
        "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA", "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256",
        "-tls1_2 -cipher aNULL", "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256"})
    void whatIsWeakIsRefused(String options) throws Exception {
        startGuarded();
        List<String> weak = new ArrayList<>(List.of(options.split(" ")));
        // OpenSSL itself must be willing.
        int cipher = weak.indexOf("-cipher") + 1;
        if (cipher > 0) {
            weak.set(cipher, weak.get(cipher) + ":@SECLEVEL=0");
        } else {
            weak.addAll(List.of("-cipher", "ALL:@SECLEVEL=0"));
        }
        String output = openssl(weak.toArray(new String[0]));
        assertTrue(output.contains("alert") && output.contains("Cipher is (NONE)"), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256",
        "-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305", "-tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384"})
    void whatIsStrongIsTaken(String options) throws Exception {
        startGuarded();
        String output = openssl(options.split(" "));
        assertTrue(output.contains("Verify return code: 0 (ok)") && !output.contains("Cipher is (NONE)"), output);
    }

    @Test
    void aClientMayNotHaveKeysAgreedAnewAgainAndAgain() throws Exception {
        startGuarded();
        Process client = new ProcessBuilder("openssl", "s_client", "-connect", "127.0.0.1:" + tls, "-tls1_2",
            "-CAfile", file("ca.pem")).redirectErrorStream(true).start();
        try (var in = client.getOutputStream()) {
            // A line with R alone asks for it; the last byte of it must have been read when the input ends.
            in.write("R\n".getBytes(StandardCharsets.US_ASCII));
            in.flush();
            String output = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(output.contains("RENEGOTIATING") && output.contains("alert"), output);
        } finally {
            client.destroyForcibly().waitFor();
        }
    }

    @Test
    void theOwnCertificateIsMadeOnceKeptPrivateAndGood() throws Exception {
        start("certificate auto");
        Path own = dir.resolve("tls.pem");
        byte[] made = Files.readAllBytes(own);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(own)));
        String output = run(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + tls, "-CAfile", own.toString(),
            "-verify_return_error", "-verify_hostname", "gw-01", "-x509_strict"));
        assertTrue(output.contains("Verify return code: 0 (ok)"), output);
        String text = run(List.of("openssl", "x509", "-in", own.toString(), "-noout", "-text"));
        assertTrue(text.contains("Not Before: Jan  1 00:00:00 1970 GMT"), text);
        assertTrue(text.contains("ASN1 OID: prime256v1") && text.contains("DNS:gw-01"), text);
        running.close();
        start("certificate auto");
        assertEquals(new String(made, StandardCharsets.US_ASCII), Files.readString(own));
    }

    @Test
    void aHandshakeThatIsNoneDisturbsNobody() throws Exception {
        startGuarded();
        try (RawClient garbage = new RawClient(tls); RawClient http = new RawClient(ws)) {
            garbage.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            http.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("HTTP/1.1 400 Bad Request", new String(http.socket.getInputStream().readNBytes(24),
                StandardCharsets.US_ASCII));
            assertTrue(garbage.isClosedByBroker());
        }
        assertEquals(0, running.count(Counter.BROKER_ERRORS));
    }

    @Test
    void aPageOfAnotherServerMayNotUseWhatNeedsNoPassword() throws Exception {
        start("certificate auto");
        String head = "GET /mqtt HTTP/1.1\r\nHost: gw.local:8083\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Protocol: mqtt\r\nOrigin: http://";
        for (String[] page : new String[][] {{"evil.example", "HTTP/1.1 403"}, {"gw.local", "HTTP/1.1 101"}}) {
            try (RawClient browser = new RawClient(ws)) {
                browser.send((head + page[0] + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                assertEquals(page[1], new String(browser.socket.getInputStream().readNBytes(12),
                    StandardCharsets.US_ASCII));
            }
        }
    }
}
