package io.slipway.sync.sim;

import io.slipway.sync.Block;
import io.slipway.sync.FramePeek;
import io.slipway.sync.StreamKey;
import io.slipway.sync.SyncEvent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;

/** Virtual time, the network, and what happens when. Everything follows from the seed. */
final class World {
    private static final int QUEUE = 64;

    private record Event(long at, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    final Random random;
    final Variant variant;
    final Truth truth = new Truth();
    final List<SimNode> nodes = new ArrayList<>();
    /** Sees every frame that a node sends; {@code null} for nobody. */
    Consumer<byte[]> listener;
    final Map<SyncEvent, Integer> counts = new EnumMap<>(SyncEvent.class);
    /** The story, if it is to be told. */
    final List<String> story;
    /** Per cent of frames. */
    int loss;
    int repeated;
    int delayMs = 20;
    /** Whether a link keeps the order of frames. */
    boolean inOrder;
    long now;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final boolean[][] cut = new boolean[16][16];
    private final int[][] onTheWay = new int[16][16];
    private final long[][] last = new long[16][16];
    private long order;
    private int contents;
    private boolean isQuiet;
    /** Whether nodes die now and then between a commit and what follows from it. */
    boolean crashesInCommits;
    /** Whether frames may be anything, so that a node may complain of them. */
    boolean isLenient;

    /** Whether somebody wrote into the disk of a node by hand. */
    boolean isForging;

    World(long seed, Variant variant, boolean tellStory) {
        this.random = new Random(seed);
        this.variant = variant;
        this.story = tellStory ? new ArrayList<>() : null;
    }

    void trace(String what, Object... about) {
        if (story != null) {
            story.add(String.format("%8d ", now) + String.format(what, about));
        }
    }

    void happened(SimNode node, SyncEvent event, String detail) {
        counts.merge(event, 1, Integer::sum);
        trace("%s: %s %s", node, event, detail);
        if (isLenient) {
            return;
        }
        truth.require(event != SyncEvent.LIFE_IN_DOUBT, "I6: %s, others have more of this life: %s", node, detail);
        truth.require(event != SyncEvent.FORK, "I1: %s: %s", node, detail);
        truth.require(event != SyncEvent.BAD_FRAME && (event != SyncEvent.BROKEN_CHAIN || isForging)
            && event != SyncEvent.BAD_ENTRY, "%s: %s %s", node, event, detail);
    }

    int nextContent() {
        return ++contents;
    }

    /** No more faults and no more writes. */
    boolean isQuiet() {
        return isQuiet;
    }

    void becomeQuiet() {
        isQuiet = true;
        loss = 0;
        repeated = 0;
        trace("no more faults, no more writes");
    }

    void after(long ms, Runnable what) {
        events.add(new Event(now + ms, order++, what));
    }

    void runUntil(long end) {
        while (!events.isEmpty() && events.peek().at <= end) {
            Event event = events.poll();
            now = event.at;
            truth.time(now);
            event.what.run();
        }
        now = end;
    }

    void cut(int from, int to, boolean isCut) {
        if (cut[from][to] != isCut) {
            trace("n%d to n%d is %s", from, to, isCut ? "cut" : "open");
            cut[from][to] = isCut;
        }
    }

    boolean isCut(int from, int to) {
        return cut[from][to];
    }

    boolean carry(SimNode from, int link, byte[] frame) {
        int to = link;
        truth.require(frame.length <= Block.MAX_PAYLOAD + 512, "I7: a frame of %d bytes", frame.length);
        if (listener != null) {
            listener.accept(frame);
        }
        if (onTheWay[from.index][to] >= QUEUE) {
            return false;
        }
        int copies = random.nextInt(100) < loss ? 0 : random.nextInt(100) < repeated ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            onTheWay[from.index][to]++;
            long at = now + 1 + random.nextInt(delayMs);
            if (inOrder) {
                at = Math.max(at, last[from.index][to]);
                last[from.index][to] = at;
            }
            int life = from.life();
            after(at - now, () -> {
                onTheWay[from.index][to]--;
                if (!cut[from.index][to] && to < nodes.size()) {
                    if (story != null) {
                        trace("%s to n%d: %s", from, to, FramePeek.line(frame));
                    }
                    nodes.get(to).received(from.index, frame);
                    if (FramePeek.isAnswer(frame)) {
                        nodes.get(to).heard(from.index, life);
                    }
                }
            });
        }
        return true;
    }

    /** Whether a node other than this one has a block as it was written. */
    boolean isElsewhere(SimNode node, StreamKey key, long number) {
        for (SimNode other : nodes) {
            SimStream stream = other == node ? null : other.disk.streams.get(key);
            if (stream != null && truth.isTrue(stream.block(number))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a neighbour has it: what only others have, which may have let it go in between, is lost to this one. */
    boolean isInReach(SimNode node, StreamKey key, long number) {
        for (SimNode other : nodes) {
            SimStream stream = other == node || cut[node.index][other.index] || cut[other.index][node.index] ? null
                : other.disk.streams.get(key);
            if (stream != null && truth.isTrue(stream.block(number))) {
                return true;
            }
        }
        return false;
    }

    /** A node gives up a block: if nobody else holds it, its records are lost, and that was allowed. */
    void losing(SimNode node, StreamKey key, long number) {
        if (isElsewhere(node, key, number)) {
            return;
        }
        for (SimStore.Rec rec : SimStore.records(truth.block(key, number))) {
            truth.must.remove(new Truth.Identity(key.origin, rec.epoch(), rec.seq()));
        }
    }

    /** A node's disk is replaced by an older one, or by nothing: what nobody else has is lost, and that was allowed. */
    void replace(SimNode node, SimStore.Disk with) {
        SimStore.Disk before = node.disk;
        node.disk = with;
        for (Map.Entry<StreamKey, SimStream> one : before.streams.entrySet()) {
            for (long n = 1; n <= one.getValue().contig(); n++) {
                Block block = one.getValue().block(n);
                if (truth.isTrue(block) && block.key.kind == StreamKey.TELEMETRY) {
                    forget(block.key.origin, SimStore.records(block));
                }
            }
        }
        forget(node.origin, before.stage);
    }

    private void forget(String origin, List<SimStore.Rec> records) {
        for (SimStore.Rec rec : records) {
            Truth.Identity identity = new Truth.Identity(origin, rec.epoch(), rec.seq());
            if (truth.must.contains(identity) && !isHeld(identity, rec)) {
                truth.must.remove(identity);
            }
        }
    }

    /** Whether two nodes live under its id: what the one says is then held for the other's word. */
    boolean isCloned(SimNode node) {
        for (SimNode other : nodes) {
            if (other != node && other.origin.equals(node.origin)) {
                return true;
            }
        }
        return false;
    }

    private boolean isHeld(Truth.Identity identity, SimStore.Rec rec) {
        for (SimNode node : nodes) {
            if (node.origin.equals(identity.origin()) && node.disk.stage.contains(rec)) {
                return true;
            }
            for (Truth.Name name : truth.where.getOrDefault(identity, List.of())) {
                SimStream stream = node.disk.streams.get(name.key());
                if (stream != null && truth.isTrue(stream.block(name.number()))) {
                    return true;
                }
            }
        }
        return false;
    }
}
