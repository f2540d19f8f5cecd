package io.slipway.store;

/**
 * A place in the order of all own readings: behind number {@code seq} of stream {@code sid}. What the numbers mean only
 * the store knows. Immutable.
 */
public final class Position {
    /** Before everything. */
    public static final Position START = new Position(0, 0);

    final long sid;
    final long seq;

    /** @param sid the database's name for the stream */
    public Position(long sid, long seq) {
        this.sid = sid;
        this.seq = seq;
    }

    boolean isBefore(long otherSid, long otherSeq) {
        return sid < otherSid || sid == otherSid && seq < otherSeq;
    }

    /** Both numbers, with a space between. */
    @Override
    public String toString() {
        return sid + " " + seq;
    }
}
