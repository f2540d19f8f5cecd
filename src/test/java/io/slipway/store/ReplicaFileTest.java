package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;
import io.slipway.sync.BlockStore;
import io.slipway.sync.Chain;
import io.slipway.sync.Entry;
import io.slipway.sync.StreamKey;
import io.slipway.sync.StreamState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a replica, with SQLite on a real disk. */
class ReplicaFileTest {
    private static final Epoch LIFE = new Epoch(3, 0x1234abcd);
    private static final StreamKey OWN = new StreamKey("gw-01", LIFE, StreamKey.TELEMETRY);
    private static final StreamKey OTHERS = new StreamKey("gw-02", new Epoch(1, -5), StreamKey.TELEMETRY);

    @TempDir
    Path directory;

    private static List<Reading> readings(int first, int count, int bytes) {
        Random random = new Random(first);
        List<Reading> readings = new ArrayList<>();
        for (int seq = first; seq < first + count; seq++) {
            byte[] payload = new byte[bytes];
            random.nextBytes(payload);
            readings.add(new Reading("gw-01", LIFE, seq, 1_800_000_000_000L + seq, true, seq, Eui64.of(7), "udp/1",
                payload));
        }
        return readings;
    }

    private static Block block(long number, byte[] before) {
        Block open = new Block(OTHERS, number, OTHERS.epoch, new long[] {number * 10, number * 10 + 4, 5},
            new long[] {number, number + 1}, 9, Chain.start(), new byte[] {(byte) number});
        return new Block(OTHERS, number, open.records, new long[] {open.first, open.last, 5},
            new long[] {open.tmin, open.tmax}, 9, Chain.hash(before, open), open.payload);
    }

    @Test
    void whatWasNotCommittedNeverWas() throws Exception {
        Block first = block(1, Chain.start());
        try (ReplicaFile file = ReplicaFile.open(directory)) {
            assertEquals(1, file.blocks().append(first));
            assertTrue(file.isDirty());
            file.rollback();
            assertEquals(0, file.streamCount());
            assertEquals(2, file.blocks().append(first));
            assertEquals(2, file.commit());
            file.blocks().append(block(2, first.hash));
        }
        try (ReplicaFile file = ReplicaFile.open(directory)) {
            StreamState state = file.blocks().streams().get(0);
            assertEquals(1, state.contig);
            assertEquals(5, state.total);
            assertArrayEquals(first.hash, state.hash);
            Block read = file.blocks().read(OTHERS, 1);
            assertArrayEquals(first.payload, read.payload);
            assertArrayEquals(Chain.hash(Chain.start(), read), read.hash);
            assertNull(file.blocks().read(OTHERS, 2));
        }
    }

    @Test
    void readingsAreSealedOnceAndOnlyThoseTooLongAreLeftOut() throws Exception {
        try (ReplicaFile file = ReplicaFile.open(directory)) {
            assertEquals(0, file.seal(OWN, readings(1, 100, 20)));
            file.commit();
            assertEquals(1, file.takeSealed().size());
            assertEquals(0, file.seal(OWN, readings(90, 20, 20)));
            file.commit();
            Block sealed = file.takeSealed().get(0);
            assertEquals(101, sealed.first);
            assertEquals(9, sealed.count);
            assertEquals(1, file.seal(OWN, List.of(readings(200, 1, 30_000).get(0), readings(201, 1, 10).get(0))));
            assertEquals(0, file.seal(OWN, readings(300, 100, 1000)));
            file.commit();
            for (Block block : file.takeSealed()) {
                assertTrue(block.payload.length <= Block.MAX_PAYLOAD);
            }
            StreamState state = file.blocks().streams().get(0);
            assertEquals(100 + 9 + 1 + 100, state.total);
        }
    }

    @Test
    void whatIsReclaimedIsOneGapThatKnowsItsEnd() throws Exception {
        try (ReplicaFile file = ReplicaFile.open(directory)) {
            BlockStore blocks = file.blocks();
            byte[] before = Chain.start();
            for (int number = 1; number <= 5; number++) {
                Block block = block(number, before);
                blocks.append(block);
                before = block.hash;
            }
            file.commit();
            byte[] third = blocks.hash(OTHERS, 3);
            assertEquals(2, file.reclaim(OTHERS, 1, BlockGap.RETENTION));
            assertEquals(3, file.reclaim(OTHERS, 2, BlockGap.RETENTION));
            assertEquals(4, file.reclaim(OTHERS, 3, BlockGap.RETENTION));
            file.commit();
            BlockGap gap = blocks.gap(OTHERS, 2);
            assertEquals(1, gap.from);
            assertEquals(3, gap.to);
            assertEquals(15, gap.total);
            assertArrayEquals(third, gap.hash);
            assertArrayEquals(third, blocks.hash(OTHERS, 3));
            assertNull(blocks.hash(OTHERS, 2));
            assertEquals(15, blocks.total(OTHERS, 3));
            assertEquals(20, blocks.total(OTHERS, 4));
            assertEquals(4, blocks.streams().get(0).low);
            assertNull(blocks.gap(OTHERS, 4));
        }
    }

    @Test
    void aTransactionOfWhichAStatementFailedIsRefusedWhole() throws Exception {
        Block first = block(1, Chain.start());
        try (ReplicaFile file = ReplicaFile.open(directory)) {
            file.blocks().append(first);
            file.commit();
            file.values().put(new Entry("a/b", new byte[1], 5, OTHERS, 1));
            assertEquals(BlockStore.REFUSED, file.blocks().append(first));
            assertEquals(BlockStore.REFUSED, file.blocks().append(block(2, first.hash)));
            boolean refused = false;
            try {
                file.commit();
            } catch (StoreException whole) {
                refused = true;
            }
            assertTrue(refused);
            assertNull(file.values().find("a/b"));
            assertFalse(file.isDirty());
            assertNotEquals(BlockStore.REFUSED, file.blocks().append(block(2, first.hash)));
            file.commit();
            assertEquals(2, file.blocks().streams().get(0).contig);
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsSetAside() throws Exception {
        Files.write(directory.resolve(ReplicaFile.FILE_NAME), new byte[4096]);
        Files.writeString(directory.resolve(ReplicaFile.FILE_NAME), "this is no database".repeat(100));
        try (ReplicaFile file = ReplicaFile.open(directory)) {
            assertEquals(8, file.id().length());
        }
        assertTrue(Files.exists(directory.resolve("replica.db.damaged")));
    }
}
