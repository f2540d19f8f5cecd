package io.slipway.sync;

import java.util.HashSet;
import java.util.Set;

/** A place in this node's copy of a stream that is in doubt, or known not to be as it was written. */
final class Wound {
    final Stream stream;
    /** The block that is to be looked at next, or that is not sound. All before it are, as far as anybody looked. */
    long number;
    /** Up to where there is something to look at. */
    long until;
    /** Whether block {@link #number} is to be replaced. */
    boolean isOpen;
    /** Who writes the stream, and holds other blocks from here on than this node: only its copy counts. */
    Peer authority;
    /** Who was asked for the block last, and when; since when it is asked for. */
    Peer asked;
    long askedAt;
    long openSince;
    /** The links of those that do not have it, or have one that does not fit. */
    final Set<Integer> lacking = new HashSet<>();
    /** Whether somebody did not answer, or has one that does not fit: then nobody knows whether it is lost. */
    boolean isUnanswered;
    boolean isTold;
    /** Of the store's transaction that the block went into; 0 for none. */
    long ticket;
    byte[] hash;
    boolean isGivenUp;

    Wound(Stream stream, long number) {
        this.stream = stream;
        this.number = number;
        this.until = number;
    }

    /** This block is to be replaced. */
    void open(long at, long now) {
        reset();
        number = at;
        until = Math.max(until, at);
        isOpen = true;
        // Behind one that was given up nobody waits as long again.
        openSince = isGivenUp ? openSince : now;
    }

    /** From this block on it is to be looked at again. */
    void look(long at) {
        reset();
        number = at;
    }

    private void reset() {
        isOpen = false;
        asked = null;
        askedAt = 0;
        lacking.clear();
        isUnanswered = false;
        isTold = false;
        ticket = 0;
    }
}
