package io.slipway.upstream;

/** Wakes the one thread that waits on it. A wake that comes while nobody waits is kept, several count as one. */
final class Signal implements Runnable {
    private boolean raised;

    /** Wakes the thread. Any thread; does not block. */
    @Override
    public synchronized void run() {
        raised = true;
        notifyAll();
    }

    /** Waits for a wake, at most so many milliseconds, and takes it. An interrupt ends the wait too. */
    synchronized void await(long millis) {
        long deadline = System.nanoTime() + millis * 1_000_000L;
        try {
            long left = millis;
            while (!raised && left > 0) {
                wait(left);
                left = (deadline - System.nanoTime() + 999_999) / 1_000_000;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        raised = false;
    }
}
