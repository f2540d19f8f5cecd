package io.slipway.sync.sim;

import io.slipway.reading.Epoch;
import io.slipway.sync.Block;
import io.slipway.sync.StreamKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is really the case, which no node knows: all that was ever acknowledged, stored and named. */
final class Truth {
    /** Breaks a schedule off. */
    static final class Violation extends AssertionError {
        private static final long serialVersionUID = 1;

        Violation(String message) {
            super(message);
        }
    }

    /** One acknowledged record. */
    record Identity(String origin, Epoch epoch, int seq) {
    }

    /** One block's name. */
    record Name(StreamKey key, long number) {
    }

    private final Map<Name, Block> blocks = new HashMap<>();
    private final Map<Name, Long> totals = new HashMap<>();
    /** In which blocks each record ever was. */
    final Map<Identity, List<Name>> where = new HashMap<>();
    private final Map<Identity, Integer> contents = new HashMap<>();
    /** Records that were acknowledged and must not be lost. */
    final Set<Identity> must = new HashSet<>();
    /** Streams that a node let go. */
    final Set<StreamKey> forgotten = new HashSet<>();
    /** What a node of this id ever had, over all its lives. */
    private final Map<String, Map<StreamKey, Long>> highest = new HashMap<>();
    private final Set<String> lives = new HashSet<>();
    private long now;

    void require(boolean holds, String message, Object... about) {
        if (!holds) {
            throw new Violation(String.format(message, about));
        }
    }

    void time(long now) {
        this.now = now;
    }

    long now() {
        return now;
    }

    /** I6. */
    void begins(String origin, Epoch epoch) {
        require(lives.add(origin + epoch), "I6: %s lives %s a second time", origin, epoch);
    }

    void acknowledged(String origin, SimStore.Rec rec) {
        Identity identity = new Identity(origin, rec.epoch(), rec.seq());
        Integer other = contents.put(identity, rec.content());
        require(other == null || other == rec.content(), "two records are called %s", identity);
        must.add(identity);
    }

    /** I1, and the record identities within. */
    void durable(Block block, long total) {
        Name name = new Name(block.key, block.number);
        Block known = blocks.putIfAbsent(name, block);
        require(known == null || isSame(known, block), "I1: %s names two byte strings", block);
        Long knownTotal = totals.putIfAbsent(name, total);
        require(knownTotal == null || knownTotal == total, "%s: the total is %d and was %d", block, total, knownTotal);
        if (known == null && block.key.kind == StreamKey.TELEMETRY) {
            for (SimStore.Rec rec : SimStore.records(block)) {
                Integer content = contents.get(new Identity(block.key.origin, rec.epoch(), rec.seq()));
                where.computeIfAbsent(new Identity(block.key.origin, rec.epoch(), rec.seq()), i -> new ArrayList<>())
                    .add(name);
                require(content != null && content == rec.content(), "%s holds %s, which nobody wrote", block, rec);
            }
        }
    }

    private static boolean isSame(Block one, Block other) {
        return Arrays.equals(one.hash, other.hash) && Arrays.equals(one.payload, other.payload)
            && one.records.equals(other.records) && one.first == other.first && one.last == other.last
            && one.count == other.count;
    }

    /** The block of this name as it was written. */
    Block block(StreamKey key, long number) {
        return blocks.get(new Name(key, number));
    }

    /** Whether this is what was written. */
    boolean isTrue(Block block) {
        return block != null && isSame(block, block(block.key, block.number));
    }

    long total(StreamKey key, long number) {
        return number == 0 ? 0 : totals.get(new Name(key, number));
    }

    void stored(String origin, StreamKey key, long contig) {
        highest.computeIfAbsent(origin, o -> new HashMap<>()).merge(key, contig, Math::max);
    }

    /** Up to where a node of this id ever had a stream on its disk. */
    long highest(String origin, StreamKey key) {
        return highest.getOrDefault(origin, Map.of()).getOrDefault(key, 0L);
    }
}
