package io.slipway.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What is known of the blocks without reading them, in the order of their readings. The index has all of it, so that
 * looking through every block reads some dozen pages. The store's thread only.
 */
final class Headers {
    /** Behind every reading that there can be. */
    static final Position END = new Position(Long.MAX_VALUE, Long.MAX_VALUE);

    private static final String COLUMNS = "SELECT id, rec_sid, last, first, n, cls, ran FROM blk";

    /** One block's. Immutable. */
    static final class Header {
        final long id;
        final long recSid;
        final long first;
        final long last;
        final int count;
        /** The priorities of its readings, see {@link Priorities}. */
        final int bits;
        /** When the last of its readings came, in milliseconds since the start of its epoch; -1: unknown. */
        final long ran;

        Header(ResultSet row) throws SQLException {
            this.id = row.getLong(1);
            this.recSid = row.getLong(2);
            this.last = row.getLong(3);
            this.first = row.getLong(4);
            this.count = row.getInt(5);
            this.bits = row.getInt(6);
            this.ran = row.getLong(7);
        }

        Position end() {
            return new Position(recSid, last);
        }
    }

    private final PreparedStatement find;
    private final PreparedStatement next;

    Headers(Database database) throws SQLException {
        this.find = database.prepare(COLUMNS + " WHERE (rec_sid, last) > (?, ?) AND (rec_sid, last) <= (?, ?)"
            + " AND (cls & ?) BETWEEN 1 AND ? ORDER BY rec_sid, last LIMIT 1");
        this.next = database.prepare(COLUMNS + " WHERE (rec_sid, last) > (?, ?) ORDER BY rec_sid, last LIMIT 1");
    }

    /**
     * The first block behind a position that ends before or at another and has readings of one of these priorities;
     * {@code null} where there is none.
     *
     * @param unthinned whether it must not be one that thinning left
     */
    Header find(Position behind, Position upTo, int bits, boolean unthinned) throws SQLException {
        find.setLong(1, behind.sid);
        find.setLong(2, behind.seq);
        find.setLong(3, upTo.sid);
        find.setLong(4, upTo.seq);
        find.setInt(5, unthinned ? bits | Priorities.THINNED : bits);
        find.setInt(6, bits);
        return first(find);
    }

    /** The block that comes next in the order of the readings, or {@code null}. */
    Header after(Header header) throws SQLException {
        return after(header.end());
    }

    /** The block that holds the first reading behind a position, or {@code null}. */
    Header after(Position position) throws SQLException {
        next.setLong(1, position.sid);
        next.setLong(2, position.seq);
        return first(next);
    }

    private static Header first(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? new Header(row) : null;
        }
    }
}
