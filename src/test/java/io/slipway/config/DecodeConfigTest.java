package io.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodeConfigTest {
    private static DecodeConfig decode(String... lines) throws ConfigException {
        return Config.parse("f", "config decode d\n" + String.join("\n", lines) + "\n" + ConfigTest.LEAST)
            .decode.get(0);
    }

    private static DecodeField packed(String field) throws ConfigException {
        return decode("option format packed", "list field 'x u16'", "list field '" + field + "'").fields.get(1);
    }

    private static String refused(String... lines) {
        return assertThrows(ConfigException.class, () -> decode(lines)).getMessage();
    }

    @Test
    void aSectionByDefaultTakesEverythingByItsContentFormat() throws Exception {
        DecodeConfig config = decode();
        assertEquals("d * [#] AUTO false 0 false []", config.name + " " + config.node + " " + config.sources + " "
            + config.format + " " + config.bigEndian + " " + config.bytes + " " + config.retain + " " + config.fields);
    }

    @Test
    void everyFormatHasItsWord() throws Exception {
        for (DecodeConfig.Format format : DecodeConfig.Format.values()) {
            assertEquals(format, decode("option format '" + DecodeConfig.word(format) + "'",
                format == DecodeConfig.Format.PACKED ? "list field 'a u8'" : "").format);
        }
    }

    @ParameterizedTest
    @CsvSource({"0012740200020002,0012740200020002", "212:7402:2:202,0012740200020202",
        "0212:7402:0002:0202,0012740200020202", "*,*", "8000:0:0:1,8200000000000001"})
    void aNodeIsItsEuiOrTheEndOfItsAddress(String text, String eui) throws Exception {
        assertEquals(eui, decode("option node '" + text + "'").node);
    }

    @ParameterizedTest
    @ValueSource(strings = {"001274020002000", "00127402000200021", "001274020002000G", "001274020002000A", "1:2:3",
        "1:2:3:4:5", "1::3:4", "12345:1:1:1", ":1:2:3:4", "1:2:3:"})
    void otherNodesAreNot(String text) {
        assertTrue(refused("option node '" + text + "'").startsWith("f:2: option 'node' of config decode 'd' is"));
    }

    @Test
    void aPackedFieldLiesBehindTheOneBeforeUnlessItSaysOtherwise() throws Exception {
        DecodeField field = packed("temperature i16 scale=0.01 add=-40 unit=Cel be");
        assertEquals("temperature i 2 2 -1 true false Cel", field.name + " " + field.type + " " + field.size + " "
            + field.at + " " + field.lowBit + " " + field.bigEndian + " " + field.isFlag + " " + field.unit);
        assertEquals(new BigDecimal("0.01"), field.scale);
        assertEquals(new BigDecimal("-40"), field.add);
        assertEquals(7, packed("a f64 at=7").at);
        DecodeField plain = packed("a u8");
        assertNull(plain.unit);
        assertNull(plain.scale);
        assertFalse(plain.bigEndian);
        DecodeField bits = packed("mode u16 at=0 bits=4-10");
        assertEquals("4 7 false", bits.lowBit + " " + bits.bitCount + " " + bits.isFlag);
        DecodeField bit = packed("alarm u16 at=0 bit=15");
        assertEquals("15 1 true", bit.lowBit + " " + bit.bitCount + " " + bit.isFlag);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a u7", "a u0", "a u72", "a x8", "a f16", "a u", "a u8 u8", "ä u8", "a'b u8", "a{ u8",
        "a u8 at=-1", "a u8 at=65536", "a u8 at=", "a u8 bit=8", "a u16 bits=3-2", "a u16 bits=3", "a u16 bits=8-16",
        "a f32 bit=1", "a u8 bit=1 scale=2", "a u8 scale=x", "a u8 scale=1e31", "a u8 scale=", "a u8 unit=",
        "a u8 unit=\u00b0C", "a u8 from=b", "a u8 what=1", "x u8"})
    void otherPackedFieldsAreRefused(String field) {
        String message = refused("option format packed", "list field 'x u16'", "list field \"" + field + "\"");
        assertTrue(message.startsWith("f:3: option 'field' of config decode 'd' is 'x u16' '" + field + "'; expected "),
            message);
    }

    @Test
    void aFieldOfATreeIsFoundUnderItsPath() throws Exception {
        DecodeField field = decode("option format json", "list field 'temperature unit=Cel scale=0.1 from=d.temp'")
            .fields.get(0);
        assertEquals("temperature d.temp Cel 0.1", field.name + " " + field.from + " " + field.unit + " "
            + field.scale);
        assertEquals("d.On-Chip Temp (mC) at=1", decode("option format json",
            "list field 't from=d.On-Chip Temp (mC) at=1'").fields.get(0).from);
        assertEquals("temp", decode("option format json", "list field 'temp'").fields.get(0).from);
        for (String wrong : List.of("temp u8", "temp at=1", "temp bit=1", "temp from=", "temp be")) {
            assertTrue(refused("option format json", "list field '" + wrong + "'").contains("; expected "), wrong);
        }
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertTrue(refused("option format packed").contains("option 'field' of config decode 'd' is missing"));
        assertTrue(refused("option bytes 3").contains("it only where the format is packed"));
        assertTrue(refused("option byte_order big").contains("it only where the format is packed"));
        assertTrue(refused("option format packed", "list field 'a u32'", "option bytes 3").contains("at least 4"));
        assertTrue(refused("list source 'a#'").contains("topic filters for the source"));
    }

    @Test
    void thePrefixOfHomeAssistantIsATopic() throws Exception {
        assertEquals("ha/x", Config.parse("f", "config homeassistant\noption prefix ha/x\n" + ConfigTest.LEAST)
            .homeAssistant.prefix);
        for (String wrong : List.of("a/#", "+", "/a", "a/", "$SYS")) {
            assertThrows(ConfigException.class, () -> Config.parse("f", "config homeassistant\noption prefix '" + wrong
                + "'\n" + ConfigTest.LEAST), wrong);
        }
    }
}
