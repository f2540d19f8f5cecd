package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.reading.Reading;
import io.slipway.testing.Await;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a store goes through in the field: damage, a disk that refuses, payloads of a size that no mote has. */
class StoreHardshipTest extends StoreFixture {
    private static final int LARGE = 60_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void theBacklogIsRightAfterReadingsOnTheirWayWereDeleted() throws Exception {
        try (Store store = open("option max_bytes '1M'\n option queue_readings '100000'\n option queue_bytes '16M'")) {
            Outbox outbox = store.outbox("cloud");
            appendNoise(store, 1, 1000, 40);
            awaitCommitted(1000);
            Batch onItsWay = outbox.next(null, 300, 1 << 20);
            appendNoise(store, 1001, 59_000, 40);
            awaitCommitted(60_000);
            assertTrue(health.value(Counter.STORE_EXPIRED_UNSENT) > 300);
            outbox.acknowledge(onItsWay);
            long backlog = outbox.backlog();
            assertEquals(drain(outbox, 512, 1 << 20).size(), backlog);
            assertEquals(0, outbox.backlog());
        }
    }

    @Test
    void largePayloadsKeepToTheBytesOfTheDatabase() throws Exception {
        try (Store store = open("option max_bytes '1M'\n option commit_interval_ms '10'")) {
            for (int seq = 1; seq <= 600; seq += 20) {
                appendNoise(store, seq, 20, LARGE);
                awaitCommitted(seq + 19);
            }
        }
        long size = Files.size(directory.resolve(Store.FILE_NAME));
        assertTrue(size < 1_600_000, size + " bytes");
    }

    @Test
    void smallBlocksMakeRoomForLargeOnes() throws Exception {
        try (Store store = open("option max_bytes '1M'\n option block_readings '16'\n option queue_readings '20000'"
                + "\n option commit_interval_ms '10'")) {
            appendNoise(store, 1, 16_000, 4);
            awaitCommitted(16_000);
            for (int seq = 16_001; seq <= 16_080; seq++) {
                appendNoise(store, seq, 1, LARGE);
                awaitCommitted(seq);
            }
        }
        long size = Files.size(directory.resolve(Store.FILE_NAME));
        assertTrue(size < 1_600_000, size + " bytes");
    }

    @Test
    void aDamagedBlockIsPassedOverAndCounted() throws Exception {
        List<Reading> all = new ArrayList<>();
        try (Store store = open("option block_readings '32'")) {
            append(store, all, 160, random);
        }
        change("UPDATE blk SET payload=x'07' WHERE first=1", "UPDATE blk SET payload=x'07' WHERE first=65");
        try (Store store = open("option block_readings '32'")) {
            Outbox outbox = store.outbox("cloud");
            List<Reading> left = new ArrayList<>(all.subList(32, 64));
            left.addAll(all.subList(96, 160));
            assertSameReadings(left, drain(outbox, 20, 1 << 20));
            assertEquals(64, health.value(Counter.STORE_DAMAGED));
            assertEquals(0, outbox.backlog());
        }
    }

    @Test
    void aDamagedStageIsSetAsideAndTheGatewayStarts() throws Exception {
        try (Store store = open("")) {
            store.append(reading(store, 1, new byte[1]));
        }
        change("UPDATE stage SET body=x'07'");
        try (Store store = open("")) {
            assertEquals(0, store.readings());
        }
        assertTrue(Files.exists(directory.resolve(Store.FILE_NAME + ".damaged-1")));
    }

    @Test
    void whereverAPageIsDamagedTheGatewayStartsAndItsOutboxAnswers() throws Exception {
        try (Store store = open("option block_readings '16'\n option queue_readings '10000'")) {
            appendNoise(store, 1, 4000, 40);
        }
        awaitClosed(health);
        byte[] good = Files.readAllBytes(directory.resolve(Store.FILE_NAME));
        for (int round = 0; round < 40; round++) {
            byte[] bad = good.clone();
            int page = random.nextInt(good.length / 1024);
            for (int i = 0; i < 1024; i++) {
                bad[page * 1024 + i] = (byte) random.nextInt();
            }
            awaitClosed(health);
            Files.write(directory.resolve(Store.FILE_NAME), bad);
            try (Store store = open("", "cloud")) {
                drain(store.outbox("cloud"), 500, 1 << 20);
            } catch (StoreException refused) {
                throw new AssertionError("seed " + seed + " round " + round + " page " + page, refused);
            }
        }
    }

    @Test
    void whatADiskThatRecoversRefusedIsCommittedLater() throws Exception {
        open("").close();
        change("CREATE TRIGGER full BEFORE INSERT ON stage BEGIN SELECT RAISE(ABORT, 'no room'); END");
        try (Store store = open("option commit_readings '16'\n option block_readings '32'")) {
            for (int seq = 1; seq <= 8; seq++) {
                assertTrue(store.append(reading(store, seq, new byte[1])));
            }
            Await.until("a refusal", 20, () -> "failing".equals(health.stateOf("store")));
            for (int seq = 9; seq <= 32; seq++) {
                assertTrue(store.append(reading(store, seq, new byte[1])));
            }
            // A full block does not go through the stage, so this disk takes it.
            awaitCommitted(32);
            assertEquals(32, drain(store.outbox("cloud"), 100, 1 << 20).size());
        }
    }

    @Test
    void nothingIsSaidToBeCommittedIntoAFileThatWasRemoved() throws Exception {
        try (Store store = open("")) {
            store.append(reading(store, 1, new byte[1]));
            awaitCommitted(1);
            Files.delete(directory.resolve(Store.FILE_NAME));
            store.append(reading(store, 2, new byte[1]));
            Await.until("a refusal", 20, () -> "failing".equals(health.stateOf("store")));
            assertEquals(1, health.value(Counter.STORE_COMMITTED));
        }
        awaitClosed(health);
        assertEquals(1, health.value(Counter.STORE_LOST));
    }

    @Test
    void aStoreThatFailsWhileClosingEndsAtOnceAndCountsWhatIsLost() throws Exception {
        open("").close();
        change("CREATE TRIGGER full BEFORE INSERT ON stage BEGIN SELECT RAISE(ABORT, 'no room'); END");
        Store store = open("");
        store.append(reading(store, 1, new byte[1]));
        Await.until("a refusal", 20, () -> health.value(Counter.STORE_FAILED) > 0);
        store.append(reading(store, 2, new byte[1]));
        store.close();
        assertEquals(2, health.value(Counter.STORE_LOST));
        assertFalse(store.append(reading(store, 3, new byte[1])));
    }

    @Test
    void aFloodOfLargePayloadsIsBoundedInBytesAndTheRestIsCounted() throws Exception {
        try (Store store = open("option queue_bytes '256k'")) {
            int taken = 0;
            for (int seq = 1; seq <= 2000; seq++) {
                if (store.append(reading(store, seq, new byte[LARGE]))) {
                    taken++;
                }
                assertTrue(health.gaugeValue("store_queue") <= 5, "seed " + seed);
            }
            assertEquals(2000 - taken, health.value(Counter.STORE_QUEUE_DROPPED));
            awaitCommitted(taken);
            assertTrue(store.append(reading(store, 2001, new byte[2 * LARGE * 5])), "one is always taken");
        }
    }

    @Test
    void anExceptionThatNobodyExpectedDoesNotEndTheStore() throws Exception {
        try (Store store = open("")) {
            store.outbox("cloud").onCommit(new Runnable() {
                private int calls;

                @Override
                public void run() {
                    if (++calls == 1) {
                        throw new OutOfMemoryError("Java heap space");
                    }
                }
            });
            store.append(reading(store, 1, new byte[1]));
            awaitCommitted(1);
            store.append(reading(store, 2, new byte[1]));
            awaitCommitted(2);
            assertEquals(2, drain(store.outbox("x"), 10, 100).size());
        }
    }

    private void appendNoise(Store store, long firstSeq, int count, int bytes) {
        for (long seq = firstSeq; seq < firstSeq + count; seq++) {
            byte[] noise = new byte[bytes];
            random.nextBytes(noise);
            assertTrue(store.append(reading(store, seq, noise)), "seed " + seed);
        }
    }

    private void change(String... statements) throws SQLException {
        try (Connection database = raw(); Statement statement = database.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
