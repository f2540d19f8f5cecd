package io.slipway.health;

/**
 * Says whether a thread that owns something still comes around: it is either at rest, waiting for what may never come,
 * or at work, which must end. To say so costs the thread one volatile write and wakes nobody. A thread that cannot say
 * it by itself, such as an event loop of a library, is asked by a {@link Probe} and counts as at work until it answers.
 */
public final class Pulse {
    /** Has a thread answer. Called by the watchdog; must not wait. Asked again while there is no answer. */
    public interface Probe {
        /** Has the thread call {@link Pulse#rest}. */
        void ask(Pulse answer);
    }

    private final String name;
    private final boolean waitsForDisk;
    /** {@code null} where it says so by itself. */
    private final Probe probe;
    /** {@code null} with a probe. */
    private final Thread thread;
    /** Odd while at work. Written by one thread at a time. */
    private volatile long beats;

    Pulse(String name, boolean waitsForDisk, Thread thread, Probe probe) {
        this.name = name;
        this.waitsForDisk = waitsForDisk;
        this.thread = thread;
        this.probe = probe;
    }

    /** The thread begins to do something. Said again, it begins with the next. */
    public void work() {
        long now = beats;
        beats = now + 1 + (now & 1);
    }

    /** The thread has nothing to do, and waits for as long as it takes. */
    public void rest() {
        long now = beats;
        beats = now + (now & 1);
    }

    /** Of the thread. */
    public String name() {
        return name;
    }

    /** Whether its work may have to wait for the disk, which nobody can hurry. */
    public boolean waitsForDisk() {
        return waitsForDisk;
    }

    /** Rises whenever something was begun or ended; odd while at work. Any thread. */
    public long beats() {
        return beats;
    }

    /** The thread itself; {@code null} where it is asked by a probe. */
    public Thread thread() {
        return thread;
    }

    /** Asks, where asking is the way. The watchdog only. */
    public void ask() {
        if (probe != null) {
            if ((beats & 1) == 0) {
                work();
            }
            probe.ask(this);
        }
    }
}
