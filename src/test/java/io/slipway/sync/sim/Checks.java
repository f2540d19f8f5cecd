package io.slipway.sync.sim;

import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;
import io.slipway.sync.EntriesCodec;
import io.slipway.sync.Entry;
import io.slipway.sync.StreamKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold once everything is quiet. */
final class Checks {
    private final World world;
    /** Whether nothing in this schedule could make a gap. */
    private final boolean gapless;

    Checks(World world, boolean gapless) {
        this.world = world;
        this.gapless = gapless;
    }

    /** The first thing that is not yet the same on all nodes; {@code null} when they agree. */
    String disagreement() {
        Set<StreamKey> keys = new LinkedHashSet<>();
        for (SimNode node : world.nodes) {
            keys.addAll(node.disk.streams.keySet());
            if (!node.disk.stage.isEmpty() || node.store.isDirty()) {
                return node + " has not sealed everything";
            }
        }
        String broken = broken();
        if (broken != null) {
            return broken;
        }
        keys.removeIf(key -> world.truth.forgotten.contains(key) && !isHeld(key));
        for (StreamKey key : keys) {
            long contig = -1;
            for (SimNode node : world.nodes) {
                SimStream stream = node.disk.streams.get(key);
                long mine = stream == null ? 0 : stream.contig();
                if (contig >= 0 && mine != contig) {
                    return node + " has " + key + " up to " + mine + ", another up to " + contig;
                }
                contig = mine;
            }
        }
        Map<String, Entry> latest = latest();
        for (SimNode node : world.nodes) {
            String wrong = values(node, latest);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    /** What is not as it was written, and a neighbour has; {@code null} for nothing. */
    private String broken() {
        for (SimNode node : world.nodes) {
            for (Map.Entry<StreamKey, SimStream> one : node.disk.streams.entrySet()) {
                SimStream stream = one.getValue();
                for (long n = 1; n <= stream.contig(); n++) {
                    Block block = stream.block(n);
                    if ((stream.isBroken(n) || block != null && !world.truth.isTrue(block))
                        && world.isInReach(node, one.getKey(), n)) {
                        return node + " has a broken block " + one.getKey() + "#" + n;
                    }
                }
            }
        }
        return null;
    }

    /** Of a stream that some let go, others may keep the gap: those who meet a clone that not all can see. */
    private boolean isHeld(StreamKey key) {
        for (SimNode node : world.nodes) {
            SimStream stream = node.disk.streams.get(key);
            if (stream != null && stream.low() <= stream.contig()) {
                return true;
            }
        }
        return false;
    }

    /** The maximum by stamp and writer of all changes that are in any block. */
    private Map<String, Entry> latest() {
        Map<String, Entry> latest = new HashMap<>();
        for (Map.Entry<StreamKey, SimStream> one : world.nodes.get(0).disk.streams.entrySet()) {
            for (long n = 1; one.getKey().kind == StreamKey.VALUES && n <= one.getValue().contig(); n++) {
                // Of values a block may be missing that nobody has any more; what it said still holds.
                Block block = one.getValue().block(n) == null ? world.truth.block(one.getKey(), n)
                    : one.getValue().block(n);
                for (Entry entry : EntriesCodec.decode(block)) {
                    Entry other = latest.get(entry.key);
                    if (other == null || entry.beats(other)) {
                        latest.put(entry.key, entry);
                    }
                }
            }
        }
        return latest;
    }

    private String values(SimNode node, Map<String, Entry> latest) {
        for (Map.Entry<String, Entry> one : latest.entrySet()) {
            Entry mine = node.disk.table.entries.get(one.getKey());
            byte[] value = mine == null ? null : mine.value;
            if (!Arrays.equals(value, one.getValue().value)) {
                return node + " has another value of " + one.getKey() + " than the latest, " + one.getValue().stream
                    + " hlc " + one.getValue().hlc;
            }
        }
        for (String key : node.disk.table.entries.keySet()) {
            if (!latest.containsKey(key)) {
                return node + " has a value of " + key + " that nobody gave";
            }
        }
        return null;
    }

    /** Nothing acknowledged is lost, and every ledger is true. */
    void ledger() {
        Truth truth = world.truth;
        for (SimNode node : world.nodes) {
            for (Map.Entry<StreamKey, SimStream> one : node.disk.streams.entrySet()) {
                ledger(node, one.getKey(), one.getValue());
            }
            for (Truth.Identity identity : truth.must) {
                List<Truth.Name> names = truth.where.getOrDefault(identity, List.of());
                boolean told = false;
                for (Truth.Name name : names) {
                    SimStream stream = node.disk.streams.get(name.key());
                    BlockGap gap = stream == null ? null : stream.gap(name.number());
                    told |= stream != null && (stream.block(name.number()) != null
                        || gap != null && (!gapless || gap.reason == BlockGap.CORRUPT)
                        || stream.isBroken(name.number()) && !world.isInReach(node, name.key(), name.number()));
                }
                truth.require(told, "%s has neither %s nor a gap for it; it was sealed in %s", node, identity, names);
            }
        }
        for (Truth.Identity identity : truth.must) {
            boolean held = false;
            for (Truth.Name name : truth.where.get(identity)) {
                for (SimNode node : world.nodes) {
                    SimStream stream = node.disk.streams.get(name.key());
                    held |= stream != null && stream.block(name.number()) != null;
                }
            }
            truth.require(held, "nobody holds %s", identity);
        }
    }

    private void ledger(SimNode node, StreamKey key, SimStream stream) {
        Truth truth = world.truth;
        for (BlockGap gap : stream.gaps) {
            truth.require(!gapless || gap.reason == BlockGap.CORRUPT, "%s has a gap in %s: %s", node, key, gap);
        }
        for (long n = 1; n <= stream.contig(); n++) {
            Block block = stream.block(n);
            BlockGap gap = stream.gap(n);
            boolean isLost = stream.isBroken(n) && !world.isInReach(node, key, n);
            truth.require(isLost || block == null ^ gap == null, "I2: %s says of %s#%d: block %s, gap %s", node, key, n,
                block, gap);
            truth.require(block == null || truth.isTrue(block), "%s has another %s#%d than was written", node, key,
                n);
            if (!isLost && (block != null || gap.to == n)) {
                truth.require(stream.total(n) == truth.total(key, n), "%s counts %d records up to %s#%d, not %d",
                    node, stream.total(n), key, n, truth.total(key, n));
            }
        }
    }
}
