package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.cli.Passwd;
import io.slipway.cli.Reload;
import io.slipway.config.Config;
import io.slipway.health.Health;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.OpenSsl;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running gateway takes in anew, with Mosquitto's clients on its broker. */
class ReloadTest {
    private static final int PORT = 0;

    @TempDir
    Path dir;
    private final int plain = Mosquitto.freePort();
    private final int tls = Mosquitto.freePort();
    private final List<Process> clients = new ArrayList<>();
    private EmulatedMote mote;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        mote = new EmulatedMote(PORT, packet -> { });
        OpenSsl pki = new OpenSsl(dir).authority("ca");
        pki.certified("first", "EC", "ca", "subjectAltName=DNS:localhost");
        pki.certified("second", "EC", "ca", "subjectAltName=DNS:localhost");
        passwd("alice", "secret");
        passwd("bob", "hunter2");
        write("acl", "user alice\ntopic #\nuser bob\ntopic #\n");
        configure("first", "acl", "");
        gateway = Gateway.start(Config.load(dir.resolve("conf")), new Health());
    }

    @AfterEach
    void stop() throws Exception {
        for (Process client : clients) {
            client.destroyForcibly().waitFor();
        }
        if (gateway != null) {
            gateway.close();
        }
        mote.close();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(dir.resolve(name), text);
    }

    private void passwd(String user, String password) {
        assertEquals(0, Passwd.run(new String[] {"--iterations", "1000", dir.resolve("users").toString(), user},
            new ByteArrayInputStream((password + "\n").getBytes(StandardCharsets.UTF_8)), System.out, System.err));
    }

    private void configure(String certificate, String acl, String more) throws IOException {
        write("conf", "config gateway\n\toption id gw-01\n\toption data_dir '" + dir.resolve("data") + "'\n"
            + "config mesh mesh0\n\toption link 'tcp://127.0.0.1:" + mote.port() + "'\n"
            + "config broker\n\toption listen '127.0.0.1:" + plain + "'\n\toption listen_tls '127.0.0.1:" + tls + "'\n"
            + "\toption certificate '" + dir.resolve(certificate + ".pem") + "'\n"
            + "\toption key_file '" + dir.resolve(certificate + ".key") + "'\n"
            + "\toption password_file '" + dir.resolve("users") + "'\n"
            + "\toption acl_file '" + dir.resolve(acl) + "'\n" + more);
    }

    private String reload(int expected) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        int status = Reload.run(new String[] {"--config", dir.resolve("conf").toString()}, out, out);
        String text = said.toString(StandardCharsets.UTF_8).trim();
        assertEquals(expected, status, text);
        return text;
    }

    private Process sub(String user, String password, String topic) throws IOException {
        Process client = new ProcessBuilder("mosquitto_sub", "-p", plain + "", "-i", user, "-u", user, "-P", password,
            "-t", topic, "-q", "1", "-c", "-v").redirectErrorStream(true).start();
        clients.add(client);
        return client;
    }

    private boolean pub(String user, String password, String topic, String text) throws Exception {
        Process client = new ProcessBuilder("mosquitto_pub", "-p", plain + "", "-u", user, "-P", password, "-t", topic,
            "-q", "1", "-V", "mqttv5", "-m", text).redirectErrorStream(true).start();
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return client.waitFor() == 0 && !said.contains("uthori");
    }

    private String servedCertificate() throws Exception {
        Process client = new ProcessBuilder("openssl", "s_client", "-connect", "127.0.0.1:" + tls)
            .redirectErrorStream(true).start();
        client.getOutputStream().close();
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(client.waitFor(60, TimeUnit.SECONDS));
        int subject = said.indexOf("subject=");
        return said.substring(subject, said.indexOf('\n', subject));
    }

    @Test
    void usersRulesAndCertificatesChangeWhileLinkAndSessionsGoOn() throws Exception {
        Await.until("the mote to be attached", 60, () -> mote.isConfigured());
        Process alice = sub("alice", "secret", "x/#");
        BufferedReader heard = alice.inputReader(StandardCharsets.UTF_8);
        Await.until("alice to hear", 60, () -> pub("bob", "hunter2", "x/1", "one") && heard.ready());
        assertEquals("subject=CN = first", servedCertificate());
        passwd("carol", "new");
        passwd("alice", "changed");
        assertEquals(0, Passwd.run(new String[] {"--delete", dir.resolve("users").toString(), "bob"},
            System.in, System.out, System.err));
        write("acl2", "user alice\ntopic #\nuser carol\ntopic write x/2\n");
        Process bob = sub("bob", "hunter2", "x/#");
        configure("second", "acl2", "");
        assertEquals("Reloaded.", reload(0));
        assertFalse(pub("bob", "hunter2", "x/1", "two"), "bob is gone");
        assertFalse(pub("alice", "secret", "x/1", "two"), "alice has another password");
        assertTrue(pub("alice", "changed", "x/1", "three"));
        assertFalse(pub("carol", "new", "x/1", "four"));
        assertTrue(pub("carol", "new", "x/2", "five"));
        String last = heard.readLine();
        while (!last.equals("x/2 five")) {
            assertFalse(last.equals("x/1 two") || last.equals("x/1 four"), last);
            last = heard.readLine();
        }
        assertTrue(alice.isAlive());
        assertEquals("subject=CN = second", servedCertificate());
        assertEquals(1, mote.connections(), "the link");
        bob.destroy();
    }

    @Test
    void aFileThatIsWrongChangesNothingAndIsNamedWithItsLine() throws Exception {
        write("broken", "user alice\ntopic read\n\ntopik x\n");
        passwd("carol", "new");
        configure("second", "broken", "");
        assertTrue(reload(1).contains(dir.resolve("broken") + ":4: "));
        assertEquals("subject=CN = first", servedCertificate());
        assertFalse(pub("carol", "new", "x", "x"), "nothing of it was taken in");
        assertTrue(pub("alice", "secret", "x", "x"));
        configure("first", "acl", "\toption nonsense 1\n");
        assertTrue(reload(2).startsWith(dir.resolve("conf") + ":"));
        configure("missing", "acl", "");
        assertTrue(reload(1).contains("certificate " + dir.resolve("missing.pem")));
    }

    @Test
    void whatNeedsARestartIsNamed() throws Exception {
        configure("first", "acl", "\toption listen_ws '127.0.0.1:0'\nconfig store\n\toption max_bytes 32M\n");
        assertEquals("Reloaded.\nNeeds a restart: config broker, option 'listen_ws'\n"
            + "Needs a restart: config store, option 'max_bytes'\nNeeds a restart: config store is new", reload(0));
    }

    @Test
    void noSecretIsInStatusOrInWhatReloadSays() throws Exception {
        assertFalse(pub("alice", "wrongpass", "x", "x"));
        assertTrue(pub("alice", "secret", "x", "x"));
        String said = reload(0);
        for (String question : List.of("json", "text")) {
            said += new String(io.slipway.health.StatusPort.ask(dir.resolve("data"), question), StandardCharsets.UTF_8);
        }
        String hash = Files.readAllLines(dir.resolve("users")).get(0).split("\\$")[4];
        for (String secret : List.of("secret", "hunter2", "wrongpass", hash, "PRIVATE KEY")) {
            assertFalse(said.contains(secret), secret);
        }
        assertNotEquals("", said);
    }
}
