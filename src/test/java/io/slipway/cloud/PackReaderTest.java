package io.slipway.cloud;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.slipway.reading.Reading;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class PackReaderTest {
    private static final String EPOCH = "17-9f3a21c4";

    private static Message message(byte[] payload, String type) {
        return new Message(Mqtt5Publish.builder().topic("slipway/gw/batch").payload(payload).contentType(type).build());
    }

    private static Message json(String text) {
        return message(text.getBytes(StandardCharsets.UTF_8), "application/senml+json");
    }

    private static String record(String more) {
        return "[{\"bn\":\"gw/\",\"epoch\":\"" + EPOCH + "\",\"n\":\"0012740200000001/udp/5678\"," + more + "}]";
    }

    private static Reading only(String more) throws BadMessage {
        return PackReader.read(json(record(more))).readings.get(0);
    }

    private static String payload(Reading reading) {
        return new String(reading.payload, StandardCharsets.UTF_8);
    }

    @Test
    void aRecordIsTheReadingThatItWasMadeOf() throws Exception {
        Reading reading = only("\"bt\":1700000000.123,\"t\":0.5,\"v\":21.50,\"seq\":7");
        assertEquals("gw/17-9f3a21c4/7 0012740200000001 udp/5678", reading.toString());
        assertEquals(1_700_000_000_623L, reading.at);
        assertTrue(reading.clockOk);
        assertEquals("21.50", payload(reading));
        assertEquals("123456789012345.678", payload(only("\"bt\":1700000000,\"v\":123456789012345.678,\"seq\":1")));
        assertEquals("hello", payload(only("\"bt\":1700000000,\"vs\":\"hello\",\"seq\":1")));
        assertArrayEquals(new byte[] {0, (byte) 255}, only("\"bt\":1700000000,\"vd\":\"AP8\",\"seq\":1").payload);
        assertEquals("a b", only("\"bt\":1700000000,\"v\":1,\"seq\":1,\"source\":\"a b\"").source);
    }

    @Test
    void aTimeThatNobodyCouldTrustIsToldFromOneThatWasWorkedOut() throws Exception {
        Reading guessed = only("\"bt\":1700000000,\"v\":1,\"seq\":1,\"clock_ok\":false,\"at_est\":true,\"mono\":5000");
        assertTrue(guessed.estimated);
        assertEquals(1_700_000_000_000L, guessed.at);
        assertEquals(5000, guessed.mono);
        Reading unknown = only("\"v\":1,\"seq\":1,\"clock_ok\":false,\"at\":77,\"mono\":5000");
        assertFalse(unknown.hasTime());
    }

    @Test
    void aPackIsReadInEveryFormInWhichItMayCome() throws Exception {
        byte[] json = record("\"bt\":1700000000,\"v\":1.5,\"seq\":1").getBytes(StandardCharsets.UTF_8);
        byte[] cbor = new ObjectMapper(new CBORFactory()).writeValueAsBytes(List.of(Map.of("bn", "gw/", "epoch", EPOCH,
            "n", "0012740200000001/udp/5678", "bt", 1_700_000_000L, "v", 1.5, "seq", 1)));
        assertEquals("1.5", payload(PackReader.read(message(json, null)).readings.get(0)));
        assertEquals("1.5", payload(PackReader.read(message(deflated(json), null)).readings.get(0)));
        assertEquals("1.5", payload(PackReader.read(message(cbor, "application/senml+cbor")).readings.get(0)));
    }

    private static byte[] deflated(byte[] plain) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(plain);
        }
        return out.toByteArray();
    }

    @Test
    void whatIsNoReadingIsRefusedWithAReason() {
        for (String more : List.of("\"bt\":1700000000,\"v\":1", "\"v\":1,\"seq\":1", "\"bt\":1700000000,\"seq\":1",
                "\"bt\":1700000000,\"v\":1,\"seq\":0", "\"bt\":1700000000,\"v\":1,\"seq\":1.5",
                "\"bt\":1e300,\"v\":1,\"seq\":1", "\"bt\":1700000000,\"v\":true,\"seq\":1",
                "\"bt\":1700000000,\"vs\":1,\"seq\":1", "\"bt\":1700000000,\"vd\":\"?\",\"seq\":1",
                "\"bt\":1700000000,\"v\":1,\"seq\":1,\"source\":\"\\u0000\"",
                "\"bt\":1700000000,\"v\":1,\"seq\":1,\"source\":\"\\ud800\"")) {
            BadMessage bad = assertThrows(BadMessage.class, () -> only(more), more);
            assertTrue(PackReader.isClean(bad.getMessage()));
        }
    }

    @Test
    void noBytesDoMoreThanBeRefused() throws Exception {
        long seed = Long.getLong("slipway.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] good = new ObjectMapper(new CBORFactory()).writeValueAsBytes(List.of(Map.of("bn", "gw/", "epoch", EPOCH,
            "n", "0012740200000001/udp/5678", "bt", 1_700_000_000L, "v", 1.5, "seq", 1)));
        byte[] text = record("\"bt\":1700000000,\"v\":1.5,\"seq\":1").getBytes(StandardCharsets.UTF_8);
        byte[] packed = deflated(text);
        int taken = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] bytes = (i % 3 == 0 ? good : i % 3 == 1 ? text : packed).clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                PackReader.read(message(bytes, null));
                taken++;
            } catch (BadMessage refused) {
                assertTrue(PackReader.isClean(refused.getMessage()));
            }
        }
        assertTrue(taken > 0);
    }
}
