package io.slipway.replication;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What waits for the replication's thread, bounded in number and bytes. Any thread puts in; nobody waits. */
final class Events {
    private static final int LIMIT = 2048;
    /** Of frames: each link has 16 KiB of blocks on its way at most, so that this holds for many of them. */
    private static final int LIMIT_BYTES = 1 << 20;

    private final BlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(LIMIT);
    private final AtomicInteger bytes = new AtomicInteger();

    /** False where it is full: then the event is not taken. */
    boolean offer(Runnable event) {
        return queue.offer(event);
    }

    /** A frame's event: it must call {@link #taken} when it runs. */
    boolean offer(Runnable event, int length) {
        if (bytes.addAndGet(length) <= LIMIT_BYTES && queue.offer(event)) {
            return true;
        }
        bytes.addAndGet(-length);
        return false;
    }

    void taken(int length) {
        bytes.addAndGet(-length);
    }

    /** The next one; {@code null} where none came within the time. */
    Runnable next(long waitMs) throws InterruptedException {
        return waitMs <= 0 ? queue.poll() : queue.poll(waitMs, TimeUnit.MILLISECONDS);
    }
}
