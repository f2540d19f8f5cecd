package io.slipway.mesh;

import io.slipway.health.Health;
import io.slipway.health.Pulse;
import java.util.ArrayDeque;

/**
 * The one thread that owns the state of a {@link UdpService}: takes events out of a bounded inbox and rings the alarms
 * in between. Sleeps while there is nothing to do.
 */
public final class ServiceThread {
    /** Something that happened, to be dealt with by the thread. */
    public interface Event {
        /** The service's thread; must not block. An exception is reported, and the thread goes on. */
        void happen();
    }

    /** What the thread does first and last. */
    public interface Work {
        /** Before the first event. */
        void begin();

        /** After the last event; may wait for a moment. */
        void end() throws InterruptedException;
    }

    /** The time and the alarms of the thread, for nobody else. */
    public final Alarms alarms = new Alarms(nowMs());
    private final String service;
    private final Work work;
    private final Health health;
    private final Thread thread;
    private final ArrayDeque<Event> inbox = new ArrayDeque<>();
    /** Guarded by the inbox; when set, nothing more is taken in. */
    private boolean stopping;

    /**
     * Starts nothing yet.
     *
     * @param mesh the name of the mesh
     * @param service the name of the protocol
     */
    public ServiceThread(String mesh, String service, Work work, Health health) {
        this.service = service;
        this.work = work;
        this.health = health;
        this.thread = new Thread(mesh + '-' + service) {
            @Override
            public void run() {
                live();
            }
        };
    }

    /** Once. */
    public void start() {
        thread.start();
    }

    /**
     * Has an event happen later, in the order of the calls. Any thread; never waits.
     *
     * @param limit events that may wait already
     * @return false where so many wait, or the thread is to end
     */
    public boolean post(Event event, int limit) {
        synchronized (inbox) {
            if (stopping || inbox.size() >= limit) {
                return false;
            }
            inbox.add(event);
            inbox.notifyAll();
            return true;
        }
    }

    /** Ends the thread once what waits has happened. Returns when it has ended, or after that time. */
    public void stop(long ms) {
        synchronized (inbox) {
            stopping = true;
            inbox.notifyAll();
        }
        try {
            thread.join(ms);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void live() {
        Pulse pulse = health.pulse(thread.getName(), false);
        pulse.work();
        work.begin();
        try {
            while (true) {
                long untilMs = advance();
                pulse.rest();
                Event event = take(untilMs);
                pulse.work();
                if (event != null) {
                    advance();
                    happen(event);
                } else if (isStopping()) {
                    break;
                }
            }
            work.end();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void happen(Event event) {
        try {
            event.happen();
        } catch (RuntimeException bug) {
            // One node's message must not end the service of all the others.
            health.error(service + ": unexpected " + bug);
        }
    }

    private long advance() {
        try {
            return alarms.advance(nowMs());
        } catch (RuntimeException bug) {
            // The alarm that rang is not set any more; the others are rung at once.
            health.error(service + ": unexpected " + bug);
            return 0;
        }
    }

    /** The next event; {@code null} where the time has come or the end. */
    private Event take(long untilMs) throws InterruptedException {
        synchronized (inbox) {
            while (inbox.isEmpty() && !stopping) {
                long left = untilMs - nowMs();
                if (left <= 0) {
                    return null;
                }
                inbox.wait(Math.min(left, Integer.MAX_VALUE));
            }
            return inbox.poll();
        }
    }

    private boolean isStopping() {
        synchronized (inbox) {
            return stopping;
        }
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
