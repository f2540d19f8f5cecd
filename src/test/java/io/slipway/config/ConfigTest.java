package io.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigTest {
    static final String GATEWAY = "config gateway\n\toption id 'gw-01'\n";
    static final String MESH = "config mesh 'mesh0'\n\toption link 'serial:/dev/ttyUSB0'\n";
    static final String LEAST = GATEWAY + MESH;
    static final String FULL = "package slipway\n\n" + GATEWAY + "\toption data_dir '/srv/slipway'\n\n" + MESH
        + "\toption prefix 'fd00::/64'   # as the mote's firmware has it\n\n"
        + "config broker\n\toption listen '127.0.0.1:1883'\n\n"
        + "config ingest\n\tlist filter 'sensors/+/t'\n\tlist filter 'zigbee2mqtt/#'\n\n"
        + "config store\n\toption max_bytes '64M'\n\n"
        + "config upstream 'cloud'\n\toption url 'mqtts://cloud.example:8883'\n\toption format 'senml+cbor'\n\n"
        + "config log\n\toption level 'info'\n\tlist package 'io.slipway.mesh=debug'\n";

    @TempDir
    Path dir;

    @Test
    void theLeastThatIsNeededIsAGatewayAndAMesh() throws ConfigException {
        Config config = Config.parse("f", LEAST);
        assertEquals("gw-01", config.gateway.id);
        assertEquals("mesh0", config.meshes.get(0).name);
        assertEquals("serial:/dev/ttyUSB0?baud=115200", config.meshes.get(0).link.toString());
        assertEquals(0xfd00_0000_0000_0000L, config.meshes.get(0).prefix);
        assertEquals("127.0.0.1:1883", config.broker.listen.toString());
        assertEquals(List.of(), config.upstreams);
        assertEquals(List.of(), config.ingest.filters);
        assertTrue(config.broker.allowAnonymous);
        assertNull(config.broker.passwordFile);
    }

    @Test
    void everySectionIsRead() throws ConfigException {
        Config config = Config.parse("f", FULL);
        assertEquals(List.of("sensors/+/t", "zigbee2mqtt/#"), config.ingest.filters);
        assertEquals(64L << 20, config.store.maxBytes);
        assertEquals("cloud", config.upstreams.get(0).name);
        assertEquals("cloud.example:8883", config.upstreams.get(0).broker.toString());
        assertTrue(config.upstreams.get(0).tls);
        assertEquals(Map.of("io.slipway.mesh", "debug"), config.log.packages);
    }

    @Test
    void anEmptyFileLacksAGatewayAndAMesh() {
        assertEquals(List.of("f: there is no 'config gateway'",
            "f: there is no 'config mesh'; at least one is needed, with 'option link'"), problems(""));
    }

    @Test
    void findsEveryProblemInTheOrderOfTheFile() {
        assertEquals(List.of(
            "f:1: option 'level' of config log is 'loud'; expected one of info, trace, debug, warn, error, off",
            "f:1: unknown option 'levle' of config log; did you mean 'level'?",
            "f:2: option 'link' of config mesh 'm' is missing; expected serial:/dev/ttyUSB0?baud=115200,"
                + " tcp://host:port, file:/path?rate=11520 or udp://[address]:port",
            "f:3: unknown section 'config meshes'; did you mean 'mesh'?",
            "f:4: option 'id' of config gateway is 'a b'; expected 1 to 64 letters, digits, '.', '_' or '-',"
                + " the first a letter or digit, such as gw-01"),
            problems("config log; option level loud; option levle 1\nconfig mesh m\nconfig meshes\n"
                + "config gateway; option id 'a b'"));
    }

    @Test
    void anUnknownOptionThatResemblesNoneGetsTheWholeList() {
        assertEquals(List.of("f:3: unknown option 'colour' of config gateway; expected one of "
            + "clock_file, data_dir, enabled, id, status_s"),
            problems(GATEWAY + "option colour red\n" + MESH));
    }

    /** The same for what is kept how long. */
    static Stream<Arguments> wrongRetention() {
        return Stream.of(
            Arguments.of("config store\noption max_readings 9999\n",
                "'max_readings' of config store is '9999'; expected 0 or at least 10000"),
            Arguments.of("config store\noption wear_budget 100M\noption commit_interval_max_ms 100\n",
                "'commit_interval_max_ms' of config store is '100'; expected at least commit_interval_ms, which is 250;"
                + " the default is 10000"),
            Arguments.of("config retention 'r'\noption priority 8\n",
                "'match' of config retention 'r' is missing; expected topic filters for NODE/SOURCE such as"
                + " '+/coap/alarm/#' or '0012740200000001/#'"),
            Arguments.of("config retention 'r'\nlist match 'a#'\n",
                "'match' of config retention 'r' is 'a#'; expected topic filters for NODE/SOURCE such as"
                + " '+/coap/alarm/#' or '0012740200000001/#'"),
            Arguments.of("config retention 'r'\nlist match '#'\noption priority 5\n",
                "'priority' of config retention 'r' is '5'; expected another than 5, which is that of all other"
                + " readings; their options are those of config store"),
            Arguments.of("config retention 'r'\nlist match 'a'\nconfig retention 's'\nlist match 'b'\n",
                "config retention 's' and 'r' have the same priority, 6; give each its own, or make them one"));
    }

    /** Options added to a file that is good without them, and the end of the message that they must give. */
    static Stream<Arguments> wrong() {
        String up = "config upstream 'u'\noption url 'mqtt://h'\n";
        return Stream.of(
            Arguments.of("config gateway\n", "a second 'config gateway'; the first is in line 1"),
            Arguments.of(MESH.replace("mesh0", "m2") + "option prefix 'fd01::/64'\n",
                "config mesh 'm2' and 'mesh0' have the same link, serial:/dev/ttyUSB0?baud=115200"),
            Arguments.of("config mesh 'm2'\noption link 'tcp://h:1'\n",
                "config mesh 'm2' and 'mesh0' have the same prefix; give each its own"),
            Arguments.of("config mesh 'a'\noption link 'udp://[::1]:5678'\noption prefix 'fd01::/64'\n"
                + "config mesh 'b'\noption link 'udp://[::]:5679'\noption prefix 'fd02::/64'\n",
                "config mesh 'b' and 'a' both listen on UDP port 5683 of one address; see 'link', 'port' and"
                + " 'coap_port'"),
            Arguments.of("config upstream 'mesh0'\noption url 'mqtt://h'\n",
                "'mesh0' is already the name of a 'config mesh' in line 3; give each its own"),
            Arguments.of("config upstream\noption url 'mqtt://a'\nconfig upstream\noption url 'mqtt://b'\n",
                "two 'config upstream' are called 'upstream'; give each its name"),
            Arguments.of(up + up.replace("'u'", "'v'"),
                "config upstream 'v' and 'u' have the same broker; give each its own client_id"),
            Arguments.of(up + "option retry_min_ms 300000\n",
                "'retry_max_ms' of config upstream 'u' is missing; expected at least retry_min_ms, which is 300000;"
                + " the default is 120000"),
            Arguments.of(up + "option mqtt 3.1.1\noption password_file /p\n",
                "'username' of config upstream 'u' is missing; expected a user name with the password_file,"
                + " as MQTT 3.1.1 demands"),
            Arguments.of(up + "option ca_file /c\n", "expected mqtts:// where there is a ca_file or cert_file"),
            Arguments.of(up.replace("mqtt:", "mqtts:") + "option cert_file /c\n",
                "'key_file' of config upstream 'u' is missing; expected both cert_file and key_file, or neither"),
            Arguments.of(up.replace("mqtt:", "http:"),
                "is 'http://h'; expected mqtt://host:port or mqtts://host:port"),
            Arguments.of(up.replace("//h", "//joe:secret@h:1"),
                "is not shown, since it may hold a password; expected mqtt:// or mqtts:// and host:port, an IPv6"
                + " address in brackets as in [::1]:1883"),
            Arguments.of("config store\noption commit_readings 128\noption queue_readings 64\n",
                "'commit_readings' of config store is '128'; expected at most queue_readings, which is 64"),
            Arguments.of("config broker\noption listen '0.0.0.0:1883'\n",
                "'listen' of config broker is '0.0.0.0:1883'; expected a loopback address; to serve a network set"
                + " password_file too, or allow_anonymous '1' if everyone on that network may read and send"),
            Arguments.of("config broker\noption allow_anonymous 0\n",
                "expected 1, or a password_file; without either nobody can log in"),
            Arguments.of("config broker\nlist listen '127.0.0.1:1'\n",
                "'listen' of config broker is a list; expected 'option listen' with one value"),
            Arguments.of(manyMeshes(33), "there are more than 32 'config mesh'"),
            Arguments.of("config ingest\nlist filter 'a/#/b'\n",
                "expected MQTT topic filters such as 'sensors/+/temperature' or 'zigbee2mqtt/#'"),
            Arguments.of("config log\nlist package 'io.netty'\n",
                "is 'io.netty'; expected package=level, for example io.slipway.mesh=debug"),
            Arguments.of("config log\noption level 'in\nfo'\n", "'level' of config log has a line end or another"
                + " control character in it; is a quote missing?"));
    }

    private static String manyMeshes(int to) {
        StringBuilder many = new StringBuilder();
        for (int i = 1; i < to; i++) {
            many.append("config mesh m").append(i).append("\noption link tcp://h:").append(i)
                .append("\noption prefix 'fd").append(10 + i).append("::/64'\n");
        }
        return many.toString();
    }

    @ParameterizedTest
    @MethodSource({"wrong", "wrongRetention"})
    void saysWhatIsWrongInOneLine(String added, String end) {
        List<String> problems = problems(LEAST + added);
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.get(0).endsWith(end), problems.get(0));
        assertTrue(problems.get(0).matches("(?s)f:\\d+: .*"), problems.get(0));
    }

    @Test
    void aQuoteThatIsMissingIsReportedWhereItIsMissing() {
        assertEquals(List.of("f:2: a quote is opened here and not closed in its line"),
            problems("config gateway\n\toption id 'gw-01\n\toption data_dir '/srv'\n" + MESH));
    }

    @Test
    void noSecretStandsInAMessage() {
        for (String url : List.of("mqtt://joe:hunter2@h", "mqtt://hunter2@h:1", "http://a:hunter2@h:9/x")) {
            String said = String.join("\n", problems(LEAST + "config upstream\noption url '" + url + "'\n"
                + "option password 'hunter2'\n"));
            assertTrue(said.contains("'url'") && said.contains("'password'"), said);
            assertFalse(said.contains("hunter2"), said);
        }
    }

    @Test
    void aNetworkIsServedWithPasswordsOrWhenSaidSo() throws ConfigException {
        assertFalse(Config.parse("f", LEAST + "config broker\noption listen '[::]:1883'\noption password_file /p")
            .broker.allowAnonymous);
        assertTrue(Config.parse("f", LEAST + "config broker\noption listen '0.0.0.0:1883'\noption allow_anonymous 1")
            .broker.allowAnonymous);
    }

    @Test
    void aHostNameThatBeginsLikeALoopbackAddressIsNone() {
        assertFalse(HostPort.parse("127.example.com:1", 0).isLoopback());
        assertTrue(HostPort.parse("127.0.0.2:1", 0).isLoopback());
        assertTrue(HostPort.parse("[::1]:1", 0).isLoopback());
        assertTrue(HostPort.parse("localhost:1", 0).isLoopback());
        assertFalse(HostPort.parse("192.168.1.1:1", 0).isLoopback());
    }

    @Test
    void aFileThatCannotBeReadIsSaidByName() throws Exception {
        assertEquals(dir.resolve("no") + ": there is no such file", load(dir.resolve("no")));
        assertEquals(dir + ": Is a directory", load(dir));
        Path latin = Files.write(dir.resolve("latin"), "# gr\u00fc\u00dfe".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(latin + ": this is not UTF-8 text", load(latin));
        assertEquals("/dev/zero: it is longer than 1048576 bytes", load(Paths.get("/dev/zero")));
    }

    private static String load(Path file) {
        return assertThrows(ConfigException.class, () -> Config.load(file)).getMessage();
    }

    private static List<String> problems(String text) {
        return assertThrows(ConfigException.class, () -> Config.parse("f", text)).problems();
    }
}
