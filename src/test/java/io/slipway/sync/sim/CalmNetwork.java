package io.slipway.sync.sim;

import io.slipway.sync.Rules;
import io.slipway.sync.StreamKey;
import io.slipway.sync.SyncEvent;
import java.util.Set;

/** Nodes on a network where nothing happens but what a test does. */
abstract class CalmNetwork {
    final World world = new World(1, new Variant(), true);

    final SimNode add(String origin, long joinMs, String... sinks) {
        world.inOrder = true;
        Rules rules = new Rules(Set.of("a", "b", "c"), Set.of(sinks), 1, joinMs);
        SimNode node = new SimNode(world, world.nodes.size(), origin, rules);
        world.nodes.add(node);
        for (SimNode other : world.nodes) {
            if (other != node && other.isUp()) {
                other.replica.linkUp(node.index, world.now);
            }
        }
        return node;
    }

    final SimNode start(String origin, String... sinks) {
        SimNode node = add(origin, Rules.ALL, sinks);
        node.start();
        return node;
    }

    final void run(long ms) {
        world.runUntil(world.now + ms);
    }

    final int count(SyncEvent event) {
        return world.counts.getOrDefault(event, 0);
    }

    static StreamKey readings(SimNode node) {
        return new StreamKey(node.origin, node.disk.lastLife, StreamKey.TELEMETRY);
    }

    static long contig(SimNode at, StreamKey key) {
        SimStream stream = at.disk.streams.get(key);
        return stream == null ? 0 : stream.contig();
    }
}
