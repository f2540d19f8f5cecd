package io.slipway.upstream;

import io.slipway.health.Health;

/**
 * Says of a connection that stands what holds batches back, if anything does: not each time anew, for each change is
 * a line in the log. Sender thread only.
 */
final class SaidState {
    /** It is said for so long after something was held back. */
    private static final long STILL_NS = 60_000_000_000L;

    private final String part;
    private final Health health;
    private String heldBackBy;
    private long heldAtNs;
    private String connected;

    SaidState(String part, Health health) {
        this.part = part;
        this.health = health;
    }

    /** @param via the neighbour through which the connection goes; {@code null} for none */
    void greeted(String via) {
        connected = via == null ? "connected" : "connected via " + via;
        health.state(part, connected);
    }

    /** @param holder the option that holds something back now; {@code null} where nothing is held back */
    void connected(String holder, long nowNs) {
        if (holder != null) {
            heldBackBy = holder;
            heldAtNs = nowNs;
        } else if (heldBackBy != null && nowNs - heldAtNs > STILL_NS) {
            heldBackBy = null;
        }
        health.state(part, heldBackBy == null ? connected : connected + ", held back by " + heldBackBy);
    }
}
