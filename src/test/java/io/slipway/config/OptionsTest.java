package io.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.OptionRecorder.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every option that the code reads, held against what it accepts and against docs/configuration.md. */
class OptionsTest {
    static List<Option> numbers() {
        return OptionRecorder.all().stream().filter(o -> o.max() > 0).toList();
    }

    static List<Option> bools() {
        return OptionRecorder.all().stream().filter(o -> o.type().equals("bool")).toList();
    }

    static List<Option> words() {
        return OptionRecorder.all().stream().filter(o -> o.type().equals("word")).toList();
    }

    @Test
    void theDocumentationHasEveryOptionWithItsTypeDefaultAndRange() throws IOException {
        List<String> code = new ArrayList<>();
        for (Option o : OptionRecorder.all()) {
            code.add(String.join(" | ", o.section(), o.name(), o.type(), o.fallback() == null ? "" : o.fallback(),
                o.range()));
        }
        List<String> documented = new ArrayList<>();
        String section = "";
        for (String line : Files.readAllLines(Paths.get("docs/configuration.md"))) {
            if (line.startsWith("## ")) {
                section = line.startsWith("## config ") ? line.split(" ")[2] : "";
            }
            String[] cells = line.split("\\s*\\|\\s*");
            if (!section.isEmpty() && cells.length == 6 && cells[1].startsWith("`")) {
                documented.add(String.join(" | ", section, cells[1].replace("`", ""), cells[2],
                    cells[3].replace("`", ""), cells[4]));
            }
        }
        code.sort(null);
        documented.sort(null);
        assertEquals(String.join("\n", code), String.join("\n", documented));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aNumberIsTakenWithinItsBoundsOnly(Option o) throws Exception {
        assertEquals(o.min(), number(set(o, String.valueOf(o.min())), o));
        assertEquals(o.max(), number(set(o, String.valueOf(o.max())), o));
        String expected = o.type().equals("number") ? "a whole number from " + o.min() + " to " + o.max()
            : "a number of bytes from " + o.min() + " to " + o.max() + ", or with k, M or G after it";
        for (String wrong : List.of(String.valueOf(o.min() - 1), String.valueOf(o.max() + 1), "abc", "1.5", "0x10",
            "+" + o.min(), o.min() + " ", "\u0661\u0662\u0663", "99999999999999999999", "-9007199254740993k")) {
            assertEquals("f:3: option '" + o.name() + "' of config " + o.section() + " is '" + wrong + "'; expected "
                + expected, refused(o, wrong));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_queue_bytes", "max_bytes", "message_bytes", "batch_bytes"})
    void bytesTakeUnits(String name) throws Exception {
        Option o = numbers().stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
        assertEquals(o.max(), number(set(o, OptionRecorder.units(o.max())), o));
        assertEquals(1 << 20, number(set(o, "1M"), o));
        assertEquals(1 << 20, number(set(o, "1024k"), o));
        for (String wrong : List.of("k", "1kk", "1 k", "1m", "1025G", "-1k", "36028797018963969k")) {
            assertTrue(refused(o, wrong).contains("expected a number of bytes from"));
        }
    }

    @ParameterizedTest
    @MethodSource("bools")
    void aTruthValueIsTakenInAnyOfUcisWords(Option o) throws Exception {
        for (String word : List.of("1", "on", "true", "yes", "enabled")) {
            assertEquals(true, field(set(o, word), o));
        }
        for (String word : List.of("0", "off", "false", "no", "disabled")) {
            assertEquals(false, field(set(o, word), o));
        }
        assertEquals("f:3: option '" + o.name() + "' of config " + o.section() + " is 'TRUE'; expected 1 or 0",
            refused(o, "TRUE"));
    }

    @ParameterizedTest
    @MethodSource("words")
    void aWordIsTakenFromItsListOnly(Option o) throws Exception {
        for (String word : o.words()) {
            set(o, word);
        }
        assertEquals("f:3: option '" + o.name() + "' of config " + o.section() + " is 'x'; expected one of "
            + String.join(", ", o.words()), refused(o, "x"));
    }

    @Test
    void wordsMeanWhatTheySay() throws Exception {
        Config config = Config.parse("f", ConfigTest.LEAST + "config upstream\noption url mqtt://h\noption mqtt 3.1.1\n"
            + "option format senml+json\nconfig log\noption level error\n");
        assertEquals(false, config.upstreams.get(0).mqtt5);
        assertEquals(false, config.upstreams.get(0).cbor);
        assertEquals("error", config.log.level);
        config = Config.parse("f", ConfigTest.LEAST + "config upstream\noption url mqtt://h\n");
        assertEquals(true, config.upstreams.get(0).mqtt5);
        assertEquals(true, config.upstreams.get(0).cbor);
        assertEquals("info", config.log.level);
    }

    @Test
    void pathsAreTakenAsTheyAre() throws Exception {
        Config config = Config.parse("f", ConfigTest.GATEWAY + "option data_dir /d\n" + ConfigTest.MESH
            + "config broker\noption password_file /p\nconfig upstream\noption url mqtts://[::1]\n"
            + "option password_file /q\noption ca_file /a\noption cert_file /c\noption key_file /k\n"
            + "option client_id i\noption username u\n");
        UpstreamConfig up = config.upstreams.get(0);
        assertEquals("/d /p /q /a /c /k i u [::1]:8883", config.gateway.dataDir + " " + config.broker.passwordFile + " "
            + up.passwordFile + " " + up.caFile + " " + up.certFile + " " + up.keyFile + " " + up.clientId + " "
            + up.username + " " + up.broker);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "1", "gw-01", "A.b_c-d",
        "x234567890123456789012345678901234567890123456789012345678901234"})
    void idsOfLettersDigitsAndMarksAreTaken(String id) throws Exception {
        assertEquals(id, Config.parse("f", ConfigTest.LEAST.replace("gw-01", id)).gateway.id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-a", ".a", "_a", "a/b", "a+b", "a#b", "a b", "ä",
        "x2345678901234567890123456789012345678901234567890123456789012345"})
    void otherIdsAreNot(String id) {
        String text = ConfigTest.LEAST.replace("gw-01", id);
        assertThrows(ConfigException.class, () -> Config.parse("f", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fd00::/64", "FD00:0:0:0::/64", "2001:db8:1:2::/64"})
    void prefixesOf64BitsAreTaken(String prefix) throws Exception {
        MeshConfig mesh = mesh("option prefix '" + prefix + "'");
        assertEquals(prefix.startsWith("2") ? 0x2001_0db8_0001_0002L : 0xfd00_0000_0000_0000L, mesh.prefix);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fd00::", "fd00::/48", "fd00::1/64", "fd00/64", "/64", "::/64", "fe80::/64", "febf:1::/64",
        "ff02::/64", "localhost/64", "1.2.3.4/64", "::ffff:1.2.3.4/64", "fd00::%1/64", ".:/64", "fd00::g/64", "1:2/64"})
    void otherPrefixesAreNot(String prefix) {
        assertThrows(ConfigException.class, () -> mesh("option prefix '" + prefix + "'"), prefix);
    }

    @Test
    void linksAreTakenWithTheirParameters() {
        LinkConfig serial = LinkConfig.parse("serial:/dev/ttyS1?baud=4000000&flow=rtscts&dtr=off&rts=on");
        assertEquals("SERIAL /dev/ttyS1 4000000 true false true", serial.kind + " " + serial.target + " " + serial.baud
            + " " + serial.rtsCts + " " + serial.dtr + " " + serial.rts);
        LinkConfig plain = LinkConfig.parse("serial:/dev/ttyS1");
        assertEquals("115200 false true true 11520", plain.baud + " " + plain.rtsCts + " " + plain.dtr + " "
            + plain.rts + " " + plain.rate);
        assertEquals("tcp://[::1]:65535", LinkConfig.parse("tcp://[::1]:65535").toString());
        LinkConfig file = LinkConfig.parse("file:/a?rate=0");
        assertEquals("file:/a 0", file + " " + file.rate);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "serial:", "file:", "tcp://h", "tcp://h:0", "tcp://h:65536",
        "tcp://h:+1", "tcp://h:1?a=b",
        "tcp://::1:1", "tcp://[h]:1", "tcp://h/x:1", "udp://h:1", "udp://[::1]:0", "udp://[::1%lo]:1",
        "udp://1.2.3.4:5", "udp://[::1]:1?a=b", "serial:/a?baud=1199", "serial:/a?baud=4000001",
        "serial:/a?", "serial:/a?baud", "serial:/a?=1", "serial:/a?flow=xon", "serial:/a?dtr=1", "serial:/a?rate=1",
        "serial:/a?baud=9600&baud=9600", "serial:/a?baud=9600&", "file:/a?rate=-1", "file:/a?rate=100000001"})
    void otherLinksAreNot(String link) {
        assertThrows(IllegalArgumentException.class, () -> LinkConfig.parse(link), link);
    }

    @Test
    void filtersAreThoseOfMqtt() throws Exception {
        for (String filter : List.of("#", "+", "a", "/", "a/+/b", "+/+", "a/#", "a b", "$SYS/#")) {
            assertEquals(List.of(filter), Config.parse("f", ConfigTest.LEAST + "config ingest\nlist filter '" + filter
                + "'\n").ingest.filters);
        }
        for (String filter : List.of("a#", "#/a", "a+", "+a", "a/+b/c", "a/##", "++", "slipway/x", "$share/g/a", "")) {
            assertThrows(ConfigException.class, () -> Config.parse("f", ConfigTest.LEAST
                + "config ingest\nlist filter '" + filter + "'\n"), filter);
        }
    }

    private static MeshConfig mesh(String option) throws ConfigException {
        return Config.parse("f", ConfigTest.LEAST + option).meshes.get(0);
    }

    /** A good configuration with this option set in line 3; other options follow where the option needs them. */
    private static Config set(Option o, String value) throws ConfigException {
        String needed = switch (o.section()) {
            case "gateway" -> "option id g\n" + ConfigTest.MESH;
            case "mesh" -> "option link '" + (o.name().equals("coap_port") ? "udp://[::]:1" : "file:/a") + "'\n"
                + ConfigTest.GATEWAY;
            case "upstream" -> "option url mqtt://h\n" + (o.name().equals("retry_min_ms")
                ? "option retry_max_ms 600000\n" : o.name().equals("retry_max_ms") ? "option retry_min_ms 100\n" : "")
                + ConfigTest.LEAST;
            case "retention" -> "list match '+/udp/1'\n" + ConfigTest.LEAST;
            case "coap" -> (value.equals("discover") ? "" : "option path a\n") + ConfigTest.LEAST;
            case "decode" -> (o.name().equals("retain") || o.name().equals("format") && !value.equals("packed")
                ? "" : o.name().equals("format") ? "list field 'a u8'\n" : "option format packed\nlist field 'a u8'\n")
                + ConfigTest.LEAST;
            case "web" -> "option certificate /c\noption client_ca_file /c\n" + ConfigTest.LEAST;
            case "cluster" -> "option name c\noption certificate /c\noption client_ca_file /c\n"
                + (o.name().equals("discover") ? "option listen 0.0.0.0:1\noption password_file /p\n" : "")
                + ConfigTest.LEAST;
            case "broker" -> "option password_file /p\noption client_ca_file /c\n" + ConfigTest.LEAST;
            default -> ConfigTest.LEAST;
        };
        return Config.parse("f", "\nconfig " + o.section() + "\noption " + o.name() + " '" + value + "'\n" + needed);
    }

    private static String refused(Option o, String value) {
        return assertThrows(ConfigException.class, () -> set(o, value), o.name() + "=" + value).getMessage();
    }

    private static long number(Config config, Option o) throws ReflectiveOperationException {
        return ((Number) field(config, o)).longValue();
    }

    /** The public field whose name is the option's: {@code frame_gap_ms} is in {@code frameGapMs}. */
    private static Object field(Config config, Option o) throws ReflectiveOperationException {
        StringBuilder name = new StringBuilder();
        for (String part : o.name().split("_")) {
            name.append(name.length() == 0 ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        }
        Object section = switch (o.section()) {
            case "gateway" -> config.gateway;
            case "mesh" -> config.meshes.get(0);
            case "node" -> config.nodes.get(0);
            case "commands" -> config.commands;
            case "store" -> config.store;
            case "retention" -> config.store.retention.get(0);
            case "broker" -> config.broker;
            case "coap" -> config.coap.get(0);
            case "decode" -> config.decode.get(0);
            case "homeassistant" -> config.homeAssistant;
            case "lwm2m" -> config.lwm2m.get(0);
            case "watchdog" -> config.watchdog;
            case "web" -> config.web;
            case "cluster" -> config.cluster;
            case "mqttsn" -> config.mqttSn.get(0);
            default -> config.upstreams.get(0);
        };
        return section.getClass().getField(name.toString()).get(section);
    }
}
