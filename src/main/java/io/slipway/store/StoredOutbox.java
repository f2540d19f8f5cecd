package io.slipway.store;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Reading;
import java.sql.SQLException;
import java.util.List;

/**
 * One destination's cursor and its way through blocks and stage. The store's thread only, but for {@link #backlog},
 * {@link #gaps} and {@link #wakeWith}.
 */
final class StoredOutbox {
    /** Stretches that are acknowledged behind the cursor: each costs a row, and a look at it with every batch. */
    static final int MAX_AHEAD = 32;
    /** A moved cursor is saved with the next readings, and after this time without any. */
    private static final long SAVE_AFTER_NS = 5_000_000_000L;

    private final String sink;
    private final Writer writer;
    private final Health health;
    private final SavedPlace saved;
    private final GapRows gaps;
    private final Place place;
    /** Readings that nobody acknowledged and nobody can send any more, and so no part of the backlog. */
    private final Stretches gone = new Stretches();
    private boolean moved;
    private long movedSinceNs;
    /** The block that was read last: a batch is often the second half of it. */
    private Blocks.Content block;
    /** Up to here some of the readings that nobody acknowledged are gone and others are not. */
    private Position thinned = Position.START;
    private volatile long backlog;
    private volatile Runnable wake;

    StoredOutbox(String sink, Writer writer, Database database, Health health) throws SQLException {
        this.sink = sink;
        this.health = health;
        this.writer = writer;
        this.saved = new SavedPlace(sink, database);
        this.gaps = new GapRows(sink, writer.streams(), writer.gaps(), database);
        this.place = saved.place();
        place.swallow(gone);
        this.backlog = countOpen();
    }

    private long countOpen() throws SQLException {
        Stretches ahead = place.ahead();
        long count = countBehind(place.cursor());
        for (int i = 0; i < ahead.size(); i++) {
            count -= countBehind(ahead.start(i)) - countBehind(ahead.end(i));
        }
        return count;
    }

    private long countBehind(Position position) throws SQLException {
        long count = writer.blocks().countFrom(position) + writer.stagedAfter(position).size();
        Blocks.Content first = writer.blocks().after(position);
        return first == null ? count : count - indexAfter(position, first);
    }

    String sink() {
        return sink;
    }

    long backlog() {
        return backlog;
    }

    GapRows gaps() {
        return gaps;
    }

    void wakeWith(Runnable newWake) {
        wake = newWake;
    }

    /** See {@link Outbox#next}. */
    Batch next(Position after, Position until, int maxReadings, int maxBytes) throws SQLException {
        if (writer.isHeld()) {
            return null;
        }
        // The cursor may have swallowed what lies behind the caller's place, and nothing else knows of that any more.
        Position start = after == null || after.isBefore(place.cursor()) ? place.cursor() : after;
        Position from = start;
        while (true) {
            from = place.ahead().skip(from);
            Position end = Position.earlier(until, place.ahead().nextStart(from));
            if (end != null && !from.isBefore(end)) {
                return null;
            }
            Blocks.Content found = blockAfter(from);
            if (found != null && found.damage != null) {
                from = passOver(found, from);
                continue;
            }
            long sid = found == null ? writer.recSid() : found.recSid;
            List<Reading> readings = found == null ? writer.stagedAfter(from)
                : found.readings.subList(indexAfter(from, found), found.readings.size());
            int count = fitting(sid, readings, end, maxReadings, maxBytes);
            if (count > 0) {
                return new Batch(start, sid, writer.clocks().timed(sid, readings.subList(0, count)));
            }
            if (readings.isEmpty() || end == until) {
                return null;
            }
            from = end;
        }
    }

    /** What was acknowledged, and is held all the same. */
    Acknowledged history() {
        return new Acknowledged(writer);
    }

    /** The block that holds the first reading behind a position; {@code null} where only the stage can. */
    private Blocks.Content blockAfter(Position from) throws SQLException {
        if (block != null && isWithin(from, block)) {
            return block;
        }
        if (writer.isBehindBlocks(from)) {
            return null;
        }
        Blocks.Content found = writer.blocks().after(from);
        // What waits is read block by block; a look at the stage in between must not cost the block.
        block = found == null ? block : found;
        return found;
    }

    /** One damaged block must not hold up all that come after it. It stays where it is; the cursor does too. */
    private Position passOver(Blocks.Content damaged, Position from) {
        Position last = new Position(damaged.recSid, damaged.last);
        if (isOpen(last.sid, last.seq)) {
            health.count(Counter.STORE_DAMAGED, damaged.count);
            health.error("'" + sink + "' does not get the readings of a " + damaged.damage);
            // Its own word on where it begins may be damaged too.
            gaps.note(new GapRows.Note(last.sid, from.sid == last.sid ? from.seq + 1 : 1, last.seq, damaged.count,
                Gaps.DAMAGE));
            markMoved();
            gone(from, last, damaged.count);
        }
        return last;
    }

    /** Whether this reading is part of the backlog. */
    private boolean isOpen(long sid, long seq) {
        return !place.isAcknowledged(sid, seq) && !gone.holds(sid, seq);
    }

    /** How far the destination has acknowledged; not to be changed. */
    Place place() {
        return place;
    }

    /** Whether the reading behind this position is in the block, and no earlier block can hold it. */
    private static boolean isWithin(Position from, Blocks.Content content) {
        return content.damage == null && from.sid == content.recSid && from.seq >= content.readings.get(0).seq
            && from.seq < content.last;
    }

    /** Where in a block the first reading behind a position is; its size where there is none or it is another's. */
    static int indexAfter(Position from, Blocks.Content content) {
        if (from.sid > content.recSid) {
            return content.readings.size();
        }
        int index = 0;
        while (index < content.readings.size() && !from.isBefore(content.recSid, content.readings.get(index).seq)) {
            index++;
        }
        return index;
    }

    /** How many of the readings make a batch that ends at or before a position. */
    static int fitting(long sid, List<Reading> readings, Position end, int maxReadings, int maxBytes) {
        int count = 0;
        long bytes = 0;
        while (count < readings.size() && count < maxReadings) {
            Reading reading = readings.get(count);
            bytes += reading.payload.length;
            if (count > 0 && bytes > maxBytes || end != null && end.isBefore(sid, reading.seq)) {
                break;
            }
            count++;
        }
        return count;
    }

    /** See {@link Outbox#live}. */
    Position live() {
        Stretches ahead = place.ahead();
        Position end = writer.end();
        return ahead.size() < MAX_AHEAD || ahead.joins(end, end) ? end : ahead.end(ahead.size() - 1);
    }

    /**
     * See {@link Outbox#acknowledge}.
     *
     * @return whether it was noted
     */
    boolean acknowledge(Batch batch) {
        Position end = batch.end();
        if (!place.cursor().isBefore(end)) {
            return false;
        }
        boolean atCursor = !place.cursor().isBefore(batch.start);
        if (!atCursor && place.ahead().size() >= MAX_AHEAD && !place.ahead().joins(batch.start, end)) {
            return false;
        }
        int news = 0;
        for (Reading reading : batch.readings) {
            if (isOpen(end.sid, reading.seq)) {
                news++;
            }
        }
        place.ahead().add(batch.start, end);
        place.swallow(gone);
        backlog = thinned.isBefore(end.sid, batch.first()) ? Math.max(0, backlog - news) : recount(news);
        markMoved();
        return true;
    }

    /** See {@link Outbox#setAside}. */
    void setAside(Batch batch) {
        if (acknowledge(batch)) {
            gaps.note(GapRows.Note.refused(batch));
        }
    }

    /** See {@link Outbox#told}. */
    void told(Gap gap) {
        gaps.told(gap);
        markMoved();
    }

    private void markMoved() {
        if (!moved) {
            moved = true;
            movedSinceNs = System.nanoTime();
        }
    }

    /** Some of a batch that was on its way may be gone: only the blocks know what is left. */
    private long recount(int acknowledged) {
        try {
            return countOpen();
        } catch (SQLException unreadable) {
            // Then the outbox cannot be read either, and says so; this figure is off by what was thinned out.
            return Math.max(0, backlog - acknowledged);
        }
    }

    /** Whether the cursor has moved and ought to be on the disk by now. */
    boolean isSaveDue(boolean atOnce) {
        return moved && (atOnce || System.nanoTime() - movedSinceNs >= SAVE_AFTER_NS);
    }

    /** Writes what has changed within the open transaction. */
    void save() throws SQLException {
        if (moved) {
            saved.save();
            gaps.save();
        }
    }

    /** After a commit of so many readings. */
    void committed(int count) {
        boolean news = count > 0;
        if (moved) {
            moved = false;
            saved.committed();
            news |= gaps.committed();
        }
        backlog += count;
        if (news) {
            wake();
        }
    }

    Position cursor() {
        return place.cursor();
    }

    /** Goes on with what another database, which failed, did not have on the disk yet. */
    void goOnWith(Place known, List<GapRows.Note> notes) throws SQLException {
        if (known != null) {
            place.join(known);
            backlog = countOpen();
        }
        for (GapRows.Note gap : notes) {
            gaps.note(gap);
        }
        markMoved();
    }

    /** A block was salvaged: part of the backlog as far as it is not acknowledged. */
    void salvaged(long sid, long first, long last, int count) {
        for (long[] piece : place.unacknowledged(sid, first, last)) {
            boolean all = piece[0] == first && piece[1] == last;
            backlog += all ? count : Math.min(count, piece[1] - piece[0] + 1);
        }
    }

    /** Has whoever waits for a commit look again. */
    void wake() {
        Runnable now = wake;
        if (now != null) {
            now.run();
        }
    }

    /** So many readings that were still to be sent cannot be any more, the last of them here, and a gap says so. */
    void lost(Position last, long count) {
        if (writer.isHeld()) {
            // What lies before it may still come.
            thinned(last, count);
            return;
        }
        gone(Position.START, last, count);
        gaps.changed();
    }

    private void gone(Position from, Position last, long count) {
        gone.add(from, last);
        backlog = Math.max(0, backlog - count);
        block = null;
    }

    /** So many readings that were still to be sent cannot be any more; others before the last of them still can. */
    void thinned(Position last, long count) {
        if (thinned.isBefore(last.sid, last.seq)) {
            thinned = last;
        }
        backlog = Math.max(0, backlog - count);
        block = null;
        gaps.changed();
    }
}
