package io.slipway.sync.sim;

import io.slipway.sync.Rules;
import io.slipway.sync.StreamKey;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** One run: nodes, writes and faults out of a seed, then quiet, then the checks. */
final class Schedule {
    private static final long FAULTS_MS = 60_000;
    private static final long PATIENCE_MS = 2_400_000;

    final World world;
    private final Random random;
    private final int first;
    private final int late;
    private final boolean retains;
    private final boolean joins;
    private final boolean cloned;
    private final boolean replaced;
    private final Set<String> members = new LinkedHashSet<>();
    private final Set<String> sinks = new LinkedHashSet<>();
    private final int level;
    private final boolean[][] never = new boolean[16][16];
    /** How long it took until all agreed, in virtual ms. */
    long settledMs;

    private Schedule(long seed, Variant variant, boolean tellStory) {
        world = new World(seed, variant, tellStory);
        random = world.random;
        first = 3 + random.nextInt(3);
        late = random.nextInt(3) == 0 ? 1 : 0;
        cloned = random.nextInt(5) == 0;
        replaced = random.nextInt(2) == 0;
        retains = random.nextInt(3) == 0;
        joins = late > 0 && random.nextBoolean();
        level = 1 + random.nextInt(2);
        world.loss = random.nextInt(3) * 10;
        world.repeated = random.nextInt(3) * 10;
        world.crashesInCommits = true;
        world.inOrder = random.nextInt(4) > 0;
        world.delayMs = List.of(20, 300, 3000).get(random.nextInt(3));
    }

    /**
     * Runs the schedule of a seed.
     *
     * @throws Truth.Violation if anything does not hold
     */
    static Schedule run(long seed, Variant variant, boolean tellStory) {
        Schedule schedule = new Schedule(seed, variant, tellStory);
        try {
            schedule.run();
        } catch (Throwable broken) {
            if (tellStory) {
                schedule.world.story.add("broken: " + broken);
                throw new StoryError(schedule.world.story, broken);
            }
            throw broken;
        }
        return schedule;
    }

    /** What went wrong, with all that went before. */
    static final class StoryError extends AssertionError {
        private static final long serialVersionUID = 1;
        final transient List<String> story;

        StoryError(List<String> story, Throwable cause) {
            super(cause.getMessage(), cause);
            this.story = story;
        }
    }

    private void run() {
        for (int i = 0; i < first + late; i++) {
            members.add("gw-" + i);
        }
        if (random.nextInt(4) > 0) {
            sinks.add("gw-0");
        }
        partialMesh();
        for (int i = 0; i < first; i++) {
            add("gw-" + i, Rules.ALL);
        }
        for (SimNode node : world.nodes) {
            node.start();
        }
        plan();
        world.runUntil(FAULTS_MS);
        heal();
        Checks checks = new Checks(world, !retains && !joins);
        String disagreement = checks.disagreement();
        while (disagreement != null) {
            world.truth.require(world.now < FAULTS_MS + PATIENCE_MS, "no agreement: %s", disagreement);
            world.runUntil(world.now + 2_000);
            disagreement = checks.disagreement();
        }
        settledMs = world.now - FAULTS_MS;
        // Tombstones go now, and nothing that was under way may change anything any more.
        world.runUntil(world.now + 60_000);
        world.truth.require(checks.disagreement() == null, "agreement was lost: %s", checks.disagreement());
        checks.ledger();
    }

    /** Some pairs never see each other, but everybody can reach everybody over others. */
    private void partialMesh() {
        if (random.nextInt(3) == 0) {
            for (int i = 1; i < 8; i++) {
                int keep = random.nextInt(i);
                for (int j = 0; j < i; j++) {
                    if (j != keep && random.nextBoolean()) {
                        never[i][j] = true;
                        never[j][i] = true;
                        world.cut(i, j, true);
                        world.cut(j, i, true);
                    }
                }
            }
        }
    }

    private SimNode add(String origin, long joinMs) {
        SimNode node = new SimNode(world, world.nodes.size(), origin, new Rules(members, sinks, level, joinMs));
        if (retains && node.index > 0) {
            node.room = 20 + random.nextInt(60);
            node.keepNewest = random.nextBoolean();
        }
        int clock = random.nextInt(6);
        node.clockOffset = clock == 0 ? -1_700_000_000_000L : clock == 1 ? 86_400_000L : 0;
        node.failing = random.nextInt(4) == 0 ? 10 : 0;
        world.nodes.add(node);
        return node;
    }

    private void plan() {
        for (int i = 0; i < first; i++) {
            writes(world.nodes.get(i));
        }
        for (long at = random.nextInt(3000); at < FAULTS_MS; at += 500 + random.nextInt(5000)) {
            world.after(at, this::fault);
        }
        for (long at = 5_000; at < FAULTS_MS; at += 15_000) {
            world.after(at, () -> {
                SimNode node = any();
                node.backup = node.disk.copy();
            });
        }
        if (late > 0) {
            world.after(20_000 + random.nextInt(30_000), this::join);
        }
        if (cloned) {
            world.after(20_000 + random.nextInt(20_000), this::cloneOne);
        }
    }

    private void writes(SimNode node) {
        int every = 200 + random.nextInt(1500);
        for (long at = random.nextInt(every); at < FAULTS_MS; at += 1 + random.nextInt(2 * every)) {
            world.after(at, () -> node.write(1 + random.nextInt(6)));
        }
        for (long at = random.nextInt(4000); at < FAULTS_MS; at += 1 + random.nextInt(6000)) {
            world.after(at, () -> {
                String key = "k" + random.nextInt(6);
                byte[] value = random.nextInt(3) == 0 ? null
                    : ByteBuffer.allocate(4).putInt(world.nextContent()).array();
                world.trace("%s writes %s%s", node, key, value == null ? ", gone" : "");
                node.writeValue(key, value);
            });
        }
    }

    private SimNode any() {
        return world.nodes.get(random.nextInt(world.nodes.size()));
    }

    private void join() {
        long joinMs = !joins ? Rules.ALL : random.nextBoolean() ? Rules.FROM_NOW : world.now / 2;
        SimNode node = add("gw-" + first, joinMs);
        greet(node);
        node.start();
        writes(node);
    }

    /** The image of a node, on a second one. */
    private void cloneOne() {
        SimNode image = any();
        SimNode node = add(image.origin, image.rules.joinMs);
        node.disk = image.disk.copy();
        world.trace("%s is cloned as %s", image, node);
        greet(node);
        node.start();
    }

    private void greet(SimNode node) {
        for (SimNode other : world.nodes) {
            if (other != node && other.isUp()) {
                other.replica.linkUp(node.index, world.now);
            }
        }
    }

    private void fault() {
        SimNode node = any();
        int other = random.nextInt(world.nodes.size());
        long lasts = 1000 + random.nextInt(20_000);
        switch (random.nextInt(11)) {
            case 0:
            case 1:
                node.crash();
                world.after(lasts / 4, node::revive);
                break;
            case 2:
                cutFor(node.index, other, lasts);
                break;
            case 3:
                cutFor(node.index, other, lasts);
                cutFor(other, node.index, lasts);
                break;
            case 4:
                split(lasts);
                break;
            case 5:
                node.clockOffset = (random.nextInt(5) - 2) * 86_400_000L;
                world.trace("%s's clock is %d ms off", node, node.clockOffset);
                break;
            case 6:
                replace(node, lasts);
                break;
            case 7:
                // The carrier notices, and says so.
                if (node.isUp() && other != node.index) {
                    node.unhear(other);
                    node.replica.linkDown(other, world.now);
                    world.after(lasts / 8, () -> {
                        if (node.isUp()) {
                            node.replica.linkUp(other, world.now);
                        }
                    });
                }
                break;
            case 9:
                rot(node);
                break;
            case 8:
                isolate(node.index, lasts);
                break;
            default:
                world.loss = random.nextInt(4) * 10;
                world.delayMs = List.of(20, 300, 3000, 9000).get(random.nextInt(4));
                break;
        }
    }

    /** One block of a node rots; of values, only where another node has it, and none loses its disk. */
    private void rot(SimNode node) {
        List<StreamKey> keys = List.copyOf(node.disk.streams.keySet());
        if (keys.isEmpty()) {
            return;
        }
        StreamKey key = keys.get(random.nextInt(keys.size()));
        SimStream stream = node.disk.streams.get(key);
        long number = 1 + random.nextInt((int) Math.max(1, stream.contig()));
        SimStream.Rot how = SimStream.Rot.values()[random.nextInt(replaced || retains ? 3 : 4)];
        if (stream.block(number) != null && (key.kind != StreamKey.VALUES
            || !replaced && world.isElsewhere(node, key, number))) {
            world.isForging |= how == SimStream.Rot.FORGED;
            world.trace("%s: %s of %s#%d rots", node, how, key, number);
            world.losing(node, key, number);
            stream.rot(number, how, random.nextInt(1 << 20));
        }
    }

    private void replace(SimNode node, long lasts) {
        if (replaced) {
            node.crash();
            boolean wiped = node.backup == null || random.nextInt(3) == 0;
            world.trace("%s is %s", node, wiped ? "wiped" : "restored");
            if (wiped && random.nextBoolean()) {
                // It begins alone, with a clock that is behind everything it forgot.
                node.clockOffset = -1_700_000_000_000L;
                isolate(node.index, lasts / 4 + 4_000);
            }
            world.replace(node, wiped ? new SimStore.Disk() : node.backup.copy());
            world.after(lasts / 4, node::revive);
        }
    }

    private void cutFor(int from, int to, long lasts) {
        world.cut(from, to, true);
        world.after(lasts, () -> world.cut(from, to, never[from][to]));
    }

    private void split(long lasts) {
        int mask = random.nextInt();
        for (int i = 0; i < 8; i++) {
            for (int j = 0; j < 8; j++) {
                if ((mask >> i & 1) != (mask >> j & 1)) {
                    cutFor(i, j, lasts);
                }
            }
        }
    }

    private void isolate(int index, long lasts) {
        for (int i = 0; i < 8; i++) {
            cutFor(index, i, lasts);
            cutFor(i, index, lasts);
        }
    }

    private void heal() {
        world.becomeQuiet();
        for (int i = 0; i < 16; i++) {
            for (int j = 0; j < 16; j++) {
                world.cut(i, j, never[i][j]);
            }
        }
        world.delayMs = Math.min(world.delayMs, 3000);
        for (SimNode node : world.nodes) {
            node.failing = 0;
            node.room = 0;
            node.revive();
        }
    }
}
