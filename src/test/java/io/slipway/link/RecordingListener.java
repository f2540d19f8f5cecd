package io.slipway.link;

import io.slipway.testing.Await;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what a link told it, and notices what it must never be told. */
class RecordingListener implements LinkListener {
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger idle = new AtomicInteger();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile String violation;
    private Thread caller;

    @Override
    public void opened() {
        check(opened.get() == closed.get(), "opened twice");
        opened.incrementAndGet();
    }

    @Override
    public void received(byte[] buffer, int length) {
        check(opened.get() == closed.get() + 1, "bytes while closed");
        check(length > 0, "no bytes");
        synchronized (bytes) {
            bytes.write(buffer, 0, length);
        }
    }

    @Override
    public void idle() {
        check(true, "");
        idle.incrementAndGet();
    }

    @Override
    public void closed() {
        closed.incrementAndGet();
        check(opened.get() == closed.get(), "closed without being open");
    }

    byte[] bytes() {
        synchronized (bytes) {
            return bytes.toByteArray();
        }
    }

    /** What the link told against its contract; {@code null} where all was well. */
    String violation() {
        return violation;
    }

    void awaitBytes(int count) {
        Await.until(count + " bytes", 30, () -> bytes().length >= count);
    }

    void awaitOpened(int times) {
        Await.until("opening number " + times, 30, () -> opened.get() >= times);
    }

    void awaitClosed(int times) {
        Await.until("closing number " + times, 30, () -> closed.get() >= times);
    }

    private synchronized void check(boolean good, String what) {
        if (caller == null) {
            caller = Thread.currentThread();
        }
        if (!good || caller != Thread.currentThread()) {
            violation = good ? "called by another thread" : what;
        }
    }
}
