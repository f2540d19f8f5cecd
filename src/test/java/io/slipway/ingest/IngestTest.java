package io.slipway.ingest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.config.Config;
import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.store.Store;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestTest {
    private static final Eui64 NODE = Eui64.parse("0002000200020002");
    private static final Epoch EPOCH = Epoch.parse("17-9f3a21c4");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Health health = new Health();
    private final List<Reading> journal = new ArrayList<>();
    /** The topic, then the payload. */
    private final List<String> live = new ArrayList<>();

    /** A clock that stands. */
    private record StandingClock(long wall, boolean trusted, long mono) implements Clock {
        @Override
        public boolean isTrusted(long time) {
            return trusted;
        }
    }

    private Ingest ingest(Journal to, String... filters) {
        return new Ingest("gw-01", EPOCH, new StandingClock(1_795_258_249_123L, true, 42), List.of(filters),
            (topic, payload) -> {
                live.add(topic);
                live.add(new String(payload, StandardCharsets.UTF_8));
            }, to, health);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void numbersReadingsInTheOrderOfTheJournalWhateverTheThreads() throws Exception {
        Ingest ingest = ingest(journal::add, "lan/#");
        int each = 5000;
        CountDownLatch together = new CountDownLatch(4);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            boolean fromLan = t % 2 == 0;
            threads.add(new Thread(() -> {
                together.countDown();
                for (int i = 0; i < each; i++) {
                    if (fromLan) {
                        ingest.published("lan/x", new byte[1]);
                    } else {
                        ingest.accept(NODE, "udp/1", new byte[1]);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(4 * each, journal.size());
        for (int i = 0; i < journal.size(); i++) {
            assertEquals(i + 1, journal.get(i).seq);
            assertTrue(live.get(2 * i + 1).startsWith("{\"id\":\"gw-01/17-9f3a21c4/" + (i + 1) + "\""));
        }
        assertEquals(4 * each, health.value(Counter.READINGS_ACCEPTED));
        assertEquals(2 * each, health.value(Counter.READINGS_FROM_LAN));
    }

    @Test
    void aReadingIsLiveAtOnceThoughTheJournalIsFull(@TempDir Path directory) throws Exception {
        StoreConfig config = Config.parse("test", "config gateway\n\toption id gw-01\nconfig mesh\n"
            + "\toption link tcp://127.0.0.1:1\nconfig store\n\toption queue_readings 64\n"
            + "\toption commit_readings 64\n").store;
        try (Store store = Store.open(config, directory, "gw-01", health)) {
            // Far more than the disk takes in the time: most of it finds the queue full.
            Ingest ingest = ingest(reading -> {
                for (int i = 0; i < 20_000; i++) {
                    store.append(reading);
                }
            });
            ingest.accept(NODE, "udp/1", utf8("1"));
            ingest.accept(NODE, "udp/1", utf8("2"));
        }
        assertTrue(health.value(Counter.STORE_QUEUE_DROPPED) > 0, "the journal was not full");
        assertEquals(4, live.size());
    }

    @Test
    void carriesTheIdentityTheTimesAndThePayloadAsItWas() {
        byte[] payload = {0, (byte) 0xff};
        ingest(journal::add).accept(NODE, "udp/5678", payload);
        Reading reading = journal.get(0);
        assertEquals("gw-01/17-9f3a21c4/1", reading.id());
        assertEquals(1_795_258_249_123L, reading.at);
        assertEquals(42, reading.mono);
        assertTrue(reading.clockOk);
        assertEquals(NODE, reading.node);
        assertArrayEquals(payload, reading.payload);
    }

    @Test
    void showsAReadingAsDocumented() throws Exception {
        Ingest ingest = ingest(journal::add);
        ingest.accept(NODE, "udp/5678", utf8("hello 1"));
        assertEquals(List.of("slipway/gw-01/0002000200020002/up/udp/5678",
            "{\"id\":\"gw-01/17-9f3a21c4/1\",\"at\":\"2026-11-21T10:50:49.123Z\",\"clock_ok\":true,"
            + "\"node\":\"0002000200020002\",\"source\":\"udp/5678\",\"value\":\"hello 1\"}"), live);
        ingest.accept(NODE, "udp/5678", utf8("-21.50"));
        assertTrue(live.get(3).endsWith(",\"value\":-21.50}"), live.get(3));
        ingest.accept(NODE, "udp/5678", new byte[] {0, (byte) 0xab, 1});
        assertTrue(live.get(5).endsWith(",\"hex\":\"00ab01\"}"), live.get(5));
        ingest.accept(NODE, "udp/5678", new byte[0]);
        assertTrue(live.get(7).endsWith(",\"value\":\"\"}"), live.get(7));
        ingest.accept(NODE, "udp/5678", utf8("a \"quoted\\ \u20ac\r\n\ud83d\ude00"));
        JsonNode json = JSON.readTree(live.get(9));
        assertEquals("a \"quoted\\ \u20ac\r\n\ud83d\ude00", json.get("value").asText());
        assertEquals(6, json.size());
        for (int i = 1; i < live.size(); i += 2) {
            assertTrue(JSON.readTree(live.get(i)).isObject());
        }
    }

    @Test
    void anUntrustedClockIsSaidSo() {
        new Ingest("gw-01", EPOCH, new StandingClock(5, false, 0), List.of(), (topic, payload) ->
            live.add(new String(payload, StandardCharsets.UTF_8)), journal::add, health)
            .accept(NODE, "udp/1", new byte[0]);
        assertTrue(live.get(0).contains("\"at\":\"1970-01-01T00:00:00.005Z\",\"clock_ok\":false"), live.get(0));
    }

    @Test
    void takesWhatAFilterWantsOnceAndItsOwnTopicsNever() {
        Ingest ingest = ingest(journal::add, "sensors/#", "+/cellar", "#", "slipway/#");
        ingest.published("sensors/cellar", utf8("11.5"));
        ingest.published("slipway/gw-01/0002000200020002/up/udp/1", utf8("x"));
        ingest.published("slipway/gw-02/state", utf8("online"));
        ingest.published("$SYS/broker/uptime", utf8("1"));
        ingest.published("slipways/x", utf8("y"));
        assertEquals(2, journal.size());
        assertEquals("mqtt/sensors/cellar", journal.get(0).source);
        assertEquals(Eui64.LAN, journal.get(0).node);
        assertEquals("slipway/gw-01/0000000000000000/up/mqtt/sensors/cellar", live.get(0));
        assertEquals("mqtt/slipways/x", journal.get(1).source);
    }

    @Test
    void takesNothingFromTheLanWithoutAFilter() {
        Ingest ingest = ingest(journal::add);
        ingest.published("sensors/cellar", utf8("11.5"));
        assertEquals(0, journal.size());
        ingest(journal::add, "other").published("sensors", utf8("11.5"));
        assertEquals(0, journal.size());
    }

    @Test
    void theMachinesClockIsNotTrustedBeforeThisProgramExisted() {
        SystemClock clock = new SystemClock(null);
        long before = System.currentTimeMillis();
        long mono = clock.mono();
        assertTrue(clock.wall() >= before);
        assertTrue(mono >= 0 && clock.mono() >= mono);
        // 2026-11-01T00:00:00Z.
        assertTrue(clock.isTrusted(1_793_491_200_000L));
        assertFalse(clock.isTrusted(1_793_491_199_999L));
    }

    @Test
    void theMachinesClockIsTrustedOnceTheFileIsThereThatSaysSo(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("clock");
        SystemClock clock = new SystemClock(file);
        assertFalse(clock.isTrusted(1_800_000_000_000L));
        Files.createFile(file);
        Await.until("the file to be seen", 20, () -> clock.isTrusted(1_800_000_000_000L));
        assertFalse(clock.isTrusted(1000), "no file makes 1970 right");
        Files.delete(file);
        assertTrue(clock.isTrusted(1_800_000_000_000L));
        assertFalse(new SystemClock(file).isTrusted(1_800_000_000_000L));
    }

    @Test
    void aTimeThatWasWorkedOutLaterIsMarkedInTheJson() {
        Reading reading = new Reading("gw-01", new Epoch(1, 2), 1, 5, false, 1000, Eui64.of(1), "udp/1", utf8("1"));
        assertEquals("{\"id\":\"gw-01/1-00000002/1\",\"at\":\"2027-01-15T08:00:01.000Z\",\"clock_ok\":false,"
            + "\"at_est\":true,\"node\":\"0000000000000001\",\"source\":\"udp/1\",\"value\":1}",
            new String(new ReadingJson().encode(reading.timedBy(1_800_000_000_000L)), StandardCharsets.UTF_8));
    }
}
