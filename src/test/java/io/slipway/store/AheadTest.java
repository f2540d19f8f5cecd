package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.reading.Reading;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a destination acknowledged behind its cursor is known, over restarts, and never sent again. */
class AheadTest extends StoreFixture {
    private static final int ALL = 512;
    private static final int BYTES = 1 << 20;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private void appendCommitted(Store store, int from, int count) {
        for (int seq = from; seq < from + count; seq++) {
            assertTrue(store.append(reading(store, seq, new byte[] {(byte) seq})));
        }
        flush(store);
    }

    private static List<Long> seqs(Outbox outbox, int maxReadings) throws StoreException {
        List<Long> seqs = new ArrayList<>();
        Batch batch = outbox.next(null, maxReadings, BYTES);
        while (batch != null) {
            for (Reading reading : batch.readings) {
                seqs.add(reading.seq);
            }
            batch = outbox.next(batch, maxReadings, BYTES);
        }
        return seqs;
    }

    private static List<Long> range(long first, long last) {
        List<Long> seqs = new ArrayList<>();
        for (long seq = first; seq <= last; seq++) {
            seqs.add(seq);
        }
        return seqs;
    }

    private long rows() throws Exception {
        try (Connection raw = raw(); Statement statement = raw.createStatement();
             ResultSet row = statement.executeQuery("SELECT count(*) FROM sink_ahead")) {
            return row.getLong(1);
        }
    }

    @Test
    void whatCameAfterThePlaceOfLiveIsHandedOutFirstAndTheRestUpToIt() throws Exception {
        try (Store store = open("option block_readings '16'")) {
            Outbox outbox = store.outbox("cloud");
            appendCommitted(store, 1, 100);
            Position live = outbox.live();
            assertNull(outbox.next(live, null, ALL, BYTES));
            appendCommitted(store, 101, 5);
            Batch first = outbox.next(live, null, ALL, BYTES);
            assertEquals(101, first.first());
            outbox.acknowledge(first);
            assertEquals(105 - first.readings.size(), outbox.backlog());
            long next = 1;
            for (Batch batch = outbox.next(null, live, 7, BYTES); batch != null;
                 batch = outbox.next(null, live, 7, BYTES)) {
                assertEquals(next, batch.first());
                next = batch.last() + 1;
                outbox.acknowledge(batch);
            }
            assertEquals(101, next, "the rest ends where live began");
            assertEquals(105 - 100 - first.readings.size(), outbox.backlog());
        }
    }

    @Test
    void aRestartKnowsWhatWasAcknowledgedBehindTheCursor() throws Exception {
        try (Store store = open("option block_readings '16'")) {
            Outbox outbox = store.outbox("cloud");
            appendCommitted(store, 1, 50);
            Position live = outbox.live();
            appendCommitted(store, 51, 20);
            for (Batch batch = outbox.next(live, null, 6, BYTES); batch != null && batch.last() <= 60;
                 batch = outbox.next(live, null, 6, BYTES)) {
                outbox.acknowledge(batch);
                live = batch.end();
            }
        }
        assertEquals(1, rows());
        try (Store store = open("option block_readings '16'")) {
            Outbox outbox = store.outbox("cloud");
            List<Long> left = seqs(outbox, 7);
            assertEquals(range(1, 50), left.subList(0, 50));
            assertEquals(left.size(), outbox.backlog());
            assertTrue(left.get(50) > 51, left.toString());
            Position at = null;
            for (Batch batch = outbox.next(at, null, 7, BYTES); batch != null;
                 batch = outbox.next(at, null, 7, BYTES)) {
                outbox.acknowledge(batch);
            }
            assertEquals(0, outbox.backlog());
        }
        assertEquals(0, rows(), "the cursor has swallowed it");
    }

    @Test
    void anyOrderOfAcknowledgementsAndRestartsHandsOutEverythingAndNothingTwice() throws Exception {
        System.out.println("seed " + seed);
        TreeSet<String> seen = new TreeSet<>();
        TreeSet<String> all = new TreeSet<>();
        for (int life = 0; life < 12; life++) {
            try (Store store = open("option block_readings '16'\n option commit_interval_ms '10'")) {
                Outbox outbox = store.outbox("cloud");
                int next = 1;
                Position live = null;
                Position rest = null;
                for (int step = 0; step < 60; step++) {
                    if (live == null || random.nextInt(20) == 0) {
                        live = outbox.live();
                        rest = null;
                    }
                    Position mark = live;
                    int count = random.nextInt(9);
                    appendCommitted(store, next, count);
                    for (int i = next; i < next + count; i++) {
                        all.add(store.epoch() + "/" + i);
                    }
                    next += count;
                    boolean isLive = random.nextInt(3) > 0;
                    Batch batch = isLive ? outbox.next(live, null, 1 + random.nextInt(8), BYTES)
                        : outbox.next(rest, mark, 1 + random.nextInt(8), BYTES);
                    if (batch == null) {
                        continue;
                    }
                    for (Reading reading : batch.readings) {
                        assertTrue(seen.add(reading.epoch + "/" + reading.seq), reading.seq + " twice, seed " + seed);
                    }
                    outbox.acknowledge(batch);
                    if (isLive) {
                        live = batch.end();
                    } else {
                        rest = batch.end();
                    }
                    assertEquals(all.size() - seen.size(), outbox.backlog(), "seed " + seed);
                }
            }
        }
        try (Store store = open("")) {
            for (Reading reading : drain(store.outbox("cloud"), 50, BYTES)) {
                assertTrue(seen.add(reading.epoch + "/" + reading.seq), "seed " + seed);
            }
        }
        assertEquals(all, seen, "seed " + seed);
    }

    @Test
    void thereAreNeverMoreStretchesThanTheBoundAndNothingIsLostAtIt() throws Exception {
        try (Store store = open("option block_readings '512'")) {
            Outbox outbox = store.outbox("cloud");
            int next = 1;
            for (int outage = 0; outage < StoredOutbox.MAX_AHEAD + 20; outage++) {
                appendCommitted(store, next, 3);
                Position live = outbox.live();
                appendCommitted(store, next + 3, 2);
                next += 5;
                for (Batch batch = outbox.next(live, null, 2, BYTES); batch != null;
                     batch = outbox.next(live, null, 2, BYTES)) {
                    outbox.acknowledge(batch);
                    live = batch.end();
                }
            }
            // Up to the bound the three that waited are left of each outage; then they went before the rest.
            assertEquals(3 * StoredOutbox.MAX_AHEAD, outbox.backlog());
            assertEquals(3 * StoredOutbox.MAX_AHEAD, seqs(outbox, 100).size());
            flush(store);
        }
        assertEquals(StoredOutbox.MAX_AHEAD, rows());
    }

    @Test
    void whatIsRefusedIsPassedAndKnownByNameUntilTheDestinationWasTold() throws Exception {
        try (Store store = open("")) {
            Outbox outbox = store.outbox("cloud");
            appendCommitted(store, 1, 20);
            outbox.acknowledge(outbox.next(null, 5, BYTES));
            outbox.setAside(outbox.next(null, 1, BYTES));
            outbox.setAside(outbox.next(null, 2, BYTES));
            assertEquals(range(9, 20), seqs(outbox, 100));
            appendCommitted(store, 21, 1);
            assertTrue(outbox.hasGaps());
            assertEquals(21, store.readings(), "they stay");
        }
        try (Store store = open("")) {
            Outbox outbox = store.outbox("cloud");
            assertTrue(outbox.hasGaps());
            List<Gap> gaps = outbox.gaps(10);
            assertEquals(1, gaps.size());
            Gap gap = gaps.get(0);
            assertEquals("gw-01 6 8 3 refused", gap.origin + " " + gap.first + " " + gap.last + " " + gap.count + " "
                + gap.reason);
            assertFalse(gap.epoch.equals(store.epoch()), "they are of the life before");
            outbox.told(gap);
            assertEquals(List.of(), outbox.gaps(10));
            assertFalse(outbox.hasGaps());
        }
        try (Store store = open("")) {
            assertFalse(store.outbox("cloud").hasGaps());
            assertTrue(store.outbox("another").gaps(1).isEmpty());
        }
    }

    /** Numbers that are sent one after the other and acknowledged. */
    private static void acknowledge(Outbox outbox, Position from, Position until) throws StoreException {
        Position at = from;
        for (Batch batch = outbox.next(at, until, 100, BYTES); batch != null;
             batch = outbox.next(at, until, 100, BYTES)) {
            outbox.acknowledge(batch);
            at = batch.end();
        }
    }

    @Test
    void whatWasAcknowledgedAheadOfTheCursorGoesBeforeWhatIsStillToBeSent() throws Exception {
        byte[] noise = new byte[60];
        String small = "option max_bytes '1M'\n option queue_readings '100000'\n option queue_bytes '16M'";
        List<Long> waiting = new ArrayList<>();
        try (Store store = open(small)) {
            Outbox outbox = store.outbox("cloud");
            Outbox slow = store.outbox("slow");
            int next = 1;
            // 3000 wait, and then as much comes and goes as fits the store several times over.
            while (next <= 40_000) {
                Position live = outbox.live();
                for (int i = 0; i < 1000; i++) {
                    random.nextBytes(noise);
                    assertTrue(store.append(reading(store, next++, noise.clone())));
                }
                flush(store);
                if (next > 3000) {
                    acknowledge(outbox, live, null);
                    acknowledge(slow, null, null);
                } else {
                    waiting.addAll(range(next - 1000, next - 1));
                }
            }
            assertTrue(health.value(Counter.STORE_EXPIRED) > 20_000, "the store was full, seed " + seed);
            assertEquals(0, health.value(Counter.STORE_EXPIRED_UNSENT), "seed " + seed);
            assertEquals(List.of(), outbox.gaps(10));
            assertEquals(waiting.size(), outbox.backlog());
        }
        try (Store store = open(small)) {
            Outbox outbox = store.outbox("cloud");
            assertEquals(waiting, seqs(outbox, ALL), "seed " + seed);
            // What another destination has still to get does not go for nothing.
            Position live = outbox.live();
            appendCommitted(store, 1, 512);
            acknowledge(outbox, live, null);
            assertEquals(512, store.outbox("slow").backlog());
        }
    }

    @Test
    void whatOnlyOneDestinationAcknowledgedAheadIsNotGoneWithoutAGap() throws Exception {
        byte[] noise = new byte[60];
        try (Store store = open("option max_bytes '1M'\n option queue_readings '100000'\n option queue_bytes '16M'")) {
            Outbox outbox = store.outbox("cloud");
            Outbox behind = store.outbox("behind");
            long handedOut = 0;
            for (int next = 1; next <= 40_000; next += 1000) {
                Position live = outbox.live();
                for (int i = next; i < next + 1000; i++) {
                    random.nextBytes(noise);
                    assertTrue(store.append(reading(store, i, noise.clone())));
                }
                flush(store);
                if (next > 1000) {
                    acknowledge(outbox, live, null);
                }
            }
            handedOut = seqs(behind, ALL).size();
            assertEquals(handedOut, behind.backlog());
            long gone = 0;
            for (Gap gap : behind.gaps(Gaps.MOST)) {
                gone += gap.count;
            }
            assertEquals(40_000, handedOut + gone, "seed " + seed);
        }
    }

    @Test
    void saysWhatTwoSetsOfStretchesHaveInCommon() {
        for (int round = 0; round < 500; round++) {
            boolean[][] holds = new boolean[2][40];
            Stretches[] sets = {new Stretches(), new Stretches()};
            for (int i = 0; i < 8; i++) {
                int set = random.nextInt(2);
                int start = random.nextInt(39);
                int end = start + 1 + random.nextInt(Math.min(8, 39 - start));
                sets[set].add(new Position(1, start), new Position(1, end));
                for (int seq = start + 1; seq <= end; seq++) {
                    holds[set][seq] = true;
                }
            }
            Stretches both = sets[0].and(sets[1]);
            for (int seq = 0; seq < 40; seq++) {
                assertEquals(holds[0][seq] && holds[1][seq], both.holds(1, seq), seq + ", seed " + seed);
            }
        }
    }

    @Test
    void saysWhichPartsOfARangeAreNotAcknowledged() {
        Stretches stretches = new Stretches();
        stretches.add(new Position(1, 10), new Position(1, 20));
        stretches.add(new Position(1, 30), new Position(2, 5));
        stretches.add(new Position(1, 20), new Position(1, 25));
        assertEquals(2, stretches.size(), "those that meet are one");
        assertTrue(stretches.holds(1, 25));
        assertFalse(stretches.holds(1, 26));
        assertTrue(stretches.holds(1, 4000));
        assertEquals(5, stretches.skip(new Position(1, 31)).seq);
        assertEquals(30, stretches.nextStart(new Position(1, 12)).seq);
        stretches.forgetUpTo(new Position(1, 25));
        assertEquals(1, stretches.size());
    }
}
