package io.slipway.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimpleDecodersTest {
    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    @Test
    void textIsUtf8WithoutTheZerosAtItsEnd() throws Exception {
        DecodeFixture text = DecodeFixture.of("option format text");
        assertEquals("{\"fields\":{\"value\":\"hello \u00e4\"}}", text.json("hello \u00e4\0\0"));
        assertEquals("{\"fields\":{\"value\":\"\"}}", text.json(""));
        assertTrue(text.refused(hex("68 ff")).startsWith("MALFORMED "));
        assertEquals("{\"fields\":{\"said\":\"on\"}}",
            DecodeFixture.of("option format text", "list field 'said'").json("on"));
    }

    @Test
    void aNumberIsDecimalWithSpaceAroundIt() throws Exception {
        DecodeFixture number = DecodeFixture.of("option format number");
        assertEquals("{\"fields\":{\"value\":-21.50}}", number.json(" -21.50\r\n\0"));
        for (String wrong : List.of("", "21,5", "0x10", "1e999", "12 34", "21.5 C", "NaN")) {
            assertTrue(number.refused(wrong).startsWith("MALFORMED "), wrong);
        }
        assertEquals("{\"fields\":{\"temperature\":21.50},\"units\":{\"temperature\":\"Cel\"}}", DecodeFixture.of(
            "option format number", "list field 'temperature unit=Cel scale=0.1'").json("215.0"));
    }

    @Test
    void theLinesOf6lbrsDemoAreDecodedAsTheyWereRecorded() throws Exception {
        DecodeFixture line = DecodeFixture.of("option format 6lbr");
        int count = 0;
        for (JsonNode frame : Captures.json("6lbr-udp.m2h.expected.json").get("frames")) {
            if (frame.path("udp").path("dport").asInt() == 3000) {
                byte[] payload = hex(frame.get("udp").get("payload").asText());
                String[] parts = new String(payload).split(" \\| |\\|");
                assertEquals("{\"fields\":{\"seq\":" + parts[0] + ",\"parent\":\"" + parts[1] + "\",\"last_down\":"
                    + parts[2] + "}}", line.json(payload));
                count++;
            }
        }
        assertTrue(count > 10, count + " lines");
        assertEquals("{\"fields\":{\"seq\":1,\"parent\":null,\"last_down\":0}}", line.json("1 | (null)|0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1 | fe80::1", "x | fe80::1|0", " | fe80::1|0", "1 | fe80::1|", "1 | fe80::1|-1",
        "1 | nobody|0", "1 | |0", "12345678901 | fe80::1|0", "hello 1"})
    void otherLinesAreNot6lbrs(String text) throws Exception {
        assertTrue(DecodeFixture.of("option format 6lbr").refused(text).startsWith("MALFORMED "));
    }

    @ParameterizedTest
    @CsvSource({"u8,ff,255", "i8,ff,-1", "u16,3412,4660", "u16 be,1234,4660", "i16,feff,-2", "u24,563412,1193046",
        "i24 be,fffffe,-2", "i40,ffffffffff,-1", "u48 be,010203040506,1108152157446", "u32,ffffffff,4294967295",
        "u64,ffffffffffffffff,18446744073709551615", "i64,ffffffffffffffff,-1", "u64 be,0000000000000001,1",
        "f32,cdccb841,23.1", "f64 be,403719999999999a,23.1", "f32 be,7f800000,null", "f64,000000000000f87f,null",
        "u8 bits=4-6,70,7", "i8 bits=4-6,70,-1", "u16 be bits=3-12,1ff8,1023", "u64 bits=63-63,0000000000000080,1",
        "u8 bit=7,80,true", "u8 bit=0,80,false", "i16 be scale=0.01,0869,21.53", "i16 scale=0.1 add=-40,9001,0.0",
        "u8 scale=10,02,20", "u64 scale=10,ffffffffffffffff,184467440737095516150", "f32 scale=2,0000803f,2.0"})
    void aPackedFieldIsWhatItsTypeSays(String type, String payload, String value) throws Exception {
        assertEquals("{\"fields\":{\"x\":" + value + "}}",
            DecodeFixture.of("option format packed", "list field 'x " + type + "'").json(hex(payload)));
    }

    @Test
    void aPackedRecordIsAllItsFields() throws Exception {
        DecodeFixture record = DecodeFixture.of("option format packed", "option byte_order big",
            "list field 'temperature i16 scale=0.01 unit=Cel'", "list field 'humidity u8 unit=%RH'",
            "list field 'low u8 bit=0'", "list field 'mode u8 at=3 bits=1-3'", "list field 'battery u16 le unit=mV'");
        assertEquals("{\"fields\":{\"temperature\":-5.00,\"humidity\":55,\"low\":true,\"mode\":5,\"battery\":3300},"
            + "\"units\":{\"temperature\":\"Cel\",\"humidity\":\"%RH\",\"battery\":\"mV\"}}",
            record.json(hex("fe0c 37 0b e40c")));
        assertEquals("MALFORMED a record shorter than its fields, which take 6 bytes",
            record.refused(hex("fe0c370be4")));
        record.json(hex("fe0c370be40cff"));
        DecodeFixture exact = DecodeFixture.of("option format packed", "option bytes 3", "list field 'a u8'");
        exact.json(hex("010203"));
        assertEquals("MALFORMED a record that is not 3 bytes long", exact.refused(hex("01020304")));
    }

    @Test
    void aTreeIsAListOfPathsOfWhichSomeMayBeWanted() throws Exception {
        String payload = "{\"d\":{\"Seq #\":1,\"t\":21.5,\"xyz\":[1,{\"a\":null}],\"ok\":true,\"e\":[]}}";
        assertEquals("{\"fields\":{\"d.Seq #\":1,\"d.t\":21.5,\"d.xyz.0\":1,\"d.xyz.1.a\":null,\"d.ok\":true}}",
            DecodeFixture.of("option format json").json(payload));
        assertEquals("{\"fields\":{\"temperature\":21.5,\"n\":1},\"units\":{\"temperature\":\"Cel\"}}",
            DecodeFixture.of("option format json",
                "list field 'temperature unit=Cel from=d.t'", "list field 'gone from=d.gone'",
                "list field 'n from=d.xyz.0'").json(payload));
        assertEquals("{\"fields\":{\"value\":7}}", DecodeFixture.of("option format cbor").json(hex("07")));
        assertEquals("{\"fields\":{\"0\":1,\"1.0\":2}}", DecodeFixture.of("option format cbor").json(hex("82018102")));
        assertTrue(DecodeFixture.of("option format json").refused("{\"a\":{\"b\":1},\"a.b\":2}")
            .startsWith("INVALID two values would have the same name"));
    }

    @Test
    void theMqttClientsOfContikiAreDecodedAsTheyWereRecorded() throws Exception {
        DecodeFixture json = DecodeFixture.of("option format json", "list field 'platform from=d.Platform'",
            "list field 'rssi unit=dBm from=d.RSSI (dBm)'", "list field 'route'");
        DecodeFixture all = DecodeFixture.of("option format json");
        int count = 0;
        for (JsonNode flow : Captures.json("cng-mqtt-tcp.mqtt-expected.json")) {
            String stream = new String(hex(flow.get("stream_hex").asText()), StandardCharsets.ISO_8859_1);
            for (int at = stream.indexOf("{\"d\""); at >= 0; at = stream.indexOf("{\"d\"", at + 1)) {
                String payload = stream.substring(at, stream.indexOf("}}", at) + 2);
                String wanted = json.json(payload);
                assertTrue(wanted.startsWith("{\"fields\":{\"platform\":\"cooja\",\"rssi\":-")
                    && wanted.endsWith("},\"units\":{\"rssi\":\"dBm\"}}"), wanted);
                assertTrue(all.json(payload).startsWith("{\"fields\":{\"d.Platform\":\"cooja\",\"d.Seq #\":"));
                assertTrue(all.json(payload).contains("\"d.RSSI (dBm)\":-"));
                count++;
            }
        }
        assertTrue(count >= 3, count + " messages");
    }

    @Test
    void whatIsShownIsLimited() throws Exception {
        DecodeFixture json = DecodeFixture.of("option format json");
        json.json("[" + "1,".repeat(63) + "1]");
        assertTrue(json.refused("[" + "1,".repeat(64) + "1]").startsWith("LIMIT more than 64"));
        assertTrue(json.refused("\"" + "x".repeat(8200) + "\"").startsWith("LIMIT more than 8192"));
        assertTrue(json.refused("{\"" + "x".repeat(257) + "\":1}").startsWith("LIMIT a name"));
    }

    @Test
    void theContentFormatChoosesWhereTheFormatIsAuto() throws Exception {
        DecodeFixture auto = DecodeFixture.of();
        assertEquals("{\"fields\":{\"value\":21.5}}", auto.json("21.5".getBytes(), 0));
        assertEquals("{\"fields\":{\"value\":\"on\"}}", auto.json("on".getBytes(), 0));
        assertEquals("{\"fields\":{\"t\":1}}", auto.json("{\"t\":1}".getBytes(), 50));
        assertEquals("{\"fields\":{\"e.0.n\":\"5700\",\"e.0.v\":27.42}}",
            auto.json("{\"e\":[{\"n\":\"5700\",\"v\":27.42}]}".getBytes(), 11543));
        assertEquals("{\"fields\":{\"t\":1}}", auto.json(hex("a1617401"), 60));
        for (int format : new int[] {110, 111}) {
            assertEquals("{\"fields\":{\"t\":1}}", auto.json("[{\"n\":\"t\",\"v\":1}]".getBytes(), format));
        }
        for (int format : new int[] {112, 113}) {
            assertEquals("{\"fields\":{\"t\":1}}", auto.json(hex("81a200617402 01"), format));
        }
        for (int format : new int[] {-1, 40, 42}) {
            assertEquals("nothing", auto.json("21.5".getBytes(), format));
        }
    }

    @Test
    void aRuleIsAboutItsNodesAndSources() throws Exception {
        DecodeFixture one = DecodeFixture.of("option node 212:7402:2:202", "list source 'udp/5678'",
            "list source 'coap/sensors/#'");
        assertTrue(one.isAbout("0012740200020202", "udp/5678"));
        assertTrue(one.isAbout("0012740200020202", "coap/sensors/t"));
        assertFalse(one.isAbout("0012740200020202", "udp/5679"));
        assertFalse(one.isAbout("0012740200020203", "udp/5678"));
        assertTrue(DecodeFixture.of().isAbout("0000000000000000", "mqtt/a/b"));
    }
}
