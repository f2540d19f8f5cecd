package io.slipway.command;

import io.slipway.health.Health;
import io.slipway.health.Pulse;
import java.util.ArrayDeque;

/**
 * The commands' thread with its inbox: it begins with the first event, sleeps while nothing is due, and at the end
 * still does what came before. Any thread puts in.
 */
final class EventLoop {
    /** Something that happened. Run by the thread. */
    interface Event {
        void happen();
    }

    /** What is to be done between two events. Run by the thread. */
    interface Chores {
        /** Does what is due; returns in how many milliseconds to come back at the latest. */
        long run();
    }

    private static final long CLOSE_MS = 2000;

    private final Chores chores;
    private final Health health;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private Thread thread;
    private boolean closed;

    EventLoop(Chores chores, Health health) {
        this.chores = chores;
        this.health = health;
    }

    /** False where so many wait already, or it is closed. */
    synchronized boolean post(Event event, int limit) {
        if (closed || events.size() >= limit) {
            return false;
        }
        events.add(event);
        if (thread == null) {
            begin();
        }
        notifyAll();
        return true;
    }

    private void begin() {
        thread = new Thread("commands") {
            @Override
            public void run() {
                work();
            }
        };
        thread.setUncaughtExceptionHandler(new Thread.UncaughtExceptionHandler() {
            @Override
            public void uncaughtException(Thread dead, Throwable cause) {
                health.alarm(dead, cause);
            }
        });
        thread.start();
    }

    private void work() {
        Pulse pulse = health.pulse("commands", true);
        try {
            while (!isOver()) {
                long waitMs = chores.run();
                pulse.rest();
                Event event = take(waitMs);
                pulse.work();
                if (event != null) {
                    happen(event);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void happen(Event event) {
        try {
            event.happen();
        } catch (RuntimeException bug) {
            // One command must not end the service of all the others.
            health.error("commands: unexpected " + bug);
        }
    }

    /** The next; {@code null} when so much time has passed, or when it is closed and all is done. */
    private synchronized Event take(long waitMs) throws InterruptedException {
        long until = System.nanoTime() + waitMs * 1_000_000;
        while (events.isEmpty() && !closed) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            wait(left / 1_000_000 + 1);
        }
        return events.poll();
    }

    private synchronized boolean isOver() {
        return closed && events.isEmpty();
    }

    /** Takes nothing more, does what came before, and ends the thread. Returns within 2 s. */
    void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            notifyAll();
            running = thread;
        }
        if (running != null) {
            try {
                running.join(CLOSE_MS);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
