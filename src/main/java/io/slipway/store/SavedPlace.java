package io.slipway.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * One destination's rows of the tables {@code sink_ack} and {@code sink_ahead}: how far it has acknowledged, as the
 * disk has it. Rows of stretches are written only where they differ. The store's thread only.
 */
final class SavedPlace {
    private final String sink;
    private final PreparedStatement move;
    private final PreparedStatement remove;
    private final PreparedStatement insert;
    private final Place place;
    /** What the disk has: starts and ends in turn. */
    private Position[] written = {};
    private Position[] writing = {};

    /** As the database has it. */
    SavedPlace(String sink, Database database) throws SQLException {
        this(sink, new Place(readCursor(sink, database)), database);
        readAhead(database);
        this.written = bounds(place.ahead());
    }

    /** Of a database that knows nothing of the destination yet. */
    SavedPlace(String sink, Place place, Database database) throws SQLException {
        this.sink = sink;
        this.place = place;
        this.move = database.prepare("INSERT OR REPLACE INTO sink_ack(sink, sid, seq, crc) VALUES(?, ?, ?, ?)");
        this.remove = database.prepare("DELETE FROM sink_ahead WHERE sink=?");
        this.insert = database.prepare("INSERT INTO sink_ahead(sink, from_sid, from_seq, to_sid, to_seq, crc)"
            + " VALUES(?, ?, ?, ?, ?, ?)");
    }

    private static Position readCursor(String sink, Database database) throws SQLException {
        try (PreparedStatement find = database.prepare("SELECT sid, seq, crc FROM sink_ack WHERE sink=?")) {
            find.setString(1, sink);
            try (ResultSet row = find.executeQuery()) {
                if (!row.next()) {
                    return Position.START;
                }
                Position cursor = new Position(row.getLong(1), row.getLong(2));
                long crc = row.getLong(3);
                if (!row.wasNull() && crc != Checksum.cursor(sink, cursor)) {
                    throw Database.damage("the cursor of '" + sink + "'");
                }
                return cursor;
            }
        }
    }

    private void readAhead(Database database) throws SQLException {
        try (PreparedStatement find = database.prepare("SELECT from_sid, from_seq, to_sid, to_seq, crc FROM sink_ahead"
                + " WHERE sink=?")) {
            find.setString(1, sink);
            try (ResultSet row = find.executeQuery()) {
                while (row.next()) {
                    Position start = new Position(row.getLong(1), row.getLong(2));
                    Position end = new Position(row.getLong(3), row.getLong(4));
                    if (row.getLong(5) != Checksum.stretch(sink, start, end)) {
                        throw Database.damage("what '" + sink + "' acknowledged out of order");
                    }
                    place.ahead().add(start, end);
                }
            }
        }
    }

    /** Where it was at the start; the caller's from now on. */
    Place place() {
        return place;
    }

    /** Within the open transaction. */
    void save() throws SQLException {
        Position at = place.cursor();
        Stretches behind = place.ahead();
        move.setString(1, sink);
        move.setLong(2, at.sid);
        move.setLong(3, at.seq);
        move.setLong(4, Checksum.cursor(sink, at));
        move.executeUpdate();
        writing = bounds(behind);
        if (isSame(writing, written)) {
            return;
        }
        remove.setString(1, sink);
        remove.executeUpdate();
        for (int i = 0; i < behind.size(); i++) {
            insert.setString(1, sink);
            insert.setLong(2, behind.start(i).sid);
            insert.setLong(3, behind.start(i).seq);
            insert.setLong(4, behind.end(i).sid);
            insert.setLong(5, behind.end(i).seq);
            insert.setLong(6, Checksum.stretch(sink, behind.start(i), behind.end(i)));
            insert.executeUpdate();
        }
    }

    /** The transaction is durable. */
    void committed() {
        written = writing;
    }

    private static Position[] bounds(Stretches stretches) {
        Position[] bounds = new Position[2 * stretches.size()];
        for (int i = 0; i < stretches.size(); i++) {
            bounds[2 * i] = stretches.start(i);
            bounds[2 * i + 1] = stretches.end(i);
        }
        return bounds;
    }

    private static boolean isSame(Position[] one, Position[] other) {
        boolean same = one.length == other.length;
        for (int i = 0; same && i < one.length; i++) {
            same = one[i].sid == other[i].sid && one[i].seq == other[i].seq;
        }
        return same;
    }
}
