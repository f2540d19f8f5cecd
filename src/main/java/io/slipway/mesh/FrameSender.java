package io.slipway.mesh;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.link.Link;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * Writes frames to the mote one at a time, with a gap between them: a mote's receive buffer holds a single frame, and
 * what comes while it is full is lost without a trace (wire-format.md section 1.5). One thread of its own.
 */
final class FrameSender implements Closeable {
    /** One frame on its way. */
    private static final class Outgoing {
        private final byte[] wire;
        /** {@code null} for a frame of the handshake. */
        private final Command command;

        Outgoing(byte[] wire, Command command) {
            this.wire = wire;
            this.command = command;
        }
    }

    private static final String STOPPING = "the gateway stops";

    private final String name;
    private final Link link;
    private final int limit;
    private final long gapNs;
    private final SentCommands sent;
    private final Health health;
    private final ArrayDeque<Outgoing> commands = new ArrayDeque<>();
    /** The handshake goes first: without it the mote does nothing. Bounded, since each frame stands in it once. */
    private final ArrayDeque<byte[]> handshake = new ArrayDeque<>();
    private final Thread thread;
    private boolean closed;

    FrameSender(String name, Link link, int limit, int gapMs, SentCommands sent, Health health) {
        this.name = name;
        this.link = link;
        this.limit = limit;
        this.gapNs = gapMs * 1_000_000L;
        this.sent = sent;
        this.health = health;
        this.thread = new Thread(name + "-downlink") {
            @Override
            public void run() {
                work();
            }
        };
    }

    void start() {
        thread.start();
    }

    /** Queues a command's frame; returns why not, or {@code null} where it did. Any thread; never waits. */
    synchronized String offer(byte[] wire, Command command) {
        if (closed) {
            return STOPPING;
        }
        if (commands.size() == limit) {
            return "too many commands are waiting";
        }
        commands.add(new Outgoing(wire, command));
        notifyAll();
        return null;
    }

    /** Forgets what an earlier opening left of the handshake, and has these frames written before everything else. */
    synchronized void beginHandshake(byte[]... wires) {
        handshake.clear();
        for (byte[] wire : wires) {
            handshake.add(wire);
        }
        notifyAll();
    }

    /**
     * Adds a frame to the handshake, unless the same array waits there already: a mote that asks every second needs
     * one answer, and must not push out what was to be said at the opening.
     *
     * @return whether it was added
     */
    synchronized boolean addToHandshake(byte[] wire) {
        if (handshake.contains(wire)) {
            return false;
        }
        handshake.add(wire);
        notifyAll();
        return true;
    }

    synchronized int size() {
        return commands.size();
    }

    private void work() {
        try {
            while (true) {
                Outgoing next = take();
                if (next == null) {
                    return;
                }
                try {
                    write(next);
                } catch (RuntimeException bug) {
                    // A listener that cannot bear the news must not stop the commands of all the others.
                    health.error(name + ": unexpected " + bug);
                }
                awaitGap();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next frame, or {@code null} when closed. */
    private synchronized Outgoing take() throws InterruptedException {
        while (!closed && commands.isEmpty() && handshake.isEmpty()) {
            wait();
        }
        if (closed) {
            return null;
        }
        return handshake.isEmpty() ? commands.poll() : new Outgoing(handshake.poll(), null);
    }

    private void write(Outgoing next) {
        Command command = next.command;
        if (command != null) {
            // Before the bytes are out: the mote's complaint may be here before the write has returned.
            sent.add(command);
        }
        String failure = null;
        try {
            link.write(next.wire, 0, next.wire.length);
        } catch (IOException failed) {
            failure = failed.getMessage();
        }
        if (command == null) {
            return;
        }
        if (failure == null) {
            health.count(Counter.DOWNLINK_SENT);
            command.sent();
        } else {
            sent.remove(command);
            health.count(Counter.DOWNLINK_FAILED);
            command.refuse("the link is down: " + failure);
        }
    }

    private synchronized void awaitGap() throws InterruptedException {
        long until = System.nanoTime() + gapNs;
        long left = gapNs;
        while (!closed && left > 0) {
            wait(left / 1_000_000 + 1);
            left = until - System.nanoTime();
        }
    }

    /** Nothing more is taken or written but what is being written now. Does not wait. */
    synchronized void stop() {
        closed = true;
        notifyAll();
    }

    @Override
    public void close() {
        stop();
        try {
            thread.join(2000);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        Outgoing left;
        synchronized (this) {
            left = commands.poll();
        }
        while (left != null) {
            health.count(Counter.DOWNLINK_REFUSED);
            left.command.refuse(STOPPING);
            synchronized (this) {
                left = commands.poll();
            }
        }
    }
}
