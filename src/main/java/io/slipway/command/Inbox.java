package io.slipway.command;

import java.util.ArrayDeque;

/** What the commands' thread is to do next. Any thread puts in; what came before the closing is still given out. */
final class Inbox {
    /** Something that happened. Run by the commands' thread. */
    interface Event {
        void happen();
    }

    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private boolean closed;

    /** False where so many wait already, or it is closed. */
    synchronized boolean offer(Event event, int limit) {
        if (closed || events.size() >= limit) {
            return false;
        }
        events.add(event);
        notifyAll();
        return true;
    }

    /** The next; {@code null} when so much time has passed, or when it is closed and empty. */
    synchronized Event take(long waitMs) throws InterruptedException {
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

    synchronized boolean isOver() {
        return closed && events.isEmpty();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
