package io.slipway.store;

import io.slipway.reading.Reading;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.FutureTask;

/**
 * What waits for the store's thread: readings, bounded, and requests, of which each caller has at most one. Any
 * thread puts in, the store's thread takes out.
 */
final class Intake {
    private final int limit;
    private final ArrayDeque<Reading> readings = new ArrayDeque<>();
    private final ArrayDeque<FutureTask<?>> requests = new ArrayDeque<>();
    /** When the oldest reading came, by {@link System#nanoTime}, or an older one that was taken out since. */
    private long oldestNs;
    private boolean closed;

    Intake(int limit) {
        this.limit = limit;
    }

    /** False where the queue is full or closed; never waits. */
    synchronized boolean offer(Reading reading, int enough) {
        if (closed || readings.size() == limit) {
            return false;
        }
        if (readings.isEmpty()) {
            oldestNs = System.nanoTime();
        }
        readings.add(reading);
        if (readings.size() == 1 || readings.size() == enough) {
            notifyAll();
        }
        return true;
    }

    /** False where closed: then nobody would run it. */
    synchronized boolean request(FutureTask<?> task) {
        if (closed) {
            return false;
        }
        requests.add(task);
        notifyAll();
        return true;
    }

    /** Nothing gets in any more; what is in is still to be taken out. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized int size() {
        return readings.size();
    }

    /**
     * Waits for work: {@code enough} readings, or the oldest being {@code ageNs} old, or a request, or the closing;
     * at most until {@code untilNs}.
     */
    synchronized void await(int enough, long ageNs, long untilNs) throws InterruptedException {
        while (!closed && requests.isEmpty() && readings.size() < enough) {
            long now = System.nanoTime();
            long wait = untilNs - now;
            if (!readings.isEmpty()) {
                wait = Math.min(wait, oldestNs + ageNs - now);
            }
            if (wait <= 0) {
                return;
            }
            // Rounded up: a wait of 0 would be one without end.
            wait(wait / 1_000_000 + 1);
        }
    }

    synchronized boolean isDue(int enough, long ageNs) {
        return readings.size() >= enough || !readings.isEmpty() && System.nanoTime() - oldestNs >= ageNs
            || closed && !readings.isEmpty();
    }

    /** Moves at most {@code max} readings to the end of {@code target}. */
    synchronized void drainTo(List<Reading> target, int max) {
        for (int i = 0; i < max && !readings.isEmpty(); i++) {
            target.add(readings.poll());
        }
        // What stays has waited as long as what went, give or take: its time runs on, or it would wait twice as long.
    }

    /** The next request, or {@code null}. */
    synchronized FutureTask<?> nextRequest() {
        return requests.poll();
    }
}
