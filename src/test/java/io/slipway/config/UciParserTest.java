package io.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UciParserTest {
    /** A statement, and the one value that libuci takes from it. */
    static Stream<Arguments> values() {
        return Stream.of(
            Arguments.of("option a b", "b"),
            Arguments.of("o a b", "b"),
            Arguments.of("option\ta\tb", "b"),
            Arguments.of("  option   a   b  ", "b"),
            Arguments.of("option a 'b c'", "b c"),
            Arguments.of("option a \"b c\"", "b c"),
            Arguments.of("option 'a' b", "b"),
            Arguments.of("option a b'c d'\"e f\"g", "bc de fg"),
            Arguments.of("option a 'it'\\''s'", "it's"),
            Arguments.of("option a 'b\\n\"c'", "b\\n\"c"),
            Arguments.of("option a \"b\\\"c\\\\d\\ne\"", "b\"c\\dne"),
            Arguments.of("option a b\\ c", "b c"),
            Arguments.of("option a b\\#c\\;d", "b#c;d"),
            Arguments.of("option a b # comment", "b"),
            Arguments.of("option a b#comment", "b"),
            Arguments.of("option a 'b#c;d'", "b#c;d"),
            Arguments.of("option a 'b\nc'", "b\nc"),
            Arguments.of("option a \"b\nc\"", "b\nc"),
            Arguments.of("option a \"b\\\nc\"", "bc"),
            Arguments.of("option a b\\\nc", "bc"),
            Arguments.of("option a b\\\r\nc", "bc"),
            Arguments.of("option a \\\nb", "b"),
            Arguments.of("option a b\r", "b"),
            Arguments.of("option a 'b' ; option a 'c'", "c"),
            Arguments.of("option a b;option a c;", "c"),
            Arguments.of("option a b\noption a c", "c"),
            Arguments.of("option a b\noption a ''", "b"),
            Arguments.of("list a b\noption a c", "c"),
            Arguments.of("# option a c\noption a b", "b"),
            Arguments.of("option a b\\", "b"),
            Arguments.of("option a grüße", "grüße"),
            Arguments.of("option a b\u0001c", "b\u0001c"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void takesTheValueThatLibuciTakes(String statement, String value) throws ConfigException {
        for (String end : new String[] {"", "\n", "\r\n"}) {
            UciSection section = only("config t\n" + statement + end);
            assertEquals(List.of(value), section.entries.get("a").values);
        }
    }

    @Test
    void anOptionThatALineEndCutsOffIsStillRead() throws ConfigException {
        assertEquals(List.of("b"), only("config t\noption a b").entries.get("a").values);
    }

    @Test
    void listsKeepTheirOrderAndTakeAnOptionAsTheirFirstValue() throws ConfigException {
        UciSection section = only("config t\nlist a 1\nlist a 2\nl a 1\noption b 1\nlist b 2");
        assertEquals(List.of("1", "2", "1"), section.entries.get("a").values);
        assertEquals(List.of("1", "2"), section.entries.get("b").values);
        assertTrue(section.entries.get("b").isList);
    }

    @Test
    void anEmptyOptionIsNotSet() throws ConfigException {
        assertEquals(Map.of(), only("config t\noption a ''").entries);
    }

    @Test
    void sectionsAreAnonymousOrNamed() throws ConfigException {
        List<UciSection> sections = parse("package p\nconfig a\nc a 'n'\nconfig a ''\nconfig 'b' \"m\"");
        assertEquals("[config a, config a 'n', config a, config b 'm']", sections.toString());
    }

    @Test
    void aNamedSectionGoesOnFurtherDownAndKeepsItsPlace() throws ConfigException {
        List<UciSection> sections = parse("config t 'n'\noption a 1\noption b 1\nconfig u\nconfig t n\noption a 2");
        assertEquals("[config t 'n', config u]", sections.toString());
        assertEquals(List.of("2"), sections.get(0).entries.get("a").values);
        assertEquals(List.of("1"), sections.get(0).entries.get("b").values);
    }

    @Test
    void everythingKnowsItsLine() throws ConfigException {
        UciSection section = only("\n# c\r\nconfig t\n\toption a 'x\ny'\n\n\toption b \"x\\\ny\"\n  list c d");
        assertEquals(3, section.line);
        assertEquals(4, section.entries.get("a").line);
        assertEquals(7, section.entries.get("b").line);
        assertEquals(9, section.entries.get("c").line);
    }

    /** A text, and the problems with it. */
    static Stream<Arguments> broken() {
        return Stream.of(
            Arguments.of("option a b", "f:1: 'option' before the first 'config'"),
            Arguments.of("config t\noption a", "f:2: 'option' takes a name and one value; quote a value with spaces"),
            Arguments.of("config t\nlist a b c", "f:2: 'list' takes a name and one value; quote a value with spaces"),
            Arguments.of("config", "f:1: 'config' takes a type and at most one name"),
            Arguments.of("config a b c", "f:1: 'config' takes a type and at most one name"),
            Arguments.of("package", "f:1: 'package' takes one name"),
            Arguments.of("conf t", "f:1: 'conf' is unknown here; expected config, option or list"),
            Arguments.of("'config' t", "f:1: ''config'' is unknown here; expected config, option or list"),
            Arguments.of("config t a-b", "f:1: 'a-b' is no section name; letters, digits and _ only"),
            Arguments.of("config t\noption a-b c", "f:2: 'a-b' is no option name; letters, digits and _ only"),
            Arguments.of("config t\noption ä b", "f:2: 'ä' is no option name; letters, digits and _ only"),
            Arguments.of("config t\noption '' b", "f:2: '' is no option name; letters, digits and _ only"),
            Arguments.of("config t n\n\nconfig u n",
                "f:3: 'n' is already the name of a 'config t' in line 1; give each its own"),
            Arguments.of("config t\noption a 'b", "f:2: a quote is opened here and not closed in its line"),
            Arguments.of("config t\noption a \"b\\\"", "f:2: a quote is opened here and not closed in its line"),
            Arguments.of("config t\noption a 'b\noption c 'd'\n", "f:2: a quote is opened here and not closed in"
                + " its line"),
            Arguments.of("config t\noption a\0 b", "f:2: there is a NUL byte; this is no text file"),
            Arguments.of("\uFEFFconfig t",
                "f:1: the file begins with a byte order mark, which uci refuses; save it as UTF-8 without BOM"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void saysInWhichLineAndWhat(String text, String problem) {
        assertEquals(List.of(problem), assertThrows(ConfigException.class, () -> parse(text)).problems());
    }

    @Test
    void findsEveryProblemInOneRunInTheOrderOfTheFile() {
        ConfigException all = assertThrows(ConfigException.class, () -> parse("conf t\noption a b\nconfig a b c\nx"));
        assertEquals("f:1 f:2 f:3 f:4", String.join(" ", all.problems().stream().map(p -> p.substring(0, 3)).toList()));
    }

    @Test
    void optionsOfABrokenSectionDoNotFallToTheOneBefore() {
        Problems problems = new Problems("f");
        List<UciSection> sections = Assertions.assertDoesNotThrow(
            () -> new UciParser("config t\noption a 1\nconfig t a-b\noption a 2", problems).parse());
        assertEquals(List.of("1"), sections.get(0).entries.get("a").values);
        assertEquals(1, sections.size());
    }

    @Test
    void saysNoMoreThanAHundredProblems() {
        ConfigException many = assertThrows(ConfigException.class, () -> parse("x\n".repeat(5000)));
        assertEquals(101, many.problems().size());
        assertEquals("f: and 4900 more problems", many.problems().get(100));
    }

    @Test
    void problemsArePrintableAndShort() {
        ConfigException odd = assertThrows(ConfigException.class, () -> parse("\u001b[31m" + "x".repeat(100_000)));
        assertTrue(odd.getMessage().startsWith("f:1: '?[31mxxx"));
        assertTrue(odd.getMessage().length() < 600);
    }

    @Test
    void nothingButAConfigExceptionComesOfRandomText() {
        long seed = System.nanoTime();
        System.out.println("UciParserTest seed " + seed);
        Random random = new Random(seed);
        String[] pieces = {"config", "option", "list", "package", "gateway", "mesh", "broker", "id", "link", "prefix",
            "url", "listen", "upstream", "'", "\"", "\\", "#", ";", "\n", "\r\n", " ", "\t", "\0", "\uFEFF", "\uD800",
            "ä", "serial:/x?baud=1", "mqtt://[::1]:9", "tcp://h:1", "fd00::/64", "1k", "-1", "9999999999999999", "?"};
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(40); n > 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]).append(random.nextBoolean() ? " " : "");
            }
            loads(text.toString());
        }
    }

    @Test
    void nothingButAConfigExceptionComesOfAMutatedFile() {
        long seed = System.nanoTime();
        System.out.println("UciParserTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(ConfigTest.FULL);
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.setCharAt(at, (char) random.nextInt(256));
                    case 2 -> text.insert(at, (char) random.nextInt(random.nextBoolean() ? 128 : 65536));
                    default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(80))));
                }
            }
            loads(text.toString());
        }
    }

    /** The bound is generous: it is there for what takes hours. */
    @Test
    void readsMegabytesWithoutHanging() {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            names.append("config mesh 'm").append(i).append("'\noption o").append(i).append(" x\n");
        }
        String[] texts = {names.toString(), "'".repeat(3_000_001), "\\\n".repeat(2_000_000), ";".repeat(4_000_000),
            "config t\n" + "list a b\n".repeat(400_000), "config t\noption a '" + "x\n".repeat(2_000_000),
            "#".repeat(4_000_000), "\"\" ".repeat(1_000_000)};
        for (String text : texts) {
            Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> loads(text));
        }
    }

    private static void loads(String text) {
        try {
            Config.parse("f", text);
        } catch (ConfigException expected) {
            assertTrue(!expected.problems().isEmpty());
            for (String problem : expected.problems()) {
                assertTrue(problem.startsWith("f:") && problem.indexOf('\n') < 0, problem);
            }
        }
    }

    private static UciSection only(String text) throws ConfigException {
        List<UciSection> sections = parse(text);
        assertEquals(1, sections.size());
        return sections.get(0);
    }

    private static List<UciSection> parse(String text) throws ConfigException {
        Problems problems = new Problems("f");
        List<UciSection> sections = new UciParser(text, problems).parse();
        problems.throwIfAny();
        return sections;
    }
}
