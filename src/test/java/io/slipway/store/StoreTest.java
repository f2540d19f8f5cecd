package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.testing.Await;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    @TempDir
    Path directory;

    private final Health health = new Health();

    @Test
    void whatWasAppendedIsThereAfterReopening() throws Exception {
        List<Reading> appended = new ArrayList<>();
        try (Store store = open("")) {
            append(store, appended, 1300, new Random(1));
        }
        try (Store store = open("")) {
            assertEquals(appended.size(), store.readings());
            assertSameReadings(appended, drain(store.outbox("x"), 200, 1 << 20));
        }
    }

    @Test
    void everyStartIsAnEpochOfItsOwn() throws Exception {
        Set<String> epochs = new HashSet<>();
        for (int start = 1; start <= 5; start++) {
            try (Store store = open("")) {
                assertEquals(start, store.epoch().boot());
                assertTrue(epochs.add(store.epoch().toString()));
            }
        }
    }

    @Test
    void aRestoredBackupDoesNotIssueTheSameEpochAgain() throws Exception {
        open("").close();
        Path backup = Files.copy(directory.resolve(Store.FILE_NAME), directory.resolve("backup"));
        String lived;
        try (Store store = open("")) {
            lived = store.epoch().toString();
        }
        Files.move(backup, directory.resolve(Store.FILE_NAME), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (Store store = open("")) {
            assertEquals(2, store.epoch().boot());
            assertNotEquals(lived, store.epoch().toString());
        }
    }

    @Test
    void theOutboxGoesOnBehindWhatWasAcknowledgedAfterARestart() throws Exception {
        List<Reading> all = new ArrayList<>();
        List<Reading> acknowledged = new ArrayList<>();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int life = 0; life < 8; life++) {
            try (Store store = open("option block_readings '40'")) {
                append(store, all, random.nextInt(150), random);
                Outbox outbox = store.outbox("cloud");
                awaitCommitted(all.size());
                for (int i = random.nextInt(6); i > 0; i--) {
                    Batch batch = outbox.next(null, 1 + random.nextInt(30), 1 << 20);
                    if (batch != null) {
                        outbox.acknowledge(batch);
                        acknowledged.addAll(batch.readings);
                    }
                }
                assertEquals(all.size() - acknowledged.size(), outbox.backlog(), "seed " + seed + " life " + life);
            }
        }
        try (Store store = open("")) {
            acknowledged.addAll(drain(store.outbox("cloud"), 17, 1 << 20));
        }
        assertSameReadings(all, acknowledged);
    }

    @Test
    void readingAheadTakesNothingAwayFromTheCursor() throws Exception {
        List<Reading> all = new ArrayList<>();
        try (Store store = open("option block_readings '16'")) {
            append(store, all, 100, new Random(2));
            awaitCommitted(100);
            Outbox outbox = store.outbox("cloud");
            Batch ahead = null;
            while (ahead == null || ahead.last() < 80) {
                ahead = outbox.next(ahead, 10, 1 << 20);
            }
            assertEquals(1, outbox.next(null, 10, 1 << 20).first());
            assertSameReadings(all, drain(outbox, 7, 1 << 20));
        }
    }

    @Test
    void batchesKeepToBothLimitsButAlwaysHoldOneReading() throws Exception {
        try (Store store = open("")) {
            for (int seq = 1; seq <= 10; seq++) {
                store.append(reading(store, seq, new byte[100]));
            }
            awaitCommitted(10);
            Outbox outbox = store.outbox("cloud");
            assertEquals(3, outbox.next(null, 3, 1 << 20).readings.size());
            assertEquals(2, outbox.next(null, 10, 250).readings.size());
            assertEquals(1, outbox.next(null, 10, 1).readings.size());
        }
    }

    @Test
    void destinationsHaveCursorsOfTheirOwn() throws Exception {
        List<Reading> all = new ArrayList<>();
        try (Store store = open("")) {
            append(store, all, 50, new Random(3));
            awaitCommitted(50);
            assertSameReadings(all, drain(store.outbox("one"), 10, 1 << 20));
            assertEquals(0, store.outbox("one").backlog());
            assertEquals(50, store.outbox("two").backlog());
            assertSameReadings(all, drain(store.outbox("two"), 10, 1 << 20));
        }
    }

    @Test
    void aCommitWakesTheOutbox() throws Exception {
        CountDownLatch woken = new CountDownLatch(1);
        try (Store store = open("")) {
            store.outbox("cloud").onCommit(woken::countDown);
            store.append(reading(store, 1, new byte[1]));
            assertTrue(woken.await(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void aFullQueueRefusesAndCounts() throws Exception {
        CountDownLatch diskIsSlow = new CountDownLatch(1);
        CountDownLatch committing = new CountDownLatch(1);
        try (Store store = open("option queue_readings '64'")) {
            store.outbox("cloud").onCommit(() -> {
                committing.countDown();
                awaitUninterrupted(diskIsSlow);
            });
            store.append(reading(store, 1, new byte[1]));
            awaitUninterrupted(committing);
            for (int seq = 2; seq <= 65; seq++) {
                assertTrue(store.append(reading(store, seq, new byte[1])));
            }
            assertFalse(store.append(reading(store, 66, new byte[1])));
            assertEquals(1, health.value(Counter.STORE_QUEUE_DROPPED));
            diskIsSlow.countDown();
        }
        assertEquals(65, health.value(Counter.STORE_COMMITTED));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    @Test
    void theOldestGoFirstWhenTheDatabaseIsFullAndTheGapIsOnRecord() throws Exception {
        int count = 60_000;
        Random random = new Random(4);
        List<Reading> left;
        try (Store store = open("option max_bytes '1M'\n option queue_readings '100000'")) {
            Outbox outbox = store.outbox("cloud");
            for (int seq = 1; seq <= count; seq++) {
                byte[] noise = new byte[40];
                random.nextBytes(noise);
                store.append(reading(store, seq, noise));
            }
            awaitCommitted(count);
            long lost = health.value(Counter.STORE_EXPIRED_UNSENT);
            assertEquals(count - lost, outbox.backlog());
            left = drain(outbox, 256, 1 << 20);
            assertEquals(count - lost, left.size());
            assertEquals(lost + 1, left.get(0).seq);
            assertEquals(count, left.get(left.size() - 1).seq);
        }
        assertTrue(Files.size(directory.resolve(Store.FILE_NAME)) < 1_200_000);
        try (Connection database = raw(); Statement statement = database.createStatement();
             ResultSet row = statement.executeQuery("SELECT sink, first, last, n FROM gap")) {
            assertTrue(row.next());
            assertEquals("cloud", row.getString(1));
            assertEquals(1, row.getLong(2));
            assertEquals(left.get(0).seq - 1, row.getLong(3));
            assertEquals(left.get(0).seq - 1, row.getLong(4));
            assertFalse(row.next());
        }
    }

    @Test
    void everyBlockIsChainedToTheOneBefore() throws Exception {
        List<Reading> all = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
            try (Store store = open("option block_readings '32'")) {
                append(store, all, 150, new Random(life));
            }
        }
        open("").close();
        Map<Long, byte[]> heads = new HashMap<>();
        int blocks = 0;
        try (Connection database = raw(); Statement statement = database.createStatement();
             ResultSet row = statement.executeQuery("SELECT b.id, s.boot, s.nonce, r.boot, r.nonce, first, last, n,"
                 + " codec, b.hash, payload FROM blk b JOIN strm s ON s.sid=b.id>>40 JOIN strm r ON r.sid=b.rec_sid"
                 + " ORDER BY b.id")) {
            while (row.next()) {
                long sid = row.getLong(1) >> 40;
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(heads.getOrDefault(sid, new byte[16]));
                java.nio.ByteBuffer header = java.nio.ByteBuffer.allocate(72);
                header.putLong(row.getInt(2)).putLong(row.getInt(3)).putLong(row.getLong(1) & (1L << 40) - 1)
                    .putLong(row.getInt(4)).putLong(row.getInt(5));
                for (int column = 6; column <= 9; column++) {
                    header.putLong(row.getLong(column));
                }
                digest.update(header.array());
                digest.update(row.getBytes(11));
                byte[] hash = Arrays.copyOf(digest.digest(), 16);
                assertEquals(Arrays.toString(row.getBytes(10)), Arrays.toString(hash));
                heads.put(sid, hash);
                blocks++;
            }
        }
        assertTrue(blocks >= 3 * 4 + 3, "blocks " + blocks);
    }

    @Test
    void blocksCostFewBytesForEachReading() throws Exception {
        Random random = new Random(5);
        try (Store store = open("")) {
            int[] values = new int[20];
            for (int seq = 1; seq <= 512; seq++) {
                int node = random.nextInt(20);
                values[node] += random.nextInt(21) - 10;
                store.append(new Reading("gw-01", store.epoch(), seq, 1_790_000_000_000L + seq * 37L, true, seq * 37L,
                    Eui64.of(node + 1), "udp/5678",
                    String.valueOf(20 + values[node] / 100.0).getBytes(StandardCharsets.US_ASCII)));
            }
        }
        try (Connection database = raw(); Statement statement = database.createStatement();
             ResultSet row = statement.executeQuery("SELECT n, codec, payload FROM blk")) {
            assertTrue(row.next());
            assertEquals(512, row.getInt(1));
            byte[] payload = row.getBytes(3);
            assertTrue(payload.length / 512.0 < 8, payload.length / 512.0 + " bytes a reading");
            byte[] plain = new InflaterInputStream(new ByteArrayInputStream(payload), new Inflater(true))
                .readAllBytes();
            assertEquals(512, ReadingsCodec.decode(plain, "gw-01", null).size());
        }
    }

    @Test
    void aDamagedDatabaseIsSetAsideAndTheGatewayStarts() throws Exception {
        try (Store store = open("")) {
            store.append(reading(store, 1, new byte[1]));
        }
        Path file = directory.resolve(Store.FILE_NAME);
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 0, 2000, (byte) 0x55);
        Files.write(file, bytes);
        try (Store store = open("")) {
            assertEquals(1, store.epoch().boot());
            assertEquals(0, store.readings());
        }
        assertEquals(Arrays.toString(bytes),
            Arrays.toString(Files.readAllBytes(directory.resolve(Store.FILE_NAME + ".damaged-1"))));
    }

    @Test
    void aDatabaseOfANewerProgramIsLeftAlone() throws Exception {
        open("").close();
        try (Connection database = raw(); Statement statement = database.createStatement()) {
            statement.execute("PRAGMA user_version=" + (Schema.VERSION + 1));
        }
        byte[] before = Files.readAllBytes(directory.resolve(Store.FILE_NAME));
        StoreException refused = assertThrows(StoreException.class, () -> open(""));
        assertTrue(refused.getMessage().contains("newer slipway"), refused.getMessage());
        assertEquals(Arrays.toString(before),
            Arrays.toString(Files.readAllBytes(directory.resolve(Store.FILE_NAME))));
    }

    @Test
    void aSecondGatewayOnTheSameDirectoryIsRefused() throws Exception {
        try (Store store = open("")) {
            StoreException refused = assertThrows(StoreException.class, () -> open(""));
            assertTrue(refused.getMessage().contains("locked"), refused.getMessage());
            assertTrue(store.append(reading(store, 1, new byte[1])));
        }
    }

    @Test
    void onlyTheOwnerCanReadTheFile() throws Exception {
        open("").close();
        assertEquals("rw-------", PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve(Store.FILE_NAME))));
    }

    @Test
    void afterTheEndNothingIsTakenAndNobodyWaits() throws Exception {
        Store store = open("");
        Outbox outbox = store.outbox("cloud");
        store.close();
        assertFalse(store.append(reading(store, 1, new byte[1])));
        assertThrows(StoreException.class, () -> outbox.next(null, 1, 1));
    }

    @Test
    void readingsAreSealedWhenTheyAreOldEvenIfTheyAreFew() throws Exception {
        try (Store store = open("option block_age_s '1'")) {
            store.append(reading(store, 1, new byte[1]));
            Await.until("a block", 15, () -> health.value(Counter.STORE_BLOCKS) == 1);
            assertEquals(1, drain(store.outbox("x"), 10, 100).size());
        }
    }

    private Store open(String options) throws ConfigException, StoreException {
        return Store.open(config(options), directory, "gw-01", health);
    }

    static StoreConfig config(String options) throws ConfigException {
        return Config.parse("test", "config gateway\n option id 'gw-01'\nconfig mesh\n option link 'file:/dev/null'\n"
            + "config store\n " + options + "\n").store;
    }

    private Connection raw() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Store.FILE_NAME));
    }

    private static void append(Store store, List<Reading> appended, int count, Random random) {
        for (int seq = 1; seq <= count; seq++) {
            byte[] payload = new byte[random.nextInt(30)];
            random.nextBytes(payload);
            Reading reading = reading(store, seq, payload);
            assertTrue(store.append(reading));
            appended.add(reading);
        }
    }

    private static Reading reading(Store store, long seq, byte[] payload) {
        return new Reading("gw-01", store.epoch(), seq, 1_790_000_000_000L + seq, true, seq, Eui64.of(seq % 7 + 1),
            "udp/5678", payload);
    }

    private void awaitCommitted(long count) {
        Await.until(count + " committed readings", 60, () -> health.value(Counter.STORE_COMMITTED) >= count);
    }

    private static List<Reading> drain(Outbox outbox, int maxReadings, int maxBytes) throws StoreException {
        List<Reading> drained = new ArrayList<>();
        for (Batch batch = outbox.next(null, maxReadings, maxBytes); batch != null;
             batch = outbox.next(null, maxReadings, maxBytes)) {
            drained.addAll(batch.readings);
            outbox.acknowledge(batch);
        }
        assertNull(outbox.next(null, 1, 1));
        return drained;
    }

    private static void assertSameReadings(List<Reading> expected, List<Reading> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            ReadingsCodecTest.assertSame(expected.get(i), actual.get(i), "reading " + i);
        }
    }
}
