package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Reading;
import io.slipway.testing.Await;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes of the database are damaged: every reading that the destination has not acknowledged arrives as it
 * was, or lies in a gap that is on record for it.
 */
class StoreDamageTest extends StoreFixture {
    private static final int ACKNOWLEDGED = 100;
    /** Of the database, in bytes. */
    private static final int PAGE = 512;
    private static final String OPTIONS = "option block_readings '16'\n option commit_interval_ms '10'";

    private final long seed = Long.getLong("seed", System.nanoTime());
    private Random random = new Random(seed);
    /** All that any life accepted, by identity. */
    private final Map<String, Reading> accepted = new LinkedHashMap<>();
    private final Map<String, Reading> delivered = new LinkedHashMap<>();
    private Health current = health;
    private int payloadLimit = 40;

    @BeforeEach
    void say() {
        System.out.println("seed " + seed);
    }

    @Test
    void whateverBytesAreFlippedWhileItIsOffEveryReadingArrivesOrIsInAGap() throws Exception {
        threeLives();
        byte[] good = contents();
        Map<String, Reading> before = new LinkedHashMap<>(accepted);
        int met = 0;
        List<String> failures = new ArrayList<>();
        for (int round = 0; round < 200; round++) {
            if (Integer.getInteger("round", round) != round) {
                continue;
            }
            random = new Random(seed + round);
            byte[] bad = good.clone();
            String what = damage(bad);
            awaitClosed(current);
            clear();
            Files.write(file(), bad);
            accepted.clear();
            accepted.putAll(before);
            delivered.clear();
            try {
                try (Store store = openAnew(OPTIONS)) {
                    add(store, 1, 20);
                    deliverAll(store);
                }
                assertAllAccountedFor();
            } catch (AssertionError | Exception failed) {
                System.out.println("round " + round + " failed: " + failed + "\n" + status());
                failures.add("round " + round + ", " + what + ": " + failed.getMessage());
            }
            // Most flips meet a payload, a free page or a block that was acknowledged.
            met += current.value(Counter.STORE_SET_ASIDE) > 0 || current.value(Counter.STORE_DAMAGED) > 0 ? 1 : 0;
        }
        assertTrue(failures.isEmpty(), "seed " + seed + ": " + String.join("\n", failures));
        System.out.println(met + " of 200 met something that counts");
        assertTrue(met > 20, met + " of 200 met something that counts");
    }

    @Test
    void aDatabaseIsDamagedUnderTheRunningGatewayAndTheLifeGoesOn() throws Exception {
        try (Store store = open(OPTIONS + "\n option queue_readings '10000'", "cloud")) {
            // More than SQLite keeps in memory.
            payloadLimit = 400;
            add(store, 1, 6000);
            awaitCommitted(6000);
            Outbox outbox = store.outbox("cloud");
            Batch batch = outbox.next(null, 10, 1 << 20);
            batch.readings.forEach(reading -> delivered.put(reading.id(), reading));
            outbox.acknowledge(batch);
            byte[] noise = new byte[PAGE];
            try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
                for (int page = 40; page < file.length() / PAGE; page += 14) {
                    file.seek(page * (long) PAGE);
                    int type = file.read();
                    // Leaves, of an index too, and overflow: what hangs on an inner page is gone without it.
                    if (type == 0 || type == 10 || type == 13) {
                        random.nextBytes(noise);
                        file.seek(page * (long) PAGE);
                        file.write(noise);
                    }
                }
            }
            add(store, 6001, 50);
            deliverAll(store);
            // Where the noise met nothing but blocks, they are passed over one by one, and the database stays.
            boolean aside = health.value(Counter.STORE_SET_ASIDE) > 0;
            assertTrue(aside || health.value(Counter.STORE_DAMAGED) > 0, "no damage was seen");
            assertTrue(!aside || health.value(Counter.STORE_SALVAGED) > 0, "nothing was salvaged");
            assertTrue(!aside || health.gaugeValue("store_damaged_bytes") > 100_000, "nothing is said of the bytes");
        }
        assertAllAccountedFor();
        assertTrue(delivered.size() > 1000, delivered.size() + " of 6050 were delivered");
    }

    @Test
    void aSalvageThatIsCutShortBeginsAnewAndTakesNothingTwice() throws Exception {
        threeLives();
        byte[] bytes = contents();
        // The root of a tree that is needed at the start.
        int page = rootOf("sink_ack");
        Arrays.fill(bytes, (page - 1) * PAGE, page * PAGE, (byte) 0x55);
        Files.write(file(), bytes);
        for (int life = 0; life < 4; life++) {
            open(OPTIONS, "cloud").close();
        }
        try (Store store = openAnew(OPTIONS)) {
            add(store, 1, 20);
            deliverAll(store);
            Await.until("the whole way", 30, () -> current.gaugeValue("salvage_percent") == 100);
            assertEquals(accepted.size() + ACKNOWLEDGED, store.readings());
        }
        assertAllAccountedFor();
        assertEquals(accepted.size() + ACKNOWLEDGED, delivered.size());
    }

    @Test
    void retentionThatRunsDuringASalvageTakesNothingWithoutAGap() throws Exception {
        payloadLimit = 400;
        String large = OPTIONS + "\n option queue_readings '100000'\n option queue_bytes '64M'";
        try (Store store = open(large, "cloud")) {
            add(store, 1, 4000);
            awaitCommitted(4000);
        }
        byte[] bytes = contents();
        int page = rootOf("sink_ack");
        Arrays.fill(bytes, (page - 1) * PAGE, page * PAGE, (byte) 0x55);
        Files.write(file(), bytes);
        try (Store store = openAnew(large + "\n option max_bytes '1M'")) {
            for (int seq = 1; seq <= 6000; seq += 100) {
                int last = seq + 99;
                add(store, seq, 100);
                Await.until("the commit", 30, () -> current.value(Counter.STORE_COMMITTED) >= last);
            }
            assertTrue(current.value(Counter.STORE_SALVAGED) > 0, "nothing was salvaged");
            assertTrue(current.value(Counter.STORE_EXPIRED_UNSENT) > 0, "nothing was deleted");
            deliverAll(store);
        }
        assertTrue(Files.size(file()) <= 1 << 20, Files.size(file()) + " bytes");
        assertAllAccountedFor();
    }

    @Test
    void blocksWhoseWayFromTheRootIsBrokenAreSalvagedFromTheLeaves() throws Exception {
        payloadLimit = 900;
        threeLives();
        // So many that the tree of blocks has two levels of inner pages, however they fell into blocks.
        try (Store store = open(OPTIONS, "cloud")) {
            add(store, 1, 3000);
            awaitCommitted(4200);
        }
        byte[] bytes = contents();
        int destroyed = destroyInnerPages(bytes, rootOf("blk"));
        System.out.println(destroyed + " inner pages");
        assertTrue(destroyed > 2, destroyed + " inner pages");
        Files.write(file(), bytes);
        try (Store store = openAnew(OPTIONS)) {
            add(store, 1, 20);
            deliverAll(store);
            assertTrue(current.value(Counter.STORE_SET_ASIDE) > 0, "no damage was seen");
            for (Reading reading : accepted.values()) {
                assertTrue(delivered.containsKey(reading.id()), reading.id() + " is not there\n" + status());
            }
        }
        assertAllAccountedFor();
    }

    /** Overwrites the root of a table and every inner page below it with noise; returns how many. */
    private int destroyInnerPages(byte[] bytes, int page) {
        int at = (page - 1) * PAGE;
        ByteBuffer contents = ByteBuffer.wrap(bytes.clone());
        if (contents.get(at) != 5) {
            assertEquals(13, contents.get(at), "a leaf");
            return 0;
        }
        int destroyed = 1;
        for (int i = 0; i < contents.getShort(at + 3); i++) {
            destroyed += destroyInnerPages(bytes, contents.getInt(at + contents.getShort(at + 12 + 2 * i)));
        }
        destroyed += destroyInnerPages(bytes, contents.getInt(at + 8));
        byte[] noise = new byte[PAGE];
        random.nextBytes(noise);
        // Neither an inner page nor a leaf.
        noise[0] = 0x55;
        System.arraycopy(noise, 0, bytes, at, PAGE);
        return destroyed;
    }

    private int rootOf(String table) throws Exception {
        try (Connection database = raw(); Statement statement = database.createStatement();
             ResultSet row = statement.executeQuery("SELECT rootpage FROM sqlite_master WHERE name='" + table + "'")) {
            return row.getInt(1);
        }
    }

    /** A few bytes, or a whole page, or the end is missing, as power cuts leave it. */
    private String damage(byte[] bytes) {
        int kind = random.nextInt(10);
        int page = random.nextInt(bytes.length / PAGE);
        if (kind == 0) {
            Arrays.fill(bytes, page * PAGE, page * PAGE + PAGE, (byte) 0);
            return "page " + page + " zeroed";
        }
        if (kind == 1) {
            Arrays.fill(bytes, page * PAGE, page * PAGE + PAGE / 2, (byte) 0xff);
            return "page " + page + " half written";
        }
        int count = 1 + random.nextInt(kind);
        StringBuilder what = new StringBuilder("flipped");
        for (int i = 0; i < count; i++) {
            // Half of the flips go to where the tables' trees are, which a payload's bytes outnumber.
            int at = random.nextBoolean() ? random.nextInt(bytes.length)
                : random.nextInt(bytes.length / PAGE) * PAGE + random.nextInt(40);
            if (at >= 60 && at < 64) {
                // The version of the tables: a higher one is refused, whatever the reason.
                continue;
            }
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            what.append(' ').append(at);
        }
        return what.toString();
    }

    private void threeLives() throws Exception {
        for (int life = 0; life < 3; life++) {
            try (Store store = open(OPTIONS, "cloud")) {
                add(store, 1, 400 + life);
                awaitCommitted(400 * (life + 1));
                if (life == 0) {
                    Outbox outbox = store.outbox("cloud");
                    Batch batch = outbox.next(null, ACKNOWLEDGED, 1 << 20);
                    while (batch.last() < ACKNOWLEDGED) {
                        outbox.acknowledge(batch);
                        batch = outbox.next(batch, (int) (ACKNOWLEDGED - batch.last()), 1 << 20);
                    }
                    outbox.acknowledge(batch);
                }
            }
        }
        for (int i = 0; i < ACKNOWLEDGED; i++) {
            accepted.remove(accepted.keySet().iterator().next());
        }
    }

    private void add(Store store, int from, int count) {
        for (int seq = from; seq < from + count; seq++) {
            byte[] payload = new byte[random.nextInt(payloadLimit)];
            random.nextBytes(payload);
            Reading reading = reading(store, seq, payload);
            assertTrue(store.append(reading));
            accepted.put(reading.id(), reading);
        }
    }

    /** As an upstream would, until nothing is left. */
    private void deliverAll(Store store) throws StoreException {
        Outbox outbox = store.outbox("cloud");
        String last = new ArrayList<>(accepted.keySet()).get(accepted.size() - 1);
        Await.until("the last reading", 60, () -> {
            Batch batch = outbox.next(null, 50, 1 << 20);
            while (batch != null) {
                for (Reading reading : batch.readings) {
                    delivered.put(reading.id(), reading);
                }
                outbox.acknowledge(batch);
                batch = outbox.next(null, 50, 1 << 20);
            }
            return delivered.containsKey(last) && !"running".equals(current.stateOf("salvage"));
        });
    }

    private void assertAllAccountedFor() throws Exception {
        List<Reading> missing = new ArrayList<>();
        for (Reading reading : accepted.values()) {
            Reading arrived = delivered.get(reading.id());
            if (arrived == null) {
                missing.add(reading);
            } else {
                ReadingsCodecTest.assertSame(reading, arrived, reading.id());
            }
        }
        for (String id : delivered.keySet()) {
            assertTrue(accepted.containsKey(id) || isAcknowledgedLongAgo(id), id + " was never accepted");
        }
        assertTrue(missing.size() < accepted.size(), "nothing was delivered");
        if (!missing.isEmpty()) {
            assertInGaps(missing);
        }
    }

    /** Told to the destination, that is, and after a restart not again. */
    private void assertInGaps(List<Reading> missing) throws Exception {
        Map<String, List<Gap>> told = new LinkedHashMap<>();
        boolean blanket = false;
        awaitClosed(current);
        Health later = new Health();
        try (Store store = Store.open(config(OPTIONS), directory, "gw-01", later, "cloud")) {
            Outbox outbox = store.outbox("cloud");
            for (Gap gap : outbox.gaps(1000)) {
                blanket |= gap.epoch == null && gap.count == 0;
                told.computeIfAbsent(gap.origin + "/" + gap.epoch, any -> new ArrayList<>()).add(gap);
                outbox.told(gap);
            }
        }
        for (Reading reading : missing) {
            boolean known = blanket;
            for (Gap gap : told.getOrDefault(reading.origin + "/" + reading.epoch, List.of())) {
                known |= gap.first <= reading.seq && reading.seq <= gap.last;
            }
            assertTrue(known, () -> reading.id() + " is neither delivered nor in a gap\n" + status());
        }
        awaitClosed(later);
        try (Store store = Store.open(config(OPTIONS), directory, "gw-01", later, "cloud")) {
            assertEquals(List.of(), store.outbox("cloud").gaps(1000), "told twice");
        }
        awaitClosed(later);
    }

    private String status() {
        JsonWriter status = new JsonWriter().object();
        current.writeTo(status);
        return status.toString();
    }

    /** A lost cursor sends again what was acknowledged. */
    private boolean isAcknowledgedLongAgo(String id) {
        return id.startsWith("gw-01/1-") && Integer.parseInt(id.substring(id.lastIndexOf('/') + 1)) <= ACKNOWLEDGED;
    }

    /** Once it is closed, another life begins whose counters are its own. */
    private Store openAnew(String options) throws Exception {
        awaitClosed(current);
        current = new Health();
        return Store.open(config(options), directory, "gw-01", current, "cloud");
    }

    private byte[] contents() throws IOException {
        awaitClosed(current);
        return Files.readAllBytes(file());
    }

    private Path file() {
        return directory.resolve(Store.FILE_NAME);
    }

    private void clear() throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
