package io.slipway.store;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * One destination's cursor and its way through blocks and stage. The store's thread only, but for {@link #backlog}
 * and {@link #wakeWith}.
 */
final class StoredOutbox {
    /** A moved cursor is saved with the next readings, and after this time without any. */
    private static final long SAVE_AFTER_NS = 5_000_000_000L;

    private final String sink;
    private final Writer writer;
    private final Health health;
    private final PreparedStatement save;
    private Position cursor;
    private boolean moved;
    private long movedSinceNs;
    /** The block that was read last: a batch is often the second half of it. */
    private Blocks.Content block;
    /** Up to here readings that nobody acknowledged are gone, and so no part of the backlog any more. */
    private Position gone = Position.START;
    private volatile long backlog;
    private volatile Runnable wake;

    StoredOutbox(String sink, Writer writer, Database database, Health health) throws SQLException {
        this.sink = sink;
        this.health = health;
        this.writer = writer;
        this.save = database.prepare("INSERT OR REPLACE INTO sink_ack(sink, sid, seq, crc) VALUES(?, ?, ?, ?)");
        try (PreparedStatement find = database.prepare("SELECT sid, seq, crc FROM sink_ack WHERE sink=?")) {
            find.setString(1, sink);
            try (ResultSet row = find.executeQuery()) {
                cursor = row.next() ? read(sink, row, 1) : Position.START;
            }
        }
        this.backlog = countBehindCursor();
    }

    /** The cursor in three columns of a row: {@code sid, seq, crc}. */
    static Position read(String sink, ResultSet row, int column) throws SQLException {
        Position cursor = new Position(row.getLong(column), row.getLong(column + 1));
        long crc = row.getLong(column + 2);
        if (!row.wasNull() && crc != Checksum.cursor(sink, cursor)) {
            throw Database.damage("the cursor of '" + sink + "'");
        }
        return cursor;
    }

    private long countBehindCursor() throws SQLException {
        long count = writer.blocks().countFrom(cursor) + writer.stagedAfter(cursor).size();
        Blocks.Content first = writer.blocks().after(cursor);
        return first == null ? count : count - indexAfter(cursor, first);
    }

    String sink() {
        return sink;
    }

    long backlog() {
        return backlog;
    }

    void wakeWith(Runnable newWake) {
        wake = newWake;
    }

    /** See {@link Outbox#next}. */
    Batch next(Batch after, int maxReadings, int maxBytes) throws SQLException {
        if (writer.isHeld()) {
            return null;
        }
        Position from = after == null ? cursor : new Position(after.stream, after.last());
        if (block == null || !isWithin(from, block)) {
            block = writer.isBehindBlocks(from) ? null : writer.blocks().after(from);
        }
        while (block != null && block.damage != null) {
            Position last = new Position(block.recSid, block.last);
            passOver(block, from, last);
            from = last;
            block = writer.blocks().after(from);
        }
        if (block != null) {
            int index = indexAfter(from, block);
            return slice(block.recSid, block.readings.subList(index, block.readings.size()), maxReadings, maxBytes);
        }
        return slice(writer.recSid(), writer.stagedAfter(from), maxReadings, maxBytes);
    }

    /** One damaged block must not hold up all that come after it. It stays where it is; the cursor does too. */
    private void passOver(Blocks.Content damaged, Position from, Position last) {
        if (isOpen(last.sid, last.seq)) {
            health.count(Counter.STORE_DAMAGED, damaged.count);
            health.error("'" + sink + "' does not get the readings of a " + damaged.damage);
            // Its own word on where it begins may be damaged too.
            writer.gaps().note(sink, last.sid, from.sid == last.sid ? from.seq + 1 : 1, last.seq, damaged.count,
                Gaps.DAMAGE);
            lost(last, damaged.count);
        }
    }

    /** Whether this reading is part of the backlog. */
    private boolean isOpen(long sid, long seq) {
        return cursor.isBefore(sid, seq) && gone.isBefore(sid, seq);
    }

    /** Whether the reading behind this position is in the block, and no earlier block can hold it. */
    private static boolean isWithin(Position from, Blocks.Content content) {
        return content.damage == null && from.sid == content.recSid && from.seq >= content.readings.get(0).seq
            && from.seq < content.last;
    }

    /** Where in a block the first reading behind a position is; its size where there is none or it is another's. */
    private static int indexAfter(Position from, Blocks.Content content) {
        if (from.sid > content.recSid) {
            return content.readings.size();
        }
        int index = 0;
        while (index < content.readings.size() && !from.isBefore(content.recSid, content.readings.get(index).seq)) {
            index++;
        }
        return index;
    }

    private static Batch slice(long sid, List<Reading> readings, int maxReadings, int maxBytes) {
        if (readings.isEmpty()) {
            return null;
        }
        int count = 0;
        long bytes = 0;
        while (count < readings.size() && count < maxReadings) {
            bytes += readings.get(count).payload.length;
            if (count > 0 && bytes > maxBytes) {
                break;
            }
            count++;
        }
        return new Batch(sid, new ArrayList<>(readings.subList(0, count)));
    }

    /** See {@link Outbox#acknowledge}. */
    void acknowledge(Batch batch) {
        if (!cursor.isBefore(batch.stream, batch.last())) {
            return;
        }
        int news = 0;
        for (Reading reading : batch.readings) {
            if (isOpen(batch.stream, reading.seq)) {
                news++;
            }
        }
        cursor = new Position(batch.stream, batch.last());
        backlog = Math.max(0, backlog - news);
        if (!moved) {
            moved = true;
            movedSinceNs = System.nanoTime();
        }
    }

    /** Goes on from where the destination is known to be, if that is further on than the database knew. */
    void restore(Position known) throws SQLException {
        if (cursor.isBefore(known.sid, known.seq)) {
            cursor = known;
            moved = true;
            movedSinceNs = System.nanoTime();
            backlog = countBehindCursor();
        }
    }

    /** Whether the cursor has moved and ought to be on the disk by now. */
    boolean isSaveDue(boolean atOnce) {
        return moved && (atOnce || System.nanoTime() - movedSinceNs >= SAVE_AFTER_NS);
    }

    /** Writes the cursor within the open transaction, if it has moved. */
    void save() throws SQLException {
        if (moved) {
            save.setString(1, sink);
            save.setLong(2, cursor.sid);
            save.setLong(3, cursor.seq);
            save.setLong(4, Checksum.cursor(sink, cursor));
            save.executeUpdate();
        }
    }

    /** After a commit of so many readings. */
    void committed(int count) {
        moved = false;
        backlog += count;
        if (count > 0) {
            wake();
        }
    }

    /** A block was salvaged: part of the backlog as far as it lies behind the cursor. */
    void salvaged(long sid, long first, long last, int count) {
        if (cursor.isBefore(sid, last)) {
            backlog += cursor.isBefore(sid, first) ? count : Math.min(count, last - cursor.seq);
        }
    }

    /** Has whoever waits for a commit look again. */
    void wake() {
        Runnable now = wake;
        if (now != null) {
            now.run();
        }
    }

    Position cursor() {
        return cursor;
    }

    /** So many readings that were still to be sent cannot be any more, the last of them here. */
    void lost(Position last, long count) {
        gone = last;
        backlog = Math.max(0, backlog - count);
        block = null;
    }
}
