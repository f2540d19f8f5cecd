package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.ingest.Clock;
import io.slipway.ingest.Ingest;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Old numbers become summaries; each is either there itself or in exactly one of them, whenever the power goes. */
class ThinningTest extends StoreFixture {
    private static final String THIN = "option max_bytes '1M'\n option policy 'thin'\n option thin_interval_s '10'\n"
        + "option queue_readings '100000'\n option queue_bytes '64M'\n option commit_interval_ms '10'\n";
    private static final int NODES = 5;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final int[] next = new int[NODES + 1];
    private long mono;

    /** Ten milliseconds a reading, whatever the machine takes. */
    private final Clock clock = new Clock() {
        @Override
        public long wall() {
            return 1_795_000_000_000L + mono;
        }

        @Override
        public boolean isTrusted(long wall) {
            return true;
        }

        @Override
        public long mono() {
            return mono;
        }
    };

    private Ingest ingest(Store store) throws StoreException {
        Ingest ingest = new Ingest("gw-01", store.epoch(), clock, List.of(), (topic, payload) -> { }, store::append,
            health);
        store.numberWith((drafts, receiver) -> ingest.derive(drafts, receiver::numbered));
        return ingest;
    }

    /** The payload's whole part counts the readings of its node, the rest is noise. */
    private void fill(Store store, Ingest ingest, int count) {
        for (int i = 0; i < count; i++) {
            mono += 10;
            int node = 1 + random.nextInt(NODES);
            String noise = String.valueOf(1_000_000_000L + random.nextInt(1_000_000_000)).substring(1);
            ingest.accept(Eui64.of(node), "udp/1",
                (next[node]++ + "." + noise + "7").getBytes(StandardCharsets.US_ASCII));
            if (i % 700 == 0) {
                flush(store);
            }
        }
        flush(store);
    }

    /** For each node, where the whole parts begin that a reading or summary stands for, and how many follow. */
    private Map<Eui64, TreeMap<Integer, Integer>> coverage(List<Reading> readings) throws Exception {
        Map<Eui64, TreeMap<Integer, Integer>> covered = new HashMap<>();
        for (Reading reading : readings) {
            JsonNode json = new ObjectMapper().readTree(reading.payload);
            int from = (int) (json.isObject() ? json.get("min") : json).asDouble();
            int count = json.isObject() ? json.get("n").asInt() : 1;
            if (json.isObject()) {
                assertEquals("udp/1/thin", reading.source);
                assertEquals(from + count - 1, (int) json.get("max").asDouble());
                assertEquals(from + count / 2.0, json.get("mean").asDouble(), 1);
                assertEquals("1-", json.get("epoch").asText().substring(0, 2));
                assertTrue(json.get("to").asLong() - json.get("from").asLong() < 10_000);
                assertTrue(json.get("clock_ok").asBoolean());
            }
            Integer before = covered.computeIfAbsent(reading.node, node -> new TreeMap<>()).put(from, count);
            assertEquals(null, before, reading + " is there twice, seed " + seed);
        }
        return covered;
    }

    /** How many readings are there, as such or in summaries, each once and none left out. */
    private int count(List<Reading> readings) throws Exception {
        int sum = 0;
        for (TreeMap<Integer, Integer> node : coverage(readings).values()) {
            int expected = 0;
            for (Map.Entry<Integer, Integer> part : node.entrySet()) {
                assertEquals(expected, part.getKey(), "seed " + seed);
                expected += part.getValue();
            }
            sum += expected;
        }
        return sum;
    }

    @Test
    void everyNumberIsThereOrInOneSummaryWheneverThePowerGoes() throws Exception {
        int total = 80_000;
        Copies copies = new Copies();
        // Small blocks, so that often the summaries do not fit into what the commit takes anyway.
        try (Store store = open(THIN + "option block_readings '64'\n option commit_readings '64'\n")) {
            Ingest ingest = ingest(store);
            Outbox outbox = store.outbox("cloud");
            outbox.onCommit(copies::committed);
            fill(store, ingest, total);
            List<Reading> left = drain(outbox, 512, 1 << 20);
            assertEquals(total, count(left));
            assertTrue(left.size() < total * 3 / 4, left.size() + " left");
            assertEquals(left.size(), store.readings());
        }
        assertTrue(health.value(Counter.STORE_EXPIRED_UNSENT) > total / 4);
        assertTrue(copies.kept.size() > 20, copies.kept.size() + " copies");
        for (Path copy : copies.kept) {
            try (Store store = Store.open(config(""), copy, "gw-01", new Health())) {
                assertTrue(count(drain(store.outbox("new"), 512, 1 << 20)) > total / 4, copy + ", seed " + seed);
            }
        }
    }

    /** What a power cut would leave right after a commit in which something went, and right before it. */
    private final class Copies {
        private final List<Path> kept = new ArrayList<>();
        private Path before;
        private long expired;
        private int number;

        /** On the store's thread: nobody else writes to the files. */
        void committed() {
            try {
                Path copy = Files.createDirectory(directory.resolve("copy" + number++));
                for (String name : List.of(Store.FILE_NAME, Store.FILE_NAME + "-wal")) {
                    Files.copy(directory.resolve(name), copy.resolve(name));
                }
                boolean wanted = health.value(Counter.STORE_EXPIRED) > expired && kept.size() < 80;
                expired = health.value(Counter.STORE_EXPIRED);
                if (wanted) {
                    kept.add(copy);
                    kept.add(before);
                } else if (before != null && !kept.contains(before)) {
                    for (String name : List.of(Store.FILE_NAME, Store.FILE_NAME + "-wal")) {
                        Files.delete(before.resolve(name));
                    }
                    Files.delete(before);
                }
                before = copy;
            } catch (java.io.IOException failed) {
                throw new AssertionError(failed);
            }
        }
    }

    @Test
    void ofWhatIsNoNumberTheLastOfEachIntervalStays() throws Exception {
        try (Store store = open(THIN)) {
            Ingest ingest = ingest(store);
            int count = 60_000;
            for (int i = 0; i < count; i++) {
                mono += 10;
                byte[] text = ("text " + i + " " + Long.toHexString(random.nextLong())).getBytes(
                    StandardCharsets.US_ASCII);
                ingest.accept(Eui64.of(1), i % 2 == 0 ? "udp/1" : "udp/2", i % 2 == 0 ? text
                    : String.valueOf(i).getBytes(StandardCharsets.US_ASCII));
                if (i % 700 == 0) {
                    flush(store);
                }
            }
            flush(store);
            List<Reading> texts = new ArrayList<>();
            for (Reading reading : drain(store.outbox("x"), 512, 1 << 20)) {
                if (reading.source.equals("udp/1")) {
                    texts.add(reading);
                }
            }
            assertTrue(texts.size() < count / 2 - 1000, texts.size() + " left");
            for (int i = 1; i < texts.size(); i++) {
                assertTrue(texts.get(i).at - texts.get(i - 1).at <= 20_000, "seed " + seed + " at " + texts.get(i));
            }
        }
    }

    @Test
    void summariesGoLastAndTheBytesHold() throws Exception {
        try (Store store = open(THIN.replace("'10'\n option queue", "'60'\n option queue"))) {
            Ingest ingest = ingest(store);
            // One reading a second from each of many sources: too few in an interval to be worth a summary.
            for (int i = 0; i < 60_000; i++) {
                mono += 100;
                ingest.accept(Eui64.of(random.nextInt(600)), "udp/1",
                    String.valueOf(random.nextDouble()).getBytes(StandardCharsets.US_ASCII));
                if (i % 700 == 0) {
                    flush(store);
                }
            }
            flush(store);
            assertTrue(health.value(Counter.STORE_EXPIRED) > 1000);
        }
        assertTrue(Files.size(directory.resolve(Store.FILE_NAME)) <= 1 << 20);
    }
}
