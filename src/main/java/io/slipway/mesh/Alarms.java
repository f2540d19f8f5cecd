package io.slipway.mesh;

import java.util.PriorityQueue;

/** The time, as the thread of a service goes by, and what is to happen later. Monotonic. One thread. */
public final class Alarms {
    /** One thing that is to happen once. May be set again when it has gone off or was taken back. */
    public abstract static class Alarm implements Comparable<Alarm> {
        private long due;
        private boolean set;

        /** Its time has come. It is no longer set. */
        protected abstract void ring();

        @Override
        public final int compareTo(Alarm other) {
            return Long.compare(due, other.due);
        }

        @Override
        public final boolean equals(Object other) {
            return this == other;
        }

        @Override
        public final int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private long nowMs;

    /** Begins at that time. */
    public Alarms(long nowMs) {
        this.nowMs = nowMs;
    }

    /** The time of what is happening now, in milliseconds since some moment. */
    public long nowMs() {
        return nowMs;
    }

    /** Has it ring after so long, and no longer at the time that it was set to before. */
    public void set(Alarm alarm, long delayMs) {
        cancel(alarm);
        alarm.due = nowMs + delayMs;
        alarm.set = true;
        alarms.add(alarm);
    }

    /** Has it not ring, if it was set. */
    public void cancel(Alarm alarm) {
        if (alarm.set) {
            alarm.set = false;
            alarms.remove(alarm);
        }
    }

    /** Moves the time on and rings what is due; returns when the next is, or {@link Long#MAX_VALUE}. */
    public long advance(long toMs) {
        nowMs = toMs;
        Alarm next = alarms.peek();
        while (next != null && next.due <= nowMs) {
            alarms.poll();
            next.set = false;
            next.ring();
            next = alarms.peek();
        }
        return next == null ? Long.MAX_VALUE : next.due;
    }
}
