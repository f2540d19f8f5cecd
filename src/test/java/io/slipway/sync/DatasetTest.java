package io.slipway.sync;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Epoch;
import io.slipway.sync.sim.SimTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DatasetTest {
    private static final StreamKey MINE = new StreamKey("me", new Epoch(1, 1), StreamKey.VALUES);
    private static final StreamKey THEIRS = new StreamKey("they", new Epoch(1, 2), StreamKey.VALUES);

    private final List<SyncEvent> events = new ArrayList<>();
    private final SimTable table = new SimTable(new SimTable.Content());
    private final Dataset dataset = dataset(table);

    private Dataset dataset(SimTable table) {
        return new Dataset(table, MINE, (event, detail) -> events.add(event));
    }

    private static Block block(StreamKey key, long number, Entry... entries) {
        return new Block(key, number, key.epoch, new long[] {number, number, 1}, new long[] {0, 0},
            EntriesCodec.CODEC, new byte[16], EntriesCodec.encode(List.of(entries)));
    }

    private static Entry entry(String key, String value, long hlc) {
        return new Entry(key, value == null ? null : value.getBytes(), hlc, THEIRS, 1);
    }

    @Test
    void theOutcomeDoesNotDependOnOrderOrRepetition() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                StreamKey writer = new StreamKey("w" + random.nextInt(3), new Epoch(1, random.nextInt(2)), 2);
                // Equal stamps of one writer are one change; those of two are told apart by the writer.
                long hlc = 1 + random.nextInt(12);
                String value = hlc % 4 == 0 ? null : writer + " " + hlc;
                blocks.add(block(writer, 1, entry("k" + random.nextInt(2), value, hlc)));
            }
            SimTable first = apply(blocks);
            blocks.addAll(blocks.subList(0, 10));
            Collections.shuffle(blocks, random);
            SimTable second = apply(blocks);
            for (String key : List.of("k0", "k1")) {
                assertSame(first.find(key), second.find(key));
                List<Entry> one = first.history(key);
                List<Entry> other = second.history(key);
                assertEquals(one.size(), other.size());
                assertTrue(one.size() <= Dataset.HISTORY);
                for (int i = 0; i < one.size(); i++) {
                    assertSame(one.get(i), other.get(i));
                }
            }
        }
    }

    private SimTable apply(List<Block> blocks) {
        SimTable fresh = new SimTable(new SimTable.Content());
        Dataset set = dataset(fresh);
        for (Block block : blocks) {
            set.apply(block, 0);
        }
        return fresh;
    }

    private static void assertSame(Entry one, Entry other) {
        assertEquals(one == null, other == null);
        if (one != null) {
            assertEquals(0, one.compare(other));
            assertArrayEquals(one.value, other.value);
        }
    }

    @Test
    void aWriteHoldsAgainstEverythingSeenThoughTheClockIsBehind() {
        dataset.apply(block(THEIRS, 1, entry("k", "future", 5_000L << 16)), 1_000);
        dataset.write("k", "mine".getBytes(), 1_000);
        assertArrayEquals("mine".getBytes(), dataset.get("k").value);
        assertArrayEquals("future".getBytes(), dataset.history("k").get(0).value);
    }

    @Test
    void aStampThatNoClockCouldGoOnBehindIsRefused() {
        dataset.apply(block(THEIRS, 1, entry("k", "v", Dataset.HLC_LIMIT), entry("j", "v", -5)), 0);
        assertNull(dataset.get("k"));
        assertNull(dataset.get("j"));
        assertEquals(List.of(SyncEvent.BAD_ENTRY, SyncEvent.BAD_ENTRY), events);
        assertTrue(dataset.write("k", new byte[0], Long.MAX_VALUE).hlc < Dataset.HLC_LIMIT);
    }

    @Test
    void whatCannotBeReadIsPassedOver() {
        Block block = block(THEIRS, 1, entry("k", "v", 9));
        byte[] cut = Arrays.copyOf(block.payload, block.payload.length - 1);
        dataset.apply(new Block(THEIRS, 1, THEIRS.epoch, new long[] {1, 1, 1}, new long[2], EntriesCodec.CODEC,
            new byte[16], cut), 0);
        assertEquals(List.of(SyncEvent.BAD_ENTRY), events);
    }

    @Test
    void aKeyOrAValueThatIsTooLongIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> dataset.write("", new byte[0], 0));
        assertThrows(IllegalArgumentException.class, () -> dataset.write("k".repeat(256), new byte[0], 0));
        assertThrows(IllegalArgumentException.class, () -> dataset.write("k", new byte[4097], 0));
    }

    @Test
    void aTombstoneWaitsForEveryMemberTwice() {
        dataset.write("k", new byte[] {1}, 10);
        dataset.write("k", null, 11);
        table.sealed(4);
        StreamKey old = new StreamKey("they", new Epoch(1, 9), StreamKey.VALUES);
        // One member has passed it and wrote up to block 7 before; the other has not got that yet.
        dataset.collect(List.of(Map.of(MINE, 3L), Map.of(MINE, 4L)));
        dataset.collect(List.of(Map.of(MINE, 4L), Map.of(MINE, 4L, old, 7L)));
        dataset.collect(List.of(Map.of(MINE, 4L, old, 6L), Map.of(MINE, 4L, old, 7L)));
        assertNotNull(table.find("k"));
        dataset.collect(null);
        assertNotNull(table.find("k"));
        dataset.collect(List.of(Map.of(MINE, 4L, old, 7L), Map.of(MINE, 5L, old, 8L)));
        assertNull(table.find("k"));
        assertTrue(dataset.history("k").isEmpty());
    }

    @Test
    void aChangeThatComesAfterTheTombstoneWentIsStatedAnew() {
        long late = (10L << 16) - 5;
        dataset.write("k", null, 10);
        table.sealed(1);
        dataset.collect(List.of(Map.of(MINE, 1L)));
        dataset.collect(List.of(Map.of(MINE, 1L)));
        assertNull(table.find("k"));
        dataset.apply(block(THEIRS, 1, entry("k", "late", late)), 0);
        // A node that still has the tombstone takes this one too, so both end with the same value.
        assertEquals(1, table.staged().size());
        assertTrue(dataset.get("k").hlc > 10L << 16);
        assertArrayEquals("late".getBytes(), dataset.get("k").value);
        assertTrue(events.contains(SyncEvent.RESTATED));
    }
}
