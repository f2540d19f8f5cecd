package io.slipway.store;

import java.util.ArrayList;
import java.util.List;

/** How far a destination has acknowledged: everything up to a cursor, and stretches behind it. One thread. */
final class Place {
    private Position cursor;
    private final Stretches ahead = new Stretches();

    Place(Position cursor) {
        this.cursor = cursor;
    }

    /** Up to here everything is acknowledged. */
    Position cursor() {
        return cursor;
    }

    /** What is acknowledged behind the cursor. */
    Stretches ahead() {
        return ahead;
    }

    /** Whether the destination has acknowledged this reading, or has refused it for good. */
    boolean isAcknowledged(long sid, long seq) {
        return !cursor.isBefore(sid, seq) || ahead.holds(sid, seq);
    }

    /** All that the destination has acknowledged, or has refused for good. */
    Stretches acknowledged() {
        Stretches all = new Stretches();
        all.add(Position.START, cursor);
        for (int i = 0; i < ahead.size(); i++) {
            all.add(ahead.start(i), ahead.end(i));
        }
        return all;
    }

    /**
     * What of a range of one stream's numbers the destination has neither acknowledged nor refused: pairs of the
     * first and the last number of each piece, ascending; empty where there is nothing.
     */
    List<long[]> unacknowledged(long sid, long first, long last) {
        List<long[]> pieces = new ArrayList<>();
        Position end = new Position(sid, last);
        Position from = cursor.isBefore(sid, first) ? new Position(sid, first - 1) : cursor;
        from = ahead.skip(from);
        while (from.isBefore(end)) {
            Position to = Position.earlier(end, ahead.nextStart(from));
            pieces.add(new long[] {from.seq + 1, to.seq});
            from = ahead.skip(to);
        }
        return pieces;
    }

    /** Moves the cursor behind all that is acknowledged without a hole, and over what is gone before that. */
    void swallow(Stretches gone) {
        Position next = ahead.skip(gone.skip(cursor));
        while (next != gone.skip(cursor)) {
            cursor = next;
            next = ahead.skip(gone.skip(cursor));
        }
        ahead.forgetUpTo(cursor);
        gone.forgetUpTo(cursor);
    }

    /** Takes over what is acknowledged by another's word. */
    void join(Place other) {
        if (cursor.isBefore(other.cursor)) {
            cursor = other.cursor;
        }
        for (int i = 0; i < other.ahead.size(); i++) {
            ahead.add(other.ahead.start(i), other.ahead.end(i));
        }
        swallow(new Stretches());
    }

    /** The same as of now. */
    Place copy() {
        Place copy = new Place(cursor);
        copy.join(this);
        return copy;
    }
}
