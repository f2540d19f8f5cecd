package io.slipway.sync.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Epoch;
import io.slipway.sync.BlockGap;
import io.slipway.sync.Entry;
import io.slipway.sync.FramePeek;
import io.slipway.sync.Rules;
import io.slipway.sync.StreamKey;
import io.slipway.sync.SyncEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Single rules, each on a network where nothing else happens. */
class ReplicaTest extends CalmNetwork {
    private final List<String> frames = new ArrayList<>();

    @Test
    void onACalmNetworkEveryBlockIsReceivedOnce() {
        start("a");
        start("b");
        start("c");
        run(5_000);
        world.listener = frame -> frames.add(FramePeek.line(frame));
        for (int i = 0; i < 300; i++) {
            world.nodes.get(i % 3).write(5);
            run(200);
        }
        run(5_000);
        assertNull(new Checks(world, true).disagreement());
        assertEquals(0, count(SyncEvent.DUPLICATE));
        assertEquals(0, count(SyncEvent.OUT_OF_ORDER));
        long blocks = 0;
        for (SimNode node : world.nodes) {
            blocks += contig(node, readings(node));
        }
        assertTrue(blocks > 50, blocks + " blocks");
        assertEquals(2 * blocks, frames.stream().filter(f -> f.startsWith("BLOCK")).count());
    }

    @Test
    void aRelayServesWhoDoesNotReachTheOrigin() {
        SimNode a = start("a");
        SimNode b = start("b");
        SimNode c = start("c");
        world.cut(a.index, c.index, true);
        world.cut(c.index, a.index, true);
        for (int i = 0; i < 50; i++) {
            a.write(5);
            run(500);
        }
        run(10_000);
        assertTrue(contig(a, readings(a)) > 10);
        assertEquals(contig(a, readings(a)), contig(c, readings(a)));
        assertEquals(contig(b, readings(a)), contig(c, readings(a)));
    }

    @Test
    void aSourceThatFallsSilentIsReplacedByARelay() {
        SimNode a = start("a");
        start("b");
        SimNode c = start("c");
        a.write(5);
        run(5_000);
        world.cut(a.index, c.index, true);
        for (int i = 0; i < 60; i++) {
            a.write(5);
            run(1_000);
        }
        assertTrue(count(SyncEvent.SOURCE_SWITCHED) >= 1);
        assertTrue(contig(c, readings(a)) > contig(a, readings(a)) - 5,
            contig(c, readings(a)) + " of " + contig(a, readings(a)));
    }

    @Test
    void noMoreIsOnItsWayThanTheCredit() {
        SimNode a = start("a");
        SimNode b = start("b");
        a.write(16);
        run(10_000);
        world.listener = frame -> frames.add(FramePeek.line(frame));
        world.cut(b.index, a.index, true);
        for (int i = 0; i < 40; i++) {
            a.write(16);
            run(250);
        }
        assertTrue(contig(a, readings(a)) > 30);
        assertEquals(Rules.CREDIT_BLOCKS, frames.stream().filter(f -> f.startsWith("BLOCK")).count());
        world.cut(b.index, a.index, false);
        run(60_000);
        assertEquals(contig(a, readings(a)), contig(b, readings(a)));
    }

    @Test
    void whatIsNotAcknowledgedByARequiredSinkIsKept() {
        SimNode a = start("a", "c");
        SimNode b = start("b", "c");
        a.room = 5;
        for (int i = 0; i < 40; i++) {
            a.write(16);
            run(500);
        }
        StreamKey key = readings(a);
        assertTrue(contig(a, key) > 5 && a.disk.streams.get(key).gaps.isEmpty(), "unacknowledged blocks went");
        assertEquals(contig(a, key), contig(b, key));
        start("c", "c");
        run(60_000);
        a.write(16);
        run(5_000);
        List<BlockGap> gaps = a.disk.streams.get(key).gaps;
        assertEquals(1, gaps.size());
        assertEquals(BlockGap.RETENTION, gaps.get(0).reason);
    }

    @Test
    void underPressureTheOldestGoAndAreDeclared() {
        SimNode a = start("a", "c");
        a.room = 5;
        a.keepNewest = true;
        for (int i = 0; i < 20; i++) {
            a.write(16);
            run(500);
        }
        StreamKey key = readings(a);
        SimNode b = start("b", "c");
        run(20_000);
        assertEquals(contig(a, key), contig(b, key));
        BlockGap gap = b.disk.streams.get(key).gaps.get(0);
        assertEquals(BlockGap.PRESSURE, gap.reason);
        assertEquals(world.truth.total(key, gap.to), gap.total);
    }

    @Test
    void aNewNodeMayStartFromNowAndSaysWhatItLacks() {
        joining(Rules.FROM_NOW, 1);
    }

    @Test
    void aNewNodeMayStartFromADay() {
        joining(10_000, 0);
    }

    private void joining(long joinMs, long most) {
        SimNode a = start("a");
        for (int i = 0; i < 40; i++) {
            a.write(16);
            run(500);
        }
        run(2_000);
        StreamKey key = readings(a);
        long before = contig(a, key);
        SimNode b = add("b", joinMs);
        b.start();
        run(60_000);
        a.write(5);
        run(30_000);
        SimStream stream = b.disk.streams.get(key);
        assertEquals(contig(a, key), stream.contig());
        BlockGap gap = stream.gaps.get(0);
        assertEquals(1, gap.from);
        assertEquals(BlockGap.BEFORE_JOIN, gap.reason);
        assertTrue(gap.to < before || most > 0 && gap.to == before, gap + " of " + before);
        assertNotNull(stream.block(gap.to + 1));
        assertEquals(world.truth.total(key, gap.to), gap.total);
    }

    @Test
    void whatIsWrittenTodayDoesNotWaitForTheBacklog() {
        SimNode a = start("a");
        for (int life = 0; life < 8; life++) {
            for (int i = 0; i < 30; i++) {
                a.write(16);
                run(300);
            }
            a.crash();
            a.revive();
        }
        world.delayMs = 500;
        SimNode b = start("b");
        StreamKey today = readings(a);
        long left = 0;
        for (int i = 0; i < 600 && contig(b, today) < 3; i++) {
            a.write(16);
            run(100);
            left = contig(a, today) - contig(b, today);
        }
        long backlog = 0;
        for (StreamKey key : a.disk.streams.keySet()) {
            backlog += key.equals(today) ? 0 : contig(a, key) - contig(b, key);
        }
        assertTrue(contig(b, today) >= 3, left + " of today are missing");
        assertTrue(backlog > 50, "the backlog of " + backlog + " was there before");
        run(120_000);
        assertNull(new Checks(world, true).disagreement());
    }

    /** Two members have removed a tombstone, the third has not; then comes a change that is older than it. */
    @Test
    void aLateChangeEndsAlikeWhereTheTombstoneIsAndWhereItWent() {
        SimNode a = start("a");
        SimNode b = start("b");
        SimNode c = start("c");
        run(5_000);
        a.writeValue("k", new byte[] {1});
        run(3_000);
        a.writeValue("k", null);
        while (c.disk.table.entries.get("k").value != null) {
            run(10);
        }
        world.cut(a.index, c.index, true);
        world.cut(b.index, c.index, true);
        run(10_000);
        assertNull(a.disk.table.entries.get("k"));
        assertNull(b.disk.table.entries.get("k"));
        assertNotNull(c.disk.table.entries.get("k"));
        SimNode late = add("late", Rules.ALL);
        late.clockOffset = -1_700_000_000_000L;
        for (SimNode other : List.of(a, b, c)) {
            world.cut(other.index, late.index, true);
        }
        late.start();
        late.writeValue("k", new byte[] {2});
        run(2_000);
        for (SimNode other : List.of(a, b, c)) {
            world.cut(other.index, late.index, false);
        }
        run(20_000);
        world.cut(a.index, c.index, false);
        world.cut(b.index, c.index, false);
        run(60_000);
        for (SimNode node : world.nodes) {
            Entry entry = node.disk.table.entries.get("k");
            assertTrue(entry != null && !entry.isTombstone() && entry.value[0] == 2, node.toString());
        }
        assertTrue(count(SyncEvent.RESTATED) > 0);
    }

    @Test
    void twoUnderOneIdAreNoticed() {
        SimNode a = start("a");
        start("b");
        run(5_000);
        SimNode clone = add("a", Rules.ALL);
        clone.disk = a.disk.copy();
        clone.start();
        run(200_000);
        assertTrue(world.story.stream().anyMatch(s -> s.contains("(a): CLONE")), "by itself");
        assertTrue(world.story.stream().anyMatch(s -> s.contains("(b): CLONE")), "by others");
    }

    @Test
    void aRestoredNodeLearnsThatItIsOneAndGetsItsPastBack() {
        SimNode a = start("a");
        SimNode b = start("b");
        a.write(16);
        run(2_000);
        SimStore.Disk backup = a.disk.copy();
        StreamKey key = readings(a);
        for (int i = 0; i < 10; i++) {
            a.write(16);
            run(1_000);
        }
        a.crash();
        world.replace(a, backup);
        a.revive();
        run(30_000);
        assertEquals(1, count(SyncEvent.RESTORED));
        assertTrue(contig(b, key) >= 11);
        assertEquals(contig(b, key), contig(a, key));
    }

    @Test
    void aComparisonOverTheNetworkFindsNoDifferenceWhereThereIsNone() {
        SimNode a = start("a");
        SimNode b = start("b");
        for (int i = 0; i < 60; i++) {
            a.write(16);
            run(500);
        }
        run(3_000);
        int before = count(SyncEvent.SAME);
        b.replica.compare(a.index, readings(a), world.now);
        run(2_000);
        assertTrue(count(SyncEvent.SAME) > before);
        assertEquals(0, count(SyncEvent.DIFFERENT));
    }

    @Test
    void aStatementOfManyPartsIsTakenAsAWhole() {
        SimNode a = add("a", Rules.ALL);
        for (int life = 1; life <= 1500; life++) {
            SimStore past = new SimStore("a", new Epoch(life, -life), a.disk, world.truth);
            past.write(new SimStore.Rec(past.life, 1, life));
            past.commit(true);
        }
        a.start();
        SimNode b = start("b");
        run(120_000);
        assertTrue(b.disk.streams.size() > 50, b.disk.streams.size() + " streams");
        assertEquals(1500, b.replica.streams().size());
    }

    @Test
    void anUnknownVersionIsAnsweredWithThoseThatAreKnown() {
        SimNode a = start("a");
        world.isLenient = true;
        List<byte[]> answers = new ArrayList<>();
        a.replica.linkUp(7, world.now);
        world.listener = answers::add;
        a.replica.received(7, new byte[] {'R', 9, 1, 0, 1, 2, 3, 4, 0, 0, 0, 0, 42}, world.now);
        byte[] answer = answers.get(0);
        assertEquals(11, answer[2]);
        assertEquals(4, answer[11]);
        assertEquals(1, answer[12]);
        assertEquals(1, answer[13]);
    }
}
