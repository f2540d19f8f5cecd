package io.slipway.upstream;

import io.slipway.health.Counter;
import io.slipway.health.Health;

/**
 * Which way the next connection takes: straight to the broker or, where that has failed for some time, straight and
 * through a neighbour in turns. While a neighbour helps, it looks from time to time whether the straight way is back.
 * The sender's thread, but for {@link #via}.
 */
final class Course {
    private static final long NS_PER_S = 1_000_000_000L;
    private static final long LEAVE_NS = 2 * NS_PER_S;

    private final CloudAccess access;
    private final Health health;
    private final Signal signal;
    private final long afterNs;
    private final long retryNs;
    /** Of the attempt or the connection that there is; {@code null} for the straight way. */
    private Detour.Route route;
    /** Since when there was no straight connection; counts while {@link #failing}. */
    private long failingSinceNs;
    private boolean failing;
    private boolean neighbourNext;
    private boolean leaving;
    private long leaveByNs;
    private DirectProbe probe;
    private long probeAtNs;
    private volatile String via;

    Course(CloudAccess access, Health health, Signal signal) {
        this.access = access;
        this.health = health;
        this.signal = signal;
        this.afterNs = access.config.viaNeighbourAfterS * NS_PER_S;
        this.retryNs = access.config.directRetryS * NS_PER_S;
    }

    /** An attempt begins; {@code null}: it goes straight to the broker. */
    Detour.Route begin(long now) {
        if (!failing) {
            failing = true;
            failingSinceNs = now;
        }
        leaving = false;
        probe = null;
        route = null;
        route = neighbourNext && isDetourAllowed() && untilDueNs(now) <= 0 ? access.detour.open() : null;
        return route;
    }

    private boolean isDetourAllowed() {
        return afterNs > 0 && access.detour != null;
    }

    private long untilDueNs(long now) {
        return failingSinceNs + afterNs - now;
    }

    /** The attempt was a success. */
    void connected(long now) {
        if (route == null) {
            failing = false;
        } else {
            health.count(Counter.UPSTREAM_VIA_NEIGHBOUR);
            via = route.via();
            probeAtNs = now + retryNs;
        }
    }

    /**
     * The attempt failed, or the connection is at its end.
     *
     * @param greeted whether the broker had let us in
     * @param why what the client says of it
     * @return the same, or what the neighbour said
     */
    String ended(boolean greeted, String why) {
        String said = why;
        if (route != null) {
            said = "via " + route.via() + ": " + (route.failure() == null ? why : "it " + route.failure());
            if (!greeted) {
                health.count(Counter.UPSTREAM_VIA_FAILED);
            }
            route.close();
        }
        via = null;
        // Who was helped so far looks for other help first.
        neighbourNext = !leaving && (route == null || greeted);
        return said;
    }

    /** When to make the next attempt, given what the wait after a failure says: a neighbour is not waited for. */
    long nextAttemptNs(long now, long afterWaitNs) {
        if (leaving) {
            return now;
        }
        if (route != null || !failing || !isDetourAllowed() || !access.detour.isThere()) {
            return afterWaitNs;
        }
        return Math.min(afterWaitNs, now + Math.max(0, untilDueNs(now)));
    }

    /** While connected: whether a neighbour helps though the straight way is back. */
    boolean isNeedless(long now) {
        if (via == null || leaving) {
            return leaving;
        }
        if (probe != null && probe.isDone()) {
            boolean reached = probe.isReached();
            probe = null;
            probeAtNs = now + retryNs;
            return reached;
        }
        if (probe == null && now - probeAtNs >= 0) {
            probe = DirectProbe.begin(access, signal);
        }
        return false;
    }

    /**
     * Ends the connection through the neighbour for a straight one. What was on its way goes again over that.
     *
     * @return in how many milliseconds to ask again, should it not have ended by then
     */
    long leave(CloudClient client, long now) {
        if (!leaving) {
            leaving = true;
            leaveByNs = now + LEAVE_NS;
            client.disconnect();
        }
        long leftMs = (leaveByNs - now) / 1_000_000;
        if (leftMs <= 0) {
            client.giveUp("the neighbour hangs");
        }
        return Math.max(1, leftMs);
    }

    /** Whether the connection has ended, or is about to, because the broker is reached without the neighbour. */
    boolean isLeaving() {
        return leaving;
    }

    /** When {@link #isNeedless} is to be asked again, in milliseconds from now. */
    long waitMs(long now) {
        return via == null || probe != null ? Sender.FOREVER : Math.max(1, (probeAtNs - now) / 1_000_000 + 1);
    }

    /** Nothing more is attempted. */
    void close() {
        if (route != null) {
            route.close();
        }
    }

    /** Through which neighbour the connection that stands goes; {@code null} for none. Any thread. */
    String via() {
        return via;
    }
}
