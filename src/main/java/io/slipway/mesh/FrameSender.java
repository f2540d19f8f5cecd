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
        private final CommandListener listener;

        Outgoing(byte[] wire, CommandListener listener) {
            this.wire = wire;
            this.listener = listener;
        }
    }

    private final Link link;
    private final int limit;
    private final long gapNs;
    private final Health health;
    private final ArrayDeque<Outgoing> commands = new ArrayDeque<>();
    /** The handshake goes first: without it the mote does nothing. Bounded, since each clears the one before. */
    private final ArrayDeque<byte[]> handshake = new ArrayDeque<>();
    private final Thread thread;
    private boolean closed;

    FrameSender(String name, Link link, int limit, int gapMs, Health health) {
        this.link = link;
        this.limit = limit;
        this.gapNs = gapMs * 1_000_000L;
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

    /** Queues a command's frame; false where the queue is full. Any thread; never waits. */
    boolean offer(byte[] wire, CommandListener listener) {
        synchronized (this) {
            if (closed || commands.size() == limit) {
                return false;
            }
            commands.add(new Outgoing(wire, listener));
            notifyAll();
        }
        return true;
    }

    /** Has these frames written before everything else, in place of those that were asked for before. */
    synchronized void handshake(byte[]... wires) {
        handshake.clear();
        for (byte[] wire : wires) {
            handshake.add(wire);
        }
        notifyAll();
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
                write(next);
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
        String failure = null;
        try {
            link.write(next.wire, 0, next.wire.length);
        } catch (IOException failed) {
            failure = failed.getMessage();
        }
        if (next.listener == null) {
            return;
        }
        if (failure == null) {
            health.count(Counter.DOWNLINK_SENT);
            next.listener.became(CommandListener.State.SENT, null);
        } else {
            health.count(Counter.DOWNLINK_FAILED);
            next.listener.became(CommandListener.State.REFUSED, "the link is down: " + failure);
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
            left.listener.became(CommandListener.State.REFUSED, "the gateway stops");
            synchronized (this) {
                left = commands.poll();
            }
        }
    }
}
