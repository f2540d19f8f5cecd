package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.reading.Reading;
import io.slipway.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreTest extends StoreFixture {
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
        awaitClosed(health);
        Path backup = Files.copy(directory.resolve(Store.FILE_NAME), directory.resolve("backup"));
        String lived;
        try (Store store = open("")) {
            lived = store.epoch().toString();
        }
        awaitClosed(health);
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
        awaitClosed(health);
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

    @ParameterizedTest
    @ValueSource(strings = {"a b", "p%41%zz", "h#1", "q?x=1&y", "q?journal_mode=OFF", "mode=memory", "file:x"})
    void theDataDirectoryMayHaveAnyName(String name) throws Exception {
        Path data = directory.resolve(name).resolve("data");
        for (int life = 1; life <= 2; life++) {
            try (Store store = Store.open(config(""), data, "gw-01", health)) {
                assertEquals(life - 1, store.readings());
                store.append(reading(store, 1, new byte[1]));
            }
            awaitClosed(health);
        }
        String[] files = data.toFile().list();
        Arrays.sort(files);
        assertArrayEquals(new String[] {Store.FILE_NAME, "slipway.lock", "slipway.reserve"}, files);
        assertArrayEquals(new String[] {name}, directory.toFile().list());
    }

    @Test
    void theDataDirectoryMayBeASymbolicLink() throws Exception {
        Path real = Files.createDirectory(directory.resolve("real"));
        Store.open(config(""), Files.createSymbolicLink(directory.resolve("link"), real), "gw-01", health).close();
        assertTrue(Files.exists(real.resolve(Store.FILE_NAME)));
    }

    @Test
    void whatIsInTheWayOfTheDataDirectoryIsNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        StoreException refused = assertThrows(StoreException.class,
            () -> Store.open(config(""), file, "gw-01", health));
        assertTrue(refused.getMessage().endsWith(file + ": there is a file of that name"), refused.getMessage());
    }
}
