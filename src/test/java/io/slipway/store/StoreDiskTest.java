package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.health.Counter;
import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import io.slipway.testing.Await;
import io.slipway.testing.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A disk that is full, read-only, slow, or held by somebody else, at the start and later. */
class StoreDiskTest extends StoreFixture {
    private final List<Reading> appended = new ArrayList<>();

    private Store openOn(Path path) throws Exception {
        awaitClosed(health);
        return Store.open(config("option commit_interval_ms '10'"), path, "gw-01", health, "cloud");
    }

    private void add(Store store, int from, int count, int bytes) {
        for (int seq = from; seq < from + count; seq++) {
            byte[] noise = new byte[bytes];
            new Random(seq).nextBytes(noise);
            Reading reading = reading(store, seq, noise);
            assertTrue(store.append(reading));
            appended.add(reading);
        }
    }

    private void awaitState(String state) {
        Await.until("the state " + state, 30, () -> state.equals(health.stateOf("store")));
    }

    @Test
    void aFullDiskAtTheStartIsWaitedForAndTheEpochIsOneOfItsOwn() throws Exception {
        assumeTrue(SmallDisk.isPossible(), "only root can mount");
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), 600)) {
            openOn(disk.path).close();
            disk.fill();
            Epoch epoch;
            try (Store store = openOn(disk.path)) {
                epoch = store.epoch();
                assertEquals(2, epoch.boot());
                assertEquals("not open", health.stateOf("store"));
                Outbox outbox = store.outbox("cloud");
                assertNull(outbox.next(null, 10, 1000));
                add(store, 1, 100, 20);
                disk.empty();
                awaitState("open");
                awaitCommitted(100);
                assertSameReadings(appended, drain(outbox, 64, 1 << 20));
            }
            try (Store store = openOn(disk.path)) {
                assertEquals(epoch.boot() + 1, store.epoch().boot());
                assertEquals(0, store.outbox("cloud").backlog());
            }
        }
    }

    @Test
    void anEpochThatNeverReachedTheDiskIsNotGivenOutAgain() throws Exception {
        assumeTrue(SmallDisk.isPossible(), "only root can mount");
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), 600)) {
            openOn(disk.path).close();
            disk.fill();
            Store first = openOn(disk.path);
            first.append(reading(first, 1, new byte[1]));
            first.close();
            awaitClosed(health);
            assertEquals(1, health.value(Counter.STORE_LOST));
            Store second = openOn(disk.path);
            second.close();
            assertEquals(first.epoch().boot(), second.epoch().boot());
            assertNotEquals(first.epoch(), second.epoch());
        }
    }

    @Test
    void aReadOnlyDiskIsServedFromMemoryUntilItCanBeWritten() throws Exception {
        assumeTrue(SmallDisk.isPossible(), "only root can mount");
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), 600)) {
            disk.readOnly();
            try (Store store = openOn(disk.path.resolve("data"))) {
                assertEquals("not open", health.stateOf("store"));
                add(store, 1, 100, 20);
                disk.writable();
                awaitState("open");
                awaitCommitted(100);
                assertSameReadings(appended, drain(store.outbox("cloud"), 64, 1 << 20));
            }
        }
    }

    @Test
    void whatAFullDiskRefusedIsCommittedWhenThereIsRoomAgain() throws Exception {
        assumeTrue(SmallDisk.isPossible(), "only root can mount");
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), 900)) {
            try (Store store = openOn(disk.path)) {
                add(store, 1, 50, 20);
                awaitCommitted(50);
                disk.fill();
                int seq = 51;
                while (!"failing".equals(health.stateOf("store")) && seq < 3000) {
                    add(store, seq, 50, 200);
                    seq += 50;
                    store.flush();
                }
                awaitState("failing");
                add(store, seq, 50, 200);
                // What was committed before can be read and sent all the time.
                assertEquals(1, store.outbox("cloud").next(null, 1, 1).first());
                disk.empty();
                awaitState("open");
                awaitCommitted(appended.size());
                assertSameReadings(appended, drain(store.outbox("cloud"), 64, 1 << 20));
            }
            assertEquals(0, health.value(Counter.STORE_LOST));
        }
    }

    @Test
    void aDatabaseThatMayGrowLargerThanTheDiskKeepsWhatTheDiskHolds() throws Exception {
        assumeTrue(SmallDisk.isPossible(), "only root can mount");
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), 3000)) {
            for (int life = 0; life < 2; life++) {
                long before = health.value(Counter.STORE_COMMITTED);
                try (Store store = openOn(disk.path)) {
                    if (life == 0) {
                        Await.until("the reserve", 30, () -> Files.exists(disk.path.resolve("slipway.reserve"))
                            && Files.size(disk.path.resolve("slipway.reserve")) == Reserve.BYTES);
                    }
                    for (int seq = 1; seq <= 20_000; seq += 200) {
                        add(store, seq, 200, 200);
                        int sofar = seq + 199;
                        awaitCommitted(before + sofar);
                    }
                }
                assertEquals("closed", health.stateOf("store"));
            }
            assertEquals(0, health.value(Counter.STORE_LOST));
            assertEquals(0, health.value(Counter.STORE_QUEUE_DROPPED));
            assertTrue(health.value(Counter.STORE_EXPIRED_UNSENT) > 20_000);
            try (Store store = openOn(disk.path)) {
                List<Reading> left = drain(store.outbox("cloud"), 256, 1 << 20);
                assertTrue(left.size() > 3000, left.size() + " readings");
                assertSameReadings(appended.subList(appended.size() - left.size(), appended.size()), left);
            }
        }
    }

    @Test
    void anotherProgramThatHasTheDatabaseOpenIsWaitedFor() throws Exception {
        open("").close();
        Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
            System.getProperty("java.class.path"), Holder.class.getName(),
            directory.resolve(Store.FILE_NAME).toString()).start();
        try {
            assertEquals("locked", other.inputReader().readLine());
            try (Store store = openOn(directory)) {
                assertEquals("not open", health.stateOf("store"));
                add(store, 1, 10, 10);
                other.destroyForcibly().waitFor();
                awaitState("open");
                awaitCommitted(10);
                assertSameReadings(appended, drain(store.outbox("cloud"), 64, 1 << 20));
            }
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void whatOnlyAPersonCanMendIsRefused() throws Exception {
        Files.write(directory.resolve("file"), new byte[1]);
        assertThrows(StoreException.class, () -> openOn(directory.resolve("file")));
        assertThrows(StoreException.class, () -> openOn(directory.resolve("file").resolve("below")));
        Files.createDirectories(directory.resolve("data").resolve(Store.FILE_NAME));
        assertThrows(StoreException.class, () -> openOn(directory.resolve("data")));
    }

    @Test
    void theLogOfANewerProgramIsLeftAloneToo() throws Exception {
        open("").close();
        Path live = directory.resolve(Store.FILE_NAME);
        Path copy = Files.createDirectory(directory.resolve("copy")).resolve(Store.FILE_NAME);
        try (Connection database = raw(); Statement statement = database.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA user_version=" + (Schema.VERSION + 1));
            Files.copy(live, copy);
            Files.copy(directory.resolve(Store.FILE_NAME + "-wal"), copy.resolveSibling(Store.FILE_NAME + "-wal"));
        }
        byte[] file = Files.readAllBytes(copy);
        byte[] log = Files.readAllBytes(copy.resolveSibling(Store.FILE_NAME + "-wal"));
        assertTrue(log.length > 0);
        assertThrows(StoreException.class, () -> openOn(copy.getParent()));
        assertArrayEquals(file, Files.readAllBytes(copy));
        assertArrayEquals(log, Files.readAllBytes(copy.resolveSibling(Store.FILE_NAME + "-wal")));
        assertFalse(Files.exists(copy.resolveSibling(Store.FILE_NAME + "-shm")));
    }

    @Test
    void aDiskThatHangsHoldsUpNeitherWhoAppendsNorTheEnd() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        Store store = openOn(directory);
        store.outbox("cloud").onCommit(() -> {
            hangs.countDown();
            await(goesOn);
        });
        add(store, 1, 1, 1);
        await(hangs);
        add(store, 2, 500, 10);
        assertThrows(StoreException.class, store::flush);
        store.close();
        assertFalse(store.append(reading(store, 600, new byte[1])));
        goesOn.countDown();
        Await.until("the end", 30, () -> "closed".equals(health.stateOf("store")));
        assertEquals(501, health.value(Counter.STORE_COMMITTED));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
