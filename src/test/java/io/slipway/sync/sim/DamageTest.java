package io.slipway.sync.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.sync.Block;
import io.slipway.sync.Chain;
import io.slipway.sync.StreamKey;
import io.slipway.sync.SyncEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies that differ, each on a network where nothing else happens. */
class DamageTest extends CalmNetwork {
    /** The last blocks of an earlier life of {@code of} say something else at a node, with hashes to match. */
    private StreamKey fork(SimNode of, SimNode at) {
        for (int i = 0; i < 12; i++) {
            of.write(16);
            run(500);
        }
        StreamKey key = readings(of);
        of.crash();
        of.revive();
        run(5_000);
        assertEquals(contig(of, key), contig(at, key));
        at.crash();
        SimStream stream = at.disk.streams.get(key);
        for (long n = contig(at, key) - 3; n <= contig(at, key); n++) {
            Block is = stream.block(n);
            byte[] payload = is.payload.clone();
            payload[7] ^= 1;
            Block other = new Block(key, n, is.records, new long[] {is.first, is.last, is.count},
                new long[] {is.tmin, is.tmax}, is.codec, is.hash, payload);
            stream.replace(new Block(key, n, is.records, new long[] {is.first, is.last, is.count},
                new long[] {is.tmin, is.tmax}, is.codec, Chain.hash(stream.hash(n - 1), other), payload));
        }
        return key;
    }

    @Test
    void ofTwoTrueCopiesThatOfTheWriterCounts() {
        SimNode a = start("a");
        SimNode b = start("b");
        SimNode c = start("c");
        StreamKey key = fork(a, b);
        b.revive();
        run(600_000);
        assertNull(new Checks(world, true).disagreement());
        assertEquals(4, count(SyncEvent.REPAIRED));
        assertEquals(0, count(SyncEvent.FORK));
        for (SimNode node : List.of(a, b, c)) {
            assertTrue(world.truth.isTrue(node.disk.streams.get(key).block(contig(a, key))), node.toString());
            assertEquals(0, node.replica.wounds());
        }
    }

    @Test
    void whereTheWriterIsNotHereTwoTrueCopiesAreAForkUntilItComes() {
        SimNode a = start("a");
        SimNode b = start("b");
        SimNode c = start("c");
        StreamKey key = fork(a, b);
        a.crash();
        world.isLenient = true;
        b.revive();
        run(600_000);
        assertTrue(count(SyncEvent.FORK) > 0);
        assertEquals(0, count(SyncEvent.REPAIRED));
        a.revive();
        run(600_000);
        assertNull(new Checks(world, true).disagreement());
        assertTrue(world.truth.isTrue(c.disk.streams.get(key).block(contig(a, key))));
    }

    /** A comparison alone, without a look at the own copy: the hash of one block in the midst. */
    @Test
    void aHashThatRotsAmongTheLatestIsFoundByAComparison() {
        SimNode a = start("a");
        SimNode b = start("b");
        for (int i = 0; i < 40; i++) {
            a.write(16);
            run(500);
        }
        StreamKey key = readings(a);
        b.scrubbing = false;
        b.disk.streams.get(key).rot(contig(b, key) - 7, SimStream.Rot.HASH, 3);
        run(200_000);
        assertTrue(count(SyncEvent.DIFFERENT) > 0);
        assertEquals(1, count(SyncEvent.REPAIRED));
        assertNull(new Checks(world, true).disagreement());
    }
}
