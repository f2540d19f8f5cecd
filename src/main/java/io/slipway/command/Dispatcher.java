package io.slipway.command;

import io.slipway.config.CommandsConfig;
import io.slipway.config.NodeConfig;
import io.slipway.reading.Eui64;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which command goes next, and when: for each node in order and one at a time, with a gap between two for one node and
 * between any two in one mesh; to a sleepy node while it listens, to an unknown one when it is heard. The commands'
 * thread only, but where it says otherwise.
 */
final class Dispatcher {
    /** Takes what goes. */
    interface Exit {
        void send(Radio radio, NodeQueue queue, Command command);

        void expired(Command command);
    }

    private static final long SECOND_MS = 1000;
    /** Between two attempts to send what a mesh could not take. */
    private static final long LATER_NS = 1_000_000_000L;

    private final CommandsConfig config;
    private final List<NodeConfig> nodeRules;
    private final List<? extends Radio> radios;
    private final LifeClock clock;
    private final Exit exit;
    /** Those that were served longest ago come first. */
    private final Map<Eui64, NodeQueue> queues = new LinkedHashMap<>();
    /** For each mesh when the next may go. */
    private final long[] radioNotBeforeNs;
    /** The nodes of which the next uplink matters. Any thread. */
    private final Set<Eui64> awaited = ConcurrentHashMap.newKeySet();
    /** Written by the commands' thread only. */
    private volatile int count;
    private long bytes;
    private long expiryNs = System.nanoTime();

    Dispatcher(CommandsConfig config, List<NodeConfig> nodeRules, List<? extends Radio> radios, LifeClock clock,
               Exit exit) {
        this.config = config;
        this.nodeRules = nodeRules;
        this.radios = radios;
        this.clock = clock;
        this.exit = exit;
        this.radioNotBeforeNs = new long[radios.size()];
        for (int i = 0; i < radioNotBeforeNs.length; i++) {
            radioNotBeforeNs[i] = System.nanoTime();
        }
    }

    NodeConfig rules(Eui64 node) {
        return NodeConfig.of(nodeRules, node.toString());
    }

    /** The mesh of a node; {@code null} where no mesh ever heard of it. */
    Radio radioOf(Eui64 node) {
        int index = indexOf(node);
        return index < 0 ? null : radios.get(index);
    }

    private int indexOf(Eui64 node) {
        for (int i = 0; i < radios.size(); i++) {
            if (radios.get(i).knows(node)) {
                return i;
            }
        }
        return -1;
    }

    /** The word for why there is no room for another command; {@code null} where there is. */
    String full(Eui64 node, int payloadBytes) {
        NodeQueue queue = queues.get(node);
        int own = queue == null ? 0 : queue.waiting.size() + (queue.current == null ? 0 : 1);
        return own >= config.nodeQueue ? "node_queue_full"
            : count >= config.queue || count > 0 && bytes + payloadBytes > config.queueBytes ? "queue_full" : null;
    }

    /** Has a command take its turn. */
    void add(Command command) {
        Eui64 node = command.topic.node;
        NodeQueue queue = queues.get(node);
        if (queue == null) {
            queue = new NodeQueue(node, rules(node));
            queues.put(node, queue);
        }
        queue.waiting.add(command);
        count++;
        bytes += command.payload.length;
    }

    /** The command that was handed to the mesh is done with: the next takes its turn after the gap. */
    void done(Command command) {
        NodeQueue queue = queues.get(command.topic.node);
        if (queue != null && queue.current == command) {
            queue.current = null;
            queue.notBeforeNs = System.nanoTime() + config.nodeGapMs * 1_000_000L;
            left(command);
        }
    }

    /** The command that was handed to the mesh could not go: it is first in its queue again. */
    void again(Command command) {
        NodeQueue queue = queues.get(command.topic.node);
        if (queue != null && queue.current == command) {
            queue.current = null;
            queue.notBeforeNs = System.nanoTime() + LATER_NS;
            queue.waiting.addFirst(command);
        }
    }

    private void left(Command command) {
        count--;
        bytes -= command.payload.length;
    }

    /** Whether it matters that a node was heard. Any thread; costs next to nothing. */
    boolean awaits(Eui64 node) {
        return !awaited.isEmpty() && awaited.remove(node);
    }

    /** How many wait or are under way. Any thread. */
    int count() {
        return count;
    }

    /** All that wait or are under way. */
    List<Command> all() {
        List<Command> all = new ArrayList<>(count);
        for (NodeQueue queue : queues.values()) {
            if (queue.current != null) {
                all.add(queue.current);
            }
            all.addAll(queue.waiting);
        }
        return all;
    }

    /** Hands out what may go now, and drops what has waited too long; returns in how many milliseconds to come back. */
    long run() {
        expire();
        long now = System.nanoTime();
        long wait = count == 0 ? 60 * SECOND_MS : SECOND_MS;
        List<NodeQueue> served = null;
        Iterator<NodeQueue> all = queues.values().iterator();
        while (all.hasNext()) {
            NodeQueue queue = all.next();
            if (queue.isEmpty()) {
                if (now - queue.notBeforeNs >= 0) {
                    awaited.remove(queue.node);
                    all.remove();
                }
                continue;
            }
            if (queue.current != null || !queue.waiting.peek().kept) {
                continue;
            }
            long due = dueNs(queue, now);
            if (due - now <= 0) {
                served = served == null ? new ArrayList<NodeQueue>() : served;
                served.add(queue);
                serve(queue, now);
            } else {
                wait = Math.min(wait, (due - now) / 1_000_000 + 1);
            }
        }
        if (served != null) {
            for (NodeQueue queue : served) {
                queues.remove(queue.node);
                queues.put(queue.node, queue);
            }
        }
        return wait;
    }

    /** When the first command of a queue may go, as far as is known now. */
    private long dueNs(NodeQueue queue, long now) {
        int index = indexOf(queue.node);
        if (queue.rules.sleepy || index < 0) {
            // Before it is looked at, so that what is heard meanwhile does not go by.
            awaited.add(queue.node);
            index = indexOf(queue.node);
        }
        boolean isNowhere = index < 0 && !(isCoap(queue) && radios.size() == 1);
        if (isNowhere || queue.rules.sleepy && !isAwake(queue, index)) {
            return now + SECOND_MS * 1_000_000;
        }
        index = Math.max(0, index);
        if (!radios.get(index).isUp()) {
            return now + SECOND_MS * 1_000_000;
        }
        long gapNs = Math.max(queue.notBeforeNs - now, radioNotBeforeNs[index] - now);
        return now + Math.max(0, gapNs);
    }

    private static boolean isCoap(NodeQueue queue) {
        return queue.waiting.peek().topic.kind == CommandTopic.Kind.COAP;
    }

    private boolean isAwake(NodeQueue queue, int index) {
        return index >= 0 && radios.get(index).silenceNs(queue.node) < queue.rules.awakeMs * 1_000_000L;
    }

    private void serve(NodeQueue queue, long now) {
        int index = Math.max(0, indexOf(queue.node));
        radioNotBeforeNs[index] = now + config.meshGapMs * 1_000_000L;
        queue.current = queue.waiting.poll();
        exit.send(radios.get(index), queue, queue.current);
    }

    private void expire() {
        long now = System.nanoTime();
        if (now - expiryNs < 0) {
            return;
        }
        expiryNs = now + SECOND_MS * 1_000_000;
        for (NodeQueue queue : queues.values()) {
            Iterator<Command> waiting = queue.waiting.iterator();
            while (waiting.hasNext()) {
                Command command = waiting.next();
                if (command.ageMs(clock) >= command.ttlMs) {
                    waiting.remove();
                    left(command);
                    exit.expired(command);
                }
            }
        }
    }
}
