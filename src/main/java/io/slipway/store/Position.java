package io.slipway.store;

/** A place in the order of all own readings: behind number {@code seq} of stream {@code sid}. Immutable. */
final class Position {
    static final Position START = new Position(0, 0);

    final long sid;
    final long seq;

    Position(long sid, long seq) {
        this.sid = sid;
        this.seq = seq;
    }

    boolean isBefore(long otherSid, long otherSeq) {
        return sid < otherSid || sid == otherSid && seq < otherSeq;
    }
}
