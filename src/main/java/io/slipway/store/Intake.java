package io.slipway.store;

import io.slipway.config.StoreConfig;
import io.slipway.reading.Reading;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.FutureTask;

/**
 * What waits for the store's thread: readings, bounded in number and bytes, and requests, of which each caller has at
 * most one. Any thread puts in, the store's thread takes out.
 */
final class Intake {
    private final int limit;
    private final int limitBytes;
    /** So many readings, or bytes of payload, are worth a commit of their own before they are old. */
    private int enough;
    private final int enoughBytes;
    private long ageNs;
    private final ArrayDeque<Reading> readings = new ArrayDeque<>();
    private final ArrayDeque<FutureTask<?>> requests = new ArrayDeque<>();
    private long bytes;
    /** When the oldest reading came, by {@link System#nanoTime}, or an older one that was taken out since. */
    private long oldestNs;
    private boolean closed;
    private boolean woken;

    /** @param enoughBytes of payload in one commit, about */
    Intake(StoreConfig config, int enoughBytes) {
        this.limit = config.queueReadings;
        this.limitBytes = config.queueBytes;
        this.enough = config.commitReadings;
        this.enoughBytes = Math.min(enoughBytes, config.queueBytes / 2);
        this.ageNs = config.commitIntervalMs * 1_000_000L;
    }

    /** False where the queue is full or closed; never waits. An empty queue takes a reading of any size. */
    synchronized boolean offer(Reading reading) {
        boolean empty = readings.isEmpty();
        if (closed || readings.size() == limit || !empty && bytes + reading.payload.length > limitBytes) {
            return false;
        }
        if (empty) {
            oldestNs = System.nanoTime();
        }
        boolean wasEnough = isEnough();
        readings.add(reading);
        bytes += reading.payload.length;
        if (empty || !wasEnough && isEnough()) {
            notifyAll();
        }
        return true;
    }

    /** From now on so many readings are worth a commit, or any that are so old. */
    synchronized void pace(int newEnough, int ageMs) {
        enough = newEnough;
        ageNs = ageMs * 1_000_000L;
    }

    /** Takes a reading that the store itself made, which needs no room of its own: it makes some. */
    synchronized void add(Reading reading) {
        if (readings.isEmpty()) {
            oldestNs = System.nanoTime();
        }
        readings.add(reading);
        bytes += reading.payload.length;
    }

    private boolean isEnough() {
        return readings.size() >= enough || bytes >= enoughBytes;
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

    /** Has the store's thread look at what is due; false where closed. */
    synchronized boolean wake() {
        woken = !closed;
        notifyAll();
        return woken;
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
     * Waits for work: for readings that are due, or a request, or the closing; at most until {@code untilNs}.
     *
     * @param readingsToo false where readings are no reason to wake
     */
    synchronized void await(boolean readingsToo, long untilNs) throws InterruptedException {
        while (!closed && !woken && requests.isEmpty() && !(readingsToo && isEnough())) {
            long now = System.nanoTime();
            long wait = untilNs - now;
            if (readingsToo && !readings.isEmpty()) {
                wait = Math.min(wait, oldestNs + ageNs - now);
            }
            if (wait <= 0) {
                return;
            }
            // Rounded up: a wait of 0 would be one without end.
            wait(wait / 1_000_000 + 1);
        }
        woken = false;
    }

    /** Whether there are readings that should be committed now. */
    synchronized boolean isDue() {
        return !readings.isEmpty() && (closed || isEnough() || System.nanoTime() - oldestNs >= ageNs);
    }

    /** Moves at most {@code max} readings to the end of {@code target}, and no more after {@code maxBytes}. */
    synchronized void drainTo(List<Reading> target, int max, int maxBytes) {
        long taken = 0;
        for (int i = 0; i < max && taken < maxBytes && !readings.isEmpty(); i++) {
            Reading reading = readings.poll();
            taken += reading.payload.length;
            target.add(reading);
        }
        // What stays has waited as long as what went, give or take: its time runs on, or it would wait twice as long.
        bytes -= taken;
    }

    /** The next request, or {@code null}. */
    synchronized FutureTask<?> nextRequest() {
        return requests.poll();
    }
}
