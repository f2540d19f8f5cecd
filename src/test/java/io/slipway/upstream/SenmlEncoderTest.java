package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.PayloadForm;
import io.slipway.reading.Reading;
import io.slipway.store.Batch;
import io.slipway.store.Position;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenmlEncoderTest {
    private static final Epoch EPOCH = new Epoch(17, 0x9f3a21c4);
    private static final Eui64 NODE = Eui64.of(0x0212_4b00_0000_0001L);
    private static final long NOV_2026 = 1_795_257_600_123L;
    private static final ObjectMapper JSON = JsonMapper.builder()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();
    private static final ObjectMapper CBOR = CBORMapper.builder()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();
    private static final String[] LABELS = {"bn", "-2", "bt", "-3", "n", "0", "v", "2", "vs", "3", "t", "6", "vd", "8"};

    private static Reading reading(long seq, long at, boolean clockOk, String source, byte[] payload) {
        return new Reading("gw-01", EPOCH, seq, at, clockOk, 250 * seq, NODE, source, payload);
    }

    private static Reading reading(long seq, long at, String payload) {
        return reading(seq, at, true, "udp/5683", payload.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] encode(boolean cbor, Reading... readings) {
        return (cbor ? new SenmlCborEncoder() : new SenmlJsonEncoder())
            .encode(new Batch(new Position(1, 0), 1, List.of(readings)));
    }

    private static JsonNode parse(boolean cbor, byte[] pack) throws IOException {
        return (cbor ? CBOR : JSON).readTree(pack);
    }

    /** The field under its JSON label or its CBOR label. */
    private static JsonNode field(JsonNode record, String label) {
        JsonNode found = record.get(label);
        for (int i = 0; found == null && i < LABELS.length; i += 2) {
            found = LABELS[i].equals(label) ? record.get(LABELS[i + 1]) : null;
        }
        return found;
    }

    @Test
    void writesJsonAsInThisExample() {
        byte[] pack = encode(false, reading(41, NOV_2026, "21.50"), reading(42, NOV_2026 + 250, "on"),
            reading(43, NOV_2026 - 23, true, "mqtt/caf\u00e9", new byte[] {0, (byte) 0xff}));
        assertEquals("[{\"bn\":\"gw-01/\",\"bt\":1795257600.123,\"epoch\":\"17-9f3a21c4\","
            + "\"n\":\"02124b0000000001/udp/5683\",\"v\":21.50,\"seq\":41},"
            + "{\"n\":\"02124b0000000001/udp/5683\",\"t\":0.25,\"vs\":\"on\",\"seq\":42},"
            + "{\"n\":\"02124b0000000001/mqtt/caf_\",\"t\":-0.023,\"vd\":\"AP8\",\"seq\":43,"
            + "\"source\":\"mqtt/caf\u00e9\"}]", new String(pack, StandardCharsets.UTF_8));
    }

    @Test
    void writesCborAsInThisExample() {
        byte[] pack = encode(true, reading(1, NOV_2026, "21.50"), reading(24, NOV_2026 + 1000, "-7"));
        assertEquals("82"                                       // two records
            + "a6"                                              // the first has six fields
            + "21" + "66" + hex("gw-01/")                       // bn
            + "22" + "c4" + "82" + "22" + "1b000001a1fdb1087b"  // bt: 1795257600123 * 10^-3
            + "65" + hex("epoch") + "6b" + hex("17-9f3a21c4")
            + "00" + "7819" + hex("02124b0000000001/udp/5683")  // n
            + "02" + "c4" + "82" + "21" + "190866"              // v: 2150 * 10^-2
            + "63" + hex("seq") + "01"
            + "a4"
            + "00" + "7819" + hex("02124b0000000001/udp/5683")
            + "06" + "01"                                       // t: one second later
            + "02" + "26"                                       // v: -7
            + "63" + hex("seq") + "1818", HexFormat.of().formatHex(pack));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesNoTimeToAReadingWhoseClockWasWrong(boolean cbor) throws IOException {
        JsonNode pack = parse(cbor, encode(cbor, reading(1, 12_345, false, "udp/1", new byte[] {'1'}),
            reading(2, 99_000, true, "udp/1", new byte[] {'1'}), reading(3, NOV_2026, "1")));
        assertNull(field(pack.get(0), "bt"), "it would give a time to the records without one");
        for (int i = 0; i < 2; i++) {
            assertNull(field(pack.get(i), "t"));
            assertFalse(pack.get(i).get("clock_ok").booleanValue());
            assertEquals(250 * (i + 1), pack.get(i).get("mono").longValue());
        }
        assertEquals(12_345, pack.get(0).get("at").longValue());
        assertEquals(99_000, pack.get(1).get("at").longValue());
        assertEquals(new BigDecimal("1795257600.123"), field(pack.get(2), "t").decimalValue());
        assertNull(pack.get(2).get("clock_ok"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTimeThatWasWorkedOutLaterIsATimeAndSaysSo(boolean cbor) throws IOException {
        Reading early = reading(1, 12_345, false, "udp/1", new byte[] {'1'}).timedBy(NOV_2026 - 500);
        JsonNode pack = parse(cbor, encode(cbor, early, reading(2, NOV_2026, "1")));
        assertEquals(NOV_2026 - 250, early.at);
        assertEquals(BigDecimal.valueOf(early.at, 3), field(pack.get(0), "bt").decimalValue());
        assertFalse(pack.get(0).get("clock_ok").booleanValue());
        assertTrue(pack.get(0).get("at_est").booleanValue());
        assertEquals(250, pack.get(0).get("mono").longValue());
        assertNull(pack.get(0).get("at"));
        assertNull(pack.get(1).get("at_est"));
        assertNull(pack.get(1).get("clock_ok"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "7", "-7", "23", "24", "255", "256", "65535", "65536", "4294967295", "4294967296",
        "999999999999999999", "-999999999999999999", "0.1", "-0.05", "21.50", "1e3", "1.5E-7", "2e+99", "-3.25e-99"})
    void keepsEveryDigitOfANumber(String number) throws IOException {
        for (boolean cbor : new boolean[] {true, false}) {
            JsonNode value = field(parse(cbor, encode(cbor, reading(1, NOV_2026, number))).get(0), "v");
            assertEquals(new BigDecimal(number), value.decimalValue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0", "-0.0", "-0e5"})
    void keepsTheSignOfMinusZero(String zero) throws IOException {
        JsonNode pack = new CBORMapper().readTree(encode(true, reading(1, NOV_2026, zero)));
        assertEquals(-0.0, pack.get(0).get("2").doubleValue());
    }

    @Test
    void losesNothingOfManyRandomReadings() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        SenmlEncoder[] encoders = {new SenmlCborEncoder(), new SenmlJsonEncoder()};
        for (int round = 0; round < 300; round++) {
            List<Reading> readings = new ArrayList<>();
            long seq = 1 + (random.nextLong() >>> 1) / 2;
            for (int i = random.nextInt(40); i >= 0; i--) {
                readings.add(randomReading(random, seq));
                seq += 1 + random.nextInt(3);
            }
            for (SenmlEncoder encoder : encoders) {
                boolean cbor = encoder == encoders[0];
                JsonNode pack = parse(cbor, encoder.encode(new Batch(new Position(1, 0), 1, readings)));
                check(readings, pack, "seed " + seed + ", round " + round + (cbor ? ", CBOR" : ", JSON"));
            }
        }
    }

    private static Reading randomReading(Random random, long seq) {
        String[] sources = {"udp/5683", "coap/s/temp", "mqtt/a b", "mqttsn/\u20ac\ud83d\ude00", "mqtt/\"\\",
            "udp/" + seq};
        byte[] payload = new byte[random.nextInt(40)];
        random.nextBytes(payload);
        if (random.nextInt(3) > 0) {
            payload = (random.nextInt(2) == 0 ? Long.toString(random.nextLong() / 100) : BigDecimal.valueOf(
                random.nextInt(), random.nextInt(9)).toString()).getBytes(StandardCharsets.UTF_8);
        } else if (random.nextInt(2) == 0) {
            payload = ("text \u00fc\n" + random.nextInt()).getBytes(StandardCharsets.UTF_8);
        }
        return reading(seq, NOV_2026 + random.nextInt(2_000_000) - 1_000_000, random.nextInt(20) > 0,
            sources[random.nextInt(sources.length)], payload);
    }

    private static void check(List<Reading> readings, JsonNode pack, String where) throws IOException {
        JsonNode first = pack.get(0);
        BigDecimal base = field(first, "bt") == null ? BigDecimal.ZERO : field(first, "bt").decimalValue();
        assertEquals("gw-01/", field(first, "bn").textValue());
        assertEquals(EPOCH.toString(), first.get("epoch").textValue());
        assertEquals(readings.size(), pack.size(), where);
        for (int i = 0; i < readings.size(); i++) {
            Reading reading = readings.get(i);
            JsonNode record = pack.get(i);
            String at = where + ": " + record;
            assertEquals(reading.seq, record.get("seq").longValue(), at);
            String name = field(record, "n").textValue();
            assertTrue(name.matches("[A-Za-z0-9][A-Za-z0-9:./_-]*"), at);
            String source = record.has("source") ? record.get("source").textValue() : name.substring(17);
            assertEquals(reading.node + " " + reading.source, name.substring(0, 16) + " " + source, at);
            if (reading.clockOk) {
                BigDecimal t = field(record, "t") == null ? BigDecimal.ZERO : field(record, "t").decimalValue();
                assertEquals(0, base.add(t).compareTo(BigDecimal.valueOf(reading.at, 3)), at);
            } else {
                assertEquals(reading.at + " " + reading.mono, record.get("at") + " " + record.get("mono"), at);
            }
            assertArrayEquals(reading.payload, payload(record, reading), at);
        }
    }

    /** The payload that a value stands for: text and bytes exactly, a number as the one with the same digits. */
    private static byte[] payload(JsonNode record, Reading reading) throws IOException {
        if (field(record, "vs") != null) {
            return field(record, "vs").textValue().getBytes(StandardCharsets.UTF_8);
        }
        JsonNode bytes = field(record, "vd");
        if (bytes != null) {
            return bytes.isBinary() ? bytes.binaryValue() : Base64.getUrlDecoder().decode(bytes.textValue());
        }
        assertEquals(PayloadForm.NUMBER, PayloadForm.of(reading.payload));
        BigDecimal sent = new BigDecimal(new String(reading.payload, StandardCharsets.US_ASCII));
        return field(record, "v").decimalValue().equals(sent) ? reading.payload : null;
    }
}
