package io.slipway.mesh;

/**
 * Whether a node counts as online: once it is heard, until it was silent for its allowance. The allowance is the
 * time-out of the configuration. A node that comes back soon after it was missed, within four times the allowance, was
 * slow and not away: its allowance doubles, up to eight times the time-out, so that it does not go to and fro. Sixteen
 * uplinks in a row within the time-out, or a long absence, end that. Guarded by the {@link NodeRegistry}.
 */
final class Availability {
    private static final int MOST_DOUBLINGS = 3;
    private static final int SOON = 4;
    private static final int STEADY = 16;

    private final long timeoutNs;
    private long lastHeardNs;
    private boolean known;
    private boolean online;
    private int doublings;
    private int steady;

    Availability(long timeoutNs) {
        this.timeoutNs = timeoutNs;
    }

    /** Takes up what an earlier life knew: heard last at that moment, and online then or not. */
    void restore(long heardNs, boolean wasOnline, long nowNs) {
        known = true;
        lastHeardNs = heardNs;
        online = wasOnline && nowNs - heardNs < timeoutNs;
    }

    /** Takes note of an uplink. True where the node was unknown or offline before. */
    boolean heard(long nowNs) {
        long silenceNs = nowNs - lastHeardNs;
        boolean came = !online;
        if (!known || silenceNs >= timeoutNs) {
            steady = 0;
        } else if (doublings > 0 && ++steady == STEADY) {
            doublings = 0;
        }
        if (known && came) {
            doublings = silenceNs < SOON * allowanceNs() ? Math.min(MOST_DOUBLINGS, doublings + 1) : 0;
        }
        known = true;
        online = true;
        lastHeardNs = nowNs;
        return came;
    }

    /** True where the node is offline from now on, and was not before. */
    boolean missed(long nowNs) {
        if (!online || silenceNs(nowNs) < allowanceNs()) {
            return false;
        }
        online = false;
        return true;
    }

    boolean isOnline() {
        return online;
    }

    /** For how long it has been silent. */
    long silenceNs(long nowNs) {
        return nowNs - lastHeardNs;
    }

    private long allowanceNs() {
        return timeoutNs << doublings;
    }
}
