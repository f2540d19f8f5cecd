package io.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckTest {
    private static final String LEAST = "config gateway\noption id gw-01\noption data_dir /srv/slipway\n"
        + "config mesh mesh0\noption link 'serial:/dev/ttyUSB0'\n";

    @TempDir
    Path dir;
    private Path file;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void nameTheFile() {
        file = dir.resolve("slipway");
    }

    @Test
    void aGoodFileIsCalledGoodAndWhatWouldBeOpenedIsSaid() throws IOException {
        Path users = write("users", "", "rw-------");
        assertEquals(0, check(LEAST + "config broker\noption listen '0.0.0.0:1883'\noption password_file '" + users
            + "'\nconfig ingest\nlist filter 'zigbee2mqtt/#'\nconfig upstream cloud\noption url 'mqtts://[::1]'\n"));
        assertEquals(file + ": good\n"
            + "  gateway gw-01, data in /srv/slipway, at most 64 MiB\n"
            + "  mesh mesh0 opens serial:/dev/ttyUSB0?baud=115200\n"
            + "  broker listens on 0.0.0.0:1883 for users\n"
            + "  ingest takes zigbee2mqtt/#\n"
            + "  upstream cloud connects to [::1]:8883 with TLS\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("", errors());
    }

    @Test
    void whatIsAskedOfNodesAndMadeOfTheirPayloadsIsSaid() throws IOException {
        assertEquals(0, check(LEAST + "config coap\noption node 0012740200020002\noption mesh mesh0\noption path a/b\n"
            + "config coap\noption path c\noption mode poll\noption interval_s 60\nconfig coap\noption mode discover\n"
            + "config decode weather\nlist source udp/5000\nlist source udp/5001\noption format json\n"
            + "config decode\noption node 212:7402:2:2\nconfig homeassistant\noption enabled 1\n"));
        assertTrue(out.toString(StandardCharsets.UTF_8).endsWith(
            "  coap observes node 0012740200020002 of mesh mesh0 for a/b\n"
            + "  coap polls every node for c every 60 s\n"
            + "  coap asks every node for their resources every 86400 s\n"
            + "  decode weather takes udp/5000 udp/5001 of every node for json\n"
            + "  decode decode takes # of node 0012740200020002 for auto\n"
            + "  homeassistant is told of values under homeassistant\n"), out.toString(StandardCharsets.UTF_8));
        assertEquals("", errors());
        assertEquals(0, check(LEAST + "config homeassistant\noption enabled 1\n"));
        assertEquals(file + ": warning: homeassistant is to be told of values, and there is no 'config decode' that"
            + " makes some\n", errors());
    }

    @Test
    void theProtocolsOfTheNodesAreNamedWithTheirPorts() throws IOException {
        assertEquals(0, check(LEAST + "config lwm2m\nlist observe 3303/0/5700\nlist observe 3304\nconfig mqttsn\n"
            + "option mesh mesh0\noption port 10000\n"));
        assertTrue(out.toString(StandardCharsets.UTF_8).endsWith(
            "  lwm2m takes registrations and observes 3303/0/5700 3304\n"
            + "  mqttsn listens on UDP port 10000 of mesh mesh0\n"), out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void moreAnnouncementsThanTheBrokerHasWaitForAClientAreWarnedOf() throws IOException {
        String sections = LEAST + "config decode\nconfig homeassistant\noption enabled 1\noption limit ";
        assertEquals(0, check(sections + "256\n"));
        assertEquals("", errors());
        assertEquals(0, check(sections + "257\n"));
        assertTrue(errors().startsWith(file + ": warning: homeassistant limit 257 is more than waits for "), errors());
    }

    @Test
    void everyProblemIsALineOnStandardError() throws IOException {
        assertEquals(2, check(LEAST + "option baud 1\nconfig log\noption level loud\n"));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        String[] lines = errors().split("\n");
        assertEquals(2, lines.length, errors());
        assertTrue(lines[0].startsWith(file + ":6: unknown option 'baud' of config mesh 'mesh0'; "), lines[0]);
        assertTrue(lines[1].startsWith(file + ":8: option 'level' of config log is 'loud'; "), lines[1]);
    }

    @Test
    void aDataDirectoryInMemoryIsAWarning() throws IOException {
        for (String unwise : new String[] {"/var/lib/slipway", "/tmp/slipway", "/run", "/srv/../tmp/x"}) {
            assertEquals(0, check(LEAST.replace("/srv/slipway", unwise)));
            assertTrue(errors().startsWith(file + ": warning: data_dir " + unwise + " is under /"), errors());
        }
        assertEquals(0, check(LEAST.replace("/srv/slipway", "/variable")));
        assertEquals("", errors());
    }

    @Test
    void aFileThatIsNamedAndMissingIsAProblem() throws IOException {
        String none = dir.resolve("none").toString();
        assertEquals(2, check(LEAST + "config upstream u\noption url mqtts://h\noption password_file " + none
            + "\noption ca_file " + dir + "\noption cert_file " + none + "\noption key_file " + none
            + "\nconfig broker\noption password_file " + none + "\n"));
        assertEquals(file + ": broker: password_file " + none + " does not exist\n"
            + file + ": upstream 'u': password_file " + none + " does not exist\n"
            + file + ": upstream 'u': ca_file " + dir + " is no file\n"
            + file + ": upstream 'u': cert_file " + none + " does not exist\n"
            + file + ": upstream 'u': key_file " + none + " does not exist\n", errors());
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aFileThatThisUserMayNotReadIsAProblem() throws IOException {
        Path users = write("users", "", "---------");
        assumeFalse(Files.isReadable(users), "root may read everything");
        assertEquals(2, check(LEAST + "config broker\noption password_file " + users + "\n"));
        assertEquals(file + ": broker: password_file " + users + " cannot be read by this user\n", errors());
    }

    @Test
    void aDataDirectoryThatIsAFileIsAProblem() throws IOException {
        assertEquals(2, check(LEAST.replace("/srv/slipway", "/dev/null")));
        assertEquals(file + ": data_dir /dev/null is no directory\n", errors());
        assertEquals(2, check(LEAST.replace("/srv/slipway", "/dev/null/x")));
        assertEquals(file + ": data_dir /dev/null/x: /dev/null is no directory\n", errors());
    }

    @Test
    void aSecretThatEveryoneMayReadIsAWarning() throws IOException {
        Path users = write("users", "", "rw-r--r--");
        write("slipway", LEAST + "config broker\noption password_file " + users + "\n", "rw-r--r--");
        assertEquals(0, run(file.toString()));
        assertEquals(file + ": warning: the configuration " + file
            + " can be read by every user; chmod 600 or 640 keeps it private\n"
            + file + ": warning: broker: password_file " + users
            + " can be read by every user; chmod 600 or 640 keeps it private\n", errors());
    }

    @Test
    void theArgumentsAreOneFile() {
        for (String[] wrong : new String[][] {{}, {"a", "b"}, {"--all"}, {""}}) {
            assertEquals(2, run(wrong));
            assertEquals("slipway check: one FILE is needed; slipway check --help says more\n", errors());
        }
        assertEquals(2, run("a\0b"));
        assertEquals("'a\0b': there is no such file\n", errors());
        assertEquals(2, run(file.toString()));
        assertEquals(file + ": there is no such file\n", errors());
        assertEquals(0, run("--help"));
        assertEquals(Check.HELP, out.toString(StandardCharsets.UTF_8));
    }

    private int check(String text) throws IOException {
        write("slipway", text, "rw-------");
        return run(file.toString());
    }

    private int run(String... args) {
        out.reset();
        err.reset();
        return Check.run(args, new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Path write(String name, String text, String mode) throws IOException {
        Path path = Files.writeString(dir.resolve(name), text);
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
