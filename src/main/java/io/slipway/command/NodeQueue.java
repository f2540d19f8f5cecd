package io.slipway.command;

import io.slipway.config.NodeConfig;
import io.slipway.reading.Eui64;
import java.util.ArrayDeque;

/** The commands for one node: one at a time, in the order in which they came. The commands' thread only. */
final class NodeQueue {
    final Eui64 node;
    final NodeConfig rules;
    final ArrayDeque<Command> waiting = new ArrayDeque<>();
    /** What was handed to the mesh and is not done; {@code null} for nothing. */
    Command current;
    /** By {@link System#nanoTime}: not before that is the next one sent. */
    long notBeforeNs = System.nanoTime();

    NodeQueue(Eui64 node, NodeConfig rules) {
        this.node = node;
        this.rules = rules;
    }

    boolean isEmpty() {
        return current == null && waiting.isEmpty();
    }
}
