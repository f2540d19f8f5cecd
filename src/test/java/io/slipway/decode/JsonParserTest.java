package io.slipway.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonParserTest {
    private static String read(String json) throws Undecodable {
        return Tree.ofJson(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Undecodable.Reason refused(byte[] payload) {
        return assertThrows(Undecodable.class, () -> Tree.ofJson(payload),
            new String(payload, StandardCharsets.ISO_8859_1)).reason;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "-0.0", "1e5", "1E+05", "12.50", "-1.5e-399", "123456789012345678901234567890",
        "\"\"", "\"a\"", "\"\u00e4\u6c34\ud83d\ude00\"", "true", "false", "null", "[]", "{}", "[[],{}]",
        "{\"a\":1,\"b\":[1,\"2\",null],\"c\":{\"a\":false}}", "{\"\":0}"})
    void whatIsJsonComesOutAsItIs(String json) throws Exception {
        assertEquals(json, read(json));
    }

    @Test
    void spaceAndEscapesAreTakenAway() throws Exception {
        assertEquals("{\"a\":[1,2]}", read(" \t\r\n{ \"\\u0061\" :\n[ 1 , 2 ] } "));
        assertEquals("\"a\\\"\\\\/\\u0008\\u000c\\n\\u000d\\u0009\u20ac\"",
            read("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u20aC\""));
        assertEquals("\"\ud83d\ude00\"", read("\"\\ud83d\\uDE00\""));
        assertEquals("\"\\ud83d\"", read("\"\\ud83d\""));
        assertEquals("\"\u00e4\\n\u00e4\"", read("\"\u00e4\\n\u00e4\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[", "{", "\"", "\"a", "\"\\", "\"\\u12", "\"\\u12G4\"",
        "\"\\u\u0661\u0661\u0661\u0661\"",
        "\"\\x\"", "\"\n\"", "\"\t\\n\"", "\"\\n\t\"", "tru", "trUe", "nul", "+1", ".5", "1.", "01", "-", "-a", "--1",
        "1e", "1e+", "0x10", "NaN", "Infinity", "-Infinity", "[1,]", "[,1]", "[1 2]", "[1", "[1,2",
        "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[1]]", "{}{}", "1 2", "/**/1", "1//",
        "\ufeff1", "\u00a01", "{1:2}", "[1}", "{\"a\":1]"})
    void whatIsNoJsonIsRefused(String text) {
        assertEquals(Undecodable.Reason.MALFORMED, refused(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"22ff22", "22c328 22", "22c022", "22eda08022", "22f888808080 22", "22e282 22",
        "225c6ee228 22", "7b22c3223a317d", "5bff5d", "e6b0b4", "22c3"})
    void textThatIsNotUtf8IsRefused(String hex) {
        assertEquals(Undecodable.Reason.MALFORMED, refused(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    @Test
    void aNameMayStandOnceInAnObject() throws Exception {
        assertEquals(Undecodable.Reason.INVALID, refused("{\"a\":1,\"b\":2,\"\\u0061\":3}".getBytes()));
        assertEquals(Undecodable.Reason.INVALID, refused("{\"a\":{\"b\":1},\"a\":{\"c\":1}}".getBytes()));
        read("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":1}]}");
    }

    @Test
    void depthNumbersAndCountsHaveTheirLimits() throws Exception {
        read("[".repeat(16) + "]".repeat(16));
        read("9".repeat(64));
        read("1e-400");
        read("[" + "1,".repeat(1022) + "1]");
        for (String text : new String[] {"[".repeat(17) + "]".repeat(17), "[".repeat(60000), "{\"a\":".repeat(10000),
            "9".repeat(65), "0." + "9".repeat(65), "1e401", "1e-401", "1e99999999999", "1e" + "0".repeat(65) + "1",
            "[" + "1,".repeat(1023) + "1]"}) {
            assertEquals(Undecodable.Reason.LIMIT, refused(text.getBytes(StandardCharsets.UTF_8)),
                text.substring(0, 5));
        }
    }
}
