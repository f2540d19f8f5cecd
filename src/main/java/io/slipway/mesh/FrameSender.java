package io.slipway.mesh;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.health.Pulse;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import org.tinylog.Logger;

/**
 * Writes frames to the mote one at a time, with a gap between them: a mote's receive buffer holds a single frame, and
 * what comes while it is full is lost without a trace (wire-format.md section 1.5). One thread of its own.
 */
final class FrameSender implements Closeable {
    private static final Refusal STOPPING = new Refusal(Refusal.STOPPING, "the gateway stops");
    private static final Refusal FULL = new Refusal(Refusal.LINE_FULL, "too many commands are waiting");

    private final String name;
    private final Attachment attachment;
    private final int limit;
    private final long gapNs;
    private final SentCommands sent;
    private final Health health;
    private final ArrayDeque<Transmission> commands = new ArrayDeque<>();
    /** The handshake goes first: without it the mote does nothing. Bounded, since each frame stands in it once. */
    private final ArrayDeque<byte[]> handshake = new ArrayDeque<>();
    private final Thread thread;
    private boolean closed;

    FrameSender(String name, Attachment attachment, int limit, int gapMs, SentCommands sent, Health health) {
        this.name = name;
        this.attachment = attachment;
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
    synchronized Refusal offer(Transmission command) {
        if (closed) {
            return STOPPING;
        }
        if (commands.size() == limit) {
            return FULL;
        }
        commands.add(command);
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
        Pulse pulse = health.pulse(name + " sender", false);
        try {
            while (true) {
                if (!awaitWork()) {
                    return;
                }
                pulse.work();
                try {
                    writeNext();
                } catch (RuntimeException bug) {
                    // A listener that cannot bear the news must not stop the commands of all the others.
                    health.error(name + ": unexpected " + bug);
                }
                pulse.rest();
                awaitGap();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** False when closed. */
    private synchronized boolean awaitWork() throws InterruptedException {
        while (!closed && commands.isEmpty() && handshake.isEmpty()) {
            wait();
        }
        return !closed;
    }

    private void writeNext() {
        byte[] wire;
        Transmission command = null;
        synchronized (this) {
            wire = handshake.poll();
            if (wire == null) {
                command = commands.poll();
            }
        }
        if (command != null) {
            write(command);
        } else if (wire != null) {
            try {
                attachment.write(wire);
            } catch (IOException failed) {
                Logger.debug("{}: a frame of the handshake is lost: {}", name, failed.getMessage());
            }
        }
    }

    private void write(Transmission command) {
        // Before the bytes are out: the mote's complaint may be here before the write has returned.
        sent.add(command);
        try {
            attachment.write(command);
        } catch (IOException failed) {
            sent.remove(command);
            health.count(Counter.DOWNLINK_FAILED);
            command.refuse(new Refusal(Refusal.LINK_DOWN, "the link is down: " + failed.getMessage()));
            return;
        }
        health.count(Counter.DOWNLINK_SENT);
        command.sent();
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
        Transmission left;
        synchronized (this) {
            left = commands.poll();
        }
        while (left != null) {
            health.count(Counter.DOWNLINK_REFUSED);
            left.refuse(STOPPING);
            synchronized (this) {
                left = commands.poll();
            }
        }
    }
}
