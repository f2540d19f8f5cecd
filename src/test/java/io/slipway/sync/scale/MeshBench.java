package io.slipway.sync.scale;

import io.slipway.sync.Chain;
import io.slipway.sync.StreamKey;
import io.slipway.sync.StreamState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;

/**
 * What a member of a full mesh costs another one: live heap of the rules of one node, and what it sends while nothing
 * happens. Run by hand, as a program, with the class path of the tests; arguments: how many members.
 */
final class MeshBench {
    private static final int BLOCKS = 100;
    /** Lives of each member of which something is held. */
    private static final int LIVES = Integer.getInteger("lives", 1);

    private MeshBench() {
    }

    public static void main(String[] args) {
        System.out.println("members streams heap_kB  B_a_member  hello_B  sent_in_20_s_B  mesh_B_a_s");
        for (String count : args) {
            mesh(Integer.parseInt(count));
        }
    }

    private static BareStore store(int members) {
        BareStore store = new BareStore(null, 0, 0, new HashMap<>());
        for (int i = 0; i <= members; i++) {
            for (int life = 0; life < LIVES; life++) {
                StreamKey key = new StreamKey(Machine.id(i), new io.slipway.reading.Epoch(17 - life,
                    Machine.epoch(i).nonce() + life), StreamKey.TELEMETRY);
                store.name(new StreamState(key, 1, BLOCKS, Chain.hash(Chain.start(), block(key)), BLOCKS * 512L,
                    life > 0));
            }
        }
        return store;
    }

    private static io.slipway.sync.Block block(StreamKey key) {
        return new io.slipway.sync.Block(key, 1, key.epoch, new long[] {1, 1, 1}, new long[] {1, 1}, 1, new byte[16],
            new byte[] {1});
    }

    private static void mesh(int members) {
        // Once without measuring, so that classes and pools are there.
        for (int round = 0; round < 2; round++) {
            long before = live();
            BareStore store = store(members);
            long stored = live() - before;
            int[] to = {0};
            Deque<byte[]> frames = new ArrayDeque<>();
            long[] bytes = {0, 0};
            Machine one = new Machine(0, store, null, (link, frame) -> {
                bytes[0] += frame.length;
                bytes[1] = Math.max(bytes[1], frame[2] == 1 ? bytes[1] : 0) + (frame[2] == 1 ? frame.length : 0);
                if (link == to[0]) {
                    frames.add(frame);
                }
                return true;
            });
            for (int i = 1; i <= members; i++) {
                to[0] = i;
                meet(one, i, store, frames);
            }
            to[0] = 0;
            long heap = live() - before - stored;
            one.replica.tick(20_000, 0, false);
            bytes[0] = 0;
            bytes[1] = 0;
            for (int s = 21; s <= 40; s++) {
                one.replica.tick(s * 1000L, 0, false);
            }
            if (round == 1) {
                System.out.printf("%7d %7d %7d %11d %8d %15d %11d%n", members, (members + 1) * LIVES, heap / 1024,
                    heap / members, bytes[1] / members, bytes[0], bytes[0] * (members + 1) / 20);
            }
        }
    }

    /** Another node, with the same blocks, exchanges statements and is gone again; nothing says so. */
    private static void meet(Machine one, int index, BareStore store, Deque<byte[]> toIt) {
        Deque<byte[]> toOne = new ArrayDeque<>();
        Machine other = new Machine(index, store, null, (link, frame) -> toOne.add(frame));
        one.replica.linkUp(index, 0);
        other.replica.linkUp(0, 0);
        while (!toIt.isEmpty() || !toOne.isEmpty()) {
            if (!toIt.isEmpty()) {
                other.replica.received(0, toIt.poll(), 0);
            }
            if (!toOne.isEmpty()) {
                one.replica.received(index, toOne.poll(), 0);
            }
        }
        if (one.replica.lag(index) == null) {
            throw new AssertionError("no session with " + index + ": " + one.counts);
        }
    }

    private static long live() {
        long used = 0;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            used = runtime.totalMemory() - runtime.freeMemory();
        }
        return used;
    }
}
