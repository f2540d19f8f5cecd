package io.slipway.store;

/**
 * A place in the order of all own readings: behind number {@code seq} of stream {@code sid}. Whoever is not the store
 * takes it from a {@link Batch} or an {@link Outbox} and hands it back. Immutable; any thread.
 */
public final class Position {
    /** Before everything. */
    public static final Position START = new Position(0, 0);

    /** The database's number of the stream; later streams have larger ones. */
    public final long sid;
    /** The reading's number within the stream's epoch; 0 is before the first. */
    public final long seq;

    /** Behind that reading. */
    public Position(long sid, long seq) {
        this.sid = sid;
        this.seq = seq;
    }

    boolean isBefore(long otherSid, long otherSeq) {
        return sid < otherSid || sid == otherSid && seq < otherSeq;
    }

    boolean isBefore(Position other) {
        return isBefore(other.sid, other.seq);
    }

    /** The earlier one; {@code null} stands for the end of everything. */
    static Position earlier(Position one, Position other) {
        return one == null || other != null && other.isBefore(one) ? other : one;
    }

    /** Both numbers, with a space between. */
    @Override
    public String toString() {
        return sid + " " + seq;
    }
}
