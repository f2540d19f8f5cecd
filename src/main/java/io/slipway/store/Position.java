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

    /** The one that is further on. */
    static Position max(Position one, Position other) {
        return other == null || !one.isBefore(other.sid, other.seq) ? one : other;
    }

    boolean isBefore(long otherSid, long otherSeq) {
        return sid < otherSid || sid == otherSid && seq < otherSeq;
    }
}
