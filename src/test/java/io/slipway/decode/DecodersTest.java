package io.slipway.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodersTest {
    private static final String DECODED = Published.ROOT + Published.NODE + "/decoded/";

    @TempDir
    Path directory;

    private Published published(String sections) throws Exception {
        return new Published(directory.resolve("announced"), sections);
    }

    private static String status(Published lan) {
        JsonWriter json = new JsonWriter().object();
        lan.decoders.writeTo(json);
        return json.endObject().toString();
    }

    @Test
    void aReadingsValuesAreAMessageWithItsIdentity() throws Exception {
        Published lan = published("config decode t\noption format number\nlist field 'temperature unit=Cel'\n");
        lan.accept("udp/5678", "21.50");
        assertEquals(List.of(DECODED + "udp/5678 {\"id\":\"gw-01/1-00000002/1\",\"at\":\"2026-11-21T10:50:49.123Z\","
            + "\"clock_ok\":true,\"fields\":{\"temperature\":21.50},\"units\":{\"temperature\":\"Cel\"}}"), lan.take());
        assertEquals(1, lan.health.value(Counter.DECODE_DONE));
    }

    @Test
    void theFirstSectionThatFitsIsTaken() throws Exception {
        Published lan = published("config decode a\nlist source udp/1\noption format number\n"
            + "config decode b\noption node " + Published.NODE + "\noption format json\n"
            + "config decode c\nlist source 'mqtt/#'\noption format text\n");
        lan.accept("udp/1", "1");
        lan.accept("udp/2", "{\"x\":2}");
        lan.accept(Eui64.LAN, "mqtt/a", -1, "3");
        lan.accept(Eui64.LAN, "udp/2", -1, "{}");
        List<String> all = lan.take();
        assertEquals(3, all.size());
        assertTrue(all.get(0).endsWith("\"fields\":{\"value\":1}}"));
        assertTrue(all.get(1).endsWith("\"fields\":{\"x\":2}}"));
        assertTrue(all.get(2).startsWith(Published.ROOT + "0000000000000000/decoded/mqtt/a "), all.get(2));
        assertTrue(all.get(2).endsWith("\"fields\":{\"value\":\"3\"}}"));
    }

    @Test
    void whatDoesNotFitIsCountedByItsReasonWhichTheStatusShows() throws Exception {
        Published lan = published("config decode j\nlist source udp/1\noption format json\nconfig decode\n");
        lan.accept("udp/1", "{");
        lan.accept("udp/1", "{\"a\":1,\"a\":2}");
        lan.accept("udp/1", "[".repeat(20));
        lan.accept(Published.NODE, "coap/a", 11542, "x");
        lan.accept(Published.NODE, "coap/a", -1, "x");
        lan.accept("udp/1", "{}");
        assertEquals(1, lan.take().size());
        assertEquals("1 1 1 1 1", lan.health.value(Counter.DECODE_MALFORMED) + " "
            + lan.health.value(Counter.DECODE_INVALID) + " " + lan.health.value(Counter.DECODE_LIMIT) + " "
            + lan.health.value(Counter.DECODE_FORMAT) + " " + lan.health.value(Counter.DECODE_DONE));
        assertEquals("{\"decode\":[{\"name\":\"j\",\"format\":\"json\",\"done\":1,\"failed\":3,"
            + "\"last_reason\":\"nested more than 16 deep\",\"last_node\":\"0012740200020002\"},"
            + "{\"name\":\"decode\",\"format\":\"auto\",\"done\":0,\"failed\":1,"
            + "\"last_reason\":\"no decoder for Content-Format 11542\",\"last_node\":\"0012740200020002\"}]}",
            status(lan));
    }

    @Test
    void retainedMessagesGoWithTheirNodeAndAreLimited() throws Exception {
        Published lan = published("config decode\noption format number\noption retain 1\n");
        lan.accept("udp/1", "1");
        lan.accept("udp/1", "2");
        lan.accept(Eui64.of(7), "udp/1", -1, "2");
        assertTrue(lan.take().stream().allMatch(one -> one.startsWith("retained ")));
        lan.decoders.forgotten(Published.NODE);
        assertEquals(List.of("retained " + DECODED + "udp/1 "), lan.take());
        for (int i = 0; i < Retained.MAX; i++) {
            lan.accept(Eui64.of(i + 1), "udp/1", -1, "1");
        }
        assertEquals(0, lan.health.value(Counter.DECODE_NOT_RETAINED));
        lan.take();
        lan.accept("udp/1", "1");
        assertFalse(lan.take().get(0).startsWith("retained "));
        assertEquals(1, lan.health.value(Counter.DECODE_NOT_RETAINED));
    }

    @Test
    void whatIsRetainedIsLimitedInItsBytesToo() throws Exception {
        Published lan = published("config decode\noption format text\noption retain 1\n");
        String long8k = "x".repeat(8000);
        lan.accept("udp/9", "1");
        for (int i = 0; lan.health.value(Counter.DECODE_NOT_RETAINED) == 0; i++) {
            lan.accept(Eui64.of(i + 1), "udp/1", -1, long8k);
        }
        int kept = lan.take().size() - 2;
        assertTrue(kept > 120 && kept < (1 << 20) / 8000, kept + " messages");
        lan.accept("udp/9", long8k);
        List<String> last = lan.take();
        assertEquals("retained " + DECODED + "udp/9 ", last.get(0));
        assertTrue(last.get(1).startsWith(DECODED + "udp/9 {"));
        lan.decoders.forgotten(Eui64.of(1));
        lan.take();
        lan.accept("udp/9", long8k);
        assertTrue(lan.take().get(0).startsWith("retained " + DECODED + "udp/9 {"));
    }
}
