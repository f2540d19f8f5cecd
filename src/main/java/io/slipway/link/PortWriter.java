package io.slipway.link;

import java.io.IOException;
import java.util.Arrays;

/**
 * Writes to a port with a deadline. Neither a serial port nor a socket lets a write end by itself when the other
 * side stops reading, so the write is done by a thread of its own, begun with the first write, while the caller
 * waits no longer than it wants to. After the first failure nothing more is written: where a frame was cut off,
 * the next one must not follow it.
 */
final class PortWriter implements Runnable {
    private final Port port;
    private final int timeoutMs;
    private final Thread thread;
    /** Callers take turns here; the monitor of this object is for the talk with the thread. */
    private final Object turn = new Object();
    private byte[] job;
    private IOException failure;
    private boolean ended;

    PortWriter(String threadName, Port port, int timeoutMs) {
        this.port = port;
        this.timeoutMs = timeoutMs;
        thread = new Thread(this, threadName);
        thread.setDaemon(true);
    }

    /**
     * Writes all of it. Any thread; callers wait for each other.
     *
     * @throws IOException when the port failed, gave no room before the deadline, or was closed meanwhile; how much
     *     of the bytes went out is then unknown
     */
    void write(byte[] bytes, int off, int len) throws IOException {
        // A copy: after a timeout the caller has its array back while the thread may still hold the bytes.
        byte[] copy = Arrays.copyOfRange(bytes, off, off + len);
        synchronized (turn) {
            synchronized (this) {
                throwFailure();
                if (thread.getState() == Thread.State.NEW) {
                    thread.start();
                }
                job = copy;
                notifyAll();
                awaitDone();
                throwFailure();
            }
        }
    }

    /** Why nothing can be written any more; {@code null} while all is well. Any thread. */
    synchronized IOException failure() {
        return failure;
    }

    /** Lets waiting callers fail, ends the thread, and waits a second at most for it. The reader thread. */
    void end() {
        synchronized (this) {
            ended = true;
            fail(new IOException("closed"));
            notifyAll();
        }
        boolean interrupted = false;
        for (int i = 0; i < 10 && thread.isAlive(); i++) {
            if (isBusy()) {
                port.cancel();
            }
            try {
                thread.join(100);
            } catch (InterruptedException stop) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        byte[] next = nextJob();
        while (next != null) {
            IOException problem = null;
            try {
                port.write(next);
            } catch (IOException failed) {
                problem = failed;
            } catch (RuntimeException | Error failed) {
                problem = new IOException(failed.toString());
            }
            done(problem);
            next = nextJob();
        }
    }

    /** Waits for work; {@code null} when there will be none. */
    private synchronized byte[] nextJob() {
        while (job == null && !ended) {
            try {
                wait();
            } catch (InterruptedException stop) {
                // Nobody has a reason to interrupt this thread; end() is how it is stopped.
                ended = true;
            }
        }
        return ended ? null : job;
    }

    private synchronized void done(IOException problem) {
        job = null;
        if (problem != null) {
            fail(problem);
        }
        notifyAll();
    }

    private synchronized boolean isBusy() {
        return job != null;
    }

    /** Called with the monitor held. An interrupt does not cut the wait short: the deadline is near enough. */
    private void awaitDone() {
        long deadline = System.nanoTime() + timeoutMs * 1_000_000L;
        boolean interrupted = false;
        while (job != null && failure == null) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                fail(new IOException("nothing can be written, the other side has stopped reading"));
                break;
            }
            try {
                wait(left / 1_000_000 + 1);
            } catch (InterruptedException stop) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(IOException cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /** A new exception each time: one object thrown in many threads would show the wrong stack. */
    private void throwFailure() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }
}
