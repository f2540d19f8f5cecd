package io.slipway.sync.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.sync.SyncEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a neighbour sends that is broken, or means harm: {@code -Dslipway.frames=5000000} for more of it. */
class MutatedFramesTest extends CalmNetwork {
    /** Good frames with a few bytes changed, cut, or put together from two: nothing escapes, and work goes on after. */
    @Test
    void noFrameStopsANode() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        SimNode a = start("a");
        SimNode b = start("b");
        List<byte[]> seen = new ArrayList<>();
        world.listener = frame -> {
            if (seen.size() < 4000) {
                seen.add(frame.clone());
            }
        };
        for (int i = 0; i < 100; i++) {
            a.write(7);
            b.writeValue("k" + i % 5, i % 3 == 0 ? null : new byte[i]);
            run(300);
        }
        b.replica.compare(a.index, readings(a), world.now);
        run(2_000);
        world.isLenient = true;
        world.listener = null;
        int rounds = Integer.getInteger("slipway.frames", 300_000);
        for (int i = 0; i < rounds; i++) {
            byte[] good = seen.get(random.nextInt(seen.size()));
            b.received(a.index, mutated(random, good, seen.get(random.nextInt(seen.size()))));
            if (i % 100 == 0) {
                run(10);
                world.story.clear();
            }
        }
        assertTrue(count(SyncEvent.BAD_FRAME) > rounds / 20, count(SyncEvent.BAD_FRAME) + " were bad");
        a.crash();
        a.revive();
        run(150_000);
        a.write(5);
        run(150_000);
        assertEquals(contig(a, readings(a)), contig(b, readings(a)));
        assertTrue(contig(b, readings(a)) > 0);
    }

    private static byte[] mutated(Random random, byte[] good, byte[] other) {
        byte[] frame = good.clone();
        if (random.nextInt(4) == 0) {
            frame = Arrays.copyOf(frame, random.nextInt(frame.length + 20));
        }
        if (random.nextInt(4) == 0 && other.length > 13 && frame.length > 13) {
            int from = 12 + random.nextInt(Math.min(frame.length, other.length) - 12);
            System.arraycopy(other, from, frame, from, Math.min(frame.length, other.length) - from);
        }
        for (int i = random.nextInt(4); i > 0 && frame.length > 0; i--) {
            int at = random.nextInt(8) == 0 ? random.nextInt(frame.length)
                : Math.min(frame.length - 1, 12 + random.nextInt(frame.length));
            frame[at] = random.nextInt(3) == 0 ? (byte) (frame[at] + random.nextInt(5) - 2) : (byte) random.nextInt();
        }
        return frame;
    }
}
