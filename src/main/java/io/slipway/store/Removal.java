package io.slipway.store;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Reading;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Takes readings out of the database. A block is never rewritten, for its name stands for its bytes: what is to stay of
 * a run of blocks goes into a new block at the end of this life's stream, under the identities that it has, and the old
 * blocks go, all within the open transaction. What a destination had not acknowledged is on record in {@link Gaps}.
 * The store's thread only.
 */
final class Removal {
    /** Which readings stay. */
    interface Sieve {
        boolean keeps(Reading reading);
    }

    /** The end of this life's stream. */
    interface Stream {
        /** Seals these readings into a block of their own, with these marks beside their priorities. */
        void carryOver(long recSid, List<Reading> readings, int marks) throws SQLException;
    }

    /** What one destination loses once the transaction is durable. */
    private static final class Loss {
        private final StoredOutbox outbox;
        private final Position last;
        private final long count;
        /** Whether nothing is left before {@link #last} that the destination has not acknowledged. */
        private final boolean whole;
        private final String reason;

        Loss(StoredOutbox outbox, Position last, long count, boolean whole, String reason) {
            this.outbox = outbox;
            this.last = last;
            this.count = count;
            this.whole = whole;
            this.reason = reason;
        }
    }


    private final Headers headers;
    private final Gaps gaps;
    private final Health health;
    private final PreparedStatement delete;
    private final PreparedStatement low;
    private final List<Loss> losses = new ArrayList<>();
    private long expired;

    Removal(Database database, Headers headers, Gaps gaps, Health health) throws SQLException {
        this.headers = headers;
        this.gaps = gaps;
        this.health = health;
        this.delete = database.prepare("DELETE FROM blk WHERE id=?");
        this.low = database.prepare("UPDATE strm SET low=COALESCE((SELECT MIN(id) FROM blk WHERE id BETWEEN ? AND ?)"
            + " & ?, contig + 1) WHERE sid=?");
    }

    /** Before the first removal of a transaction. */
    void begin() {
        losses.clear();
        expired = 0;
    }

    /** Deletes one block with all its readings, unseen. */
    void whole(Headers.Header block, String reason, Collection<StoredOutbox> outboxes) throws SQLException {
        delete(block);
        for (StoredOutbox outbox : outboxes) {
            for (long[] piece : outbox.place().unacknowledged(block.recSid, block.first, block.last)) {
                boolean all = piece[0] == block.first && piece[1] == block.last;
                // A block that the cursor cuts is counted from the cursor on: numbers within a block rarely have holes.
                long unsent = all ? block.count : Math.min(block.count, piece[1] - piece[0] + 1);
                lose(outbox, block.recSid, piece[0], piece[1], unsent, reason);
            }
        }
        expired += block.count;
    }

    /**
     * Deletes blocks, consecutive and of one epoch, and keeps some of their readings.
     *
     * @param contents the blocks' readings, all undamaged, in the same order
     */
    void sift(List<Headers.Header> blocks, List<Blocks.Content> contents, Sieve sieve, int marks, String reason,
              Collection<StoredOutbox> outboxes, Stream stream) throws SQLException {
        long recSid = blocks.get(0).recSid;
        long last = blocks.get(blocks.size() - 1).last;
        List<Reading> kept = new ArrayList<>();
        List<Reading> gone = new ArrayList<>();
        for (Blocks.Content content : contents) {
            for (Reading reading : content.readings) {
                (sieve.keeps(reading) ? kept : gone).add(reading);
            }
        }
        for (Headers.Header block : blocks) {
            delete(block);
        }
        seal(recSid, kept, marks, stream);
        for (StoredOutbox outbox : outboxes) {
            long unsent = 0;
            // From the blocks' beginning where that is still to be sent: so the gaps of one run after the other touch.
            long from = outbox.place().isAcknowledged(recSid, blocks.get(0).first) ? 0 : blocks.get(0).first;
            for (Reading reading : gone) {
                if (!outbox.place().isAcknowledged(recSid, reading.seq)) {
                    from = from == 0 ? reading.seq : from;
                    unsent++;
                }
            }
            if (unsent > 0) {
                lose(outbox, recSid, from, last, unsent, reason);
            }
        }
        expired += gone.size();
    }

    private static void seal(long recSid, List<Reading> kept, int marks, Stream stream) throws SQLException {
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < kept.size(); i++) {
            bytes += kept.get(i).payload.length;
            if (i + 1 == kept.size() || i + 1 - from == Writer.BLOCK_READINGS || bytes >= Writer.BLOCK_PAYLOAD_BYTES) {
                stream.carryOver(recSid, new ArrayList<>(kept.subList(from, i + 1)), marks);
                from = i + 1;
                bytes = 0;
            }
        }
    }

    private void lose(StoredOutbox outbox, long recSid, long first, long last, long count, String reason)
            throws SQLException {
        gaps.record(outbox.sink(), recSid, first, last, count, reason);
        Position end = new Position(recSid, last);
        boolean whole = headers.find(outbox.cursor(), end, Priorities.ALL, false) == null;
        losses.add(new Loss(outbox, end, count, whole, reason));
    }

    private void delete(Headers.Header block) throws SQLException {
        delete.setLong(1, block.id);
        delete.executeUpdate();
        long sid = block.id / Blocks.STREAM_UNIT;
        low.setLong(1, sid * Blocks.STREAM_UNIT);
        low.setLong(2, (sid + 1) * Blocks.STREAM_UNIT - 1);
        low.setLong(3, Blocks.STREAM_UNIT - 1);
        low.setLong(4, sid);
        low.executeUpdate();
    }

    /** The transaction is durable: now the counts are true. */
    void committed() {
        health.count(Counter.STORE_EXPIRED, expired);
        expired = 0;
        for (Loss loss : losses) {
            health.count(Counter.STORE_EXPIRED_UNSENT, loss.count);
            health.error(loss.reason.equals(Retention.AGE)
                ? "readings grew too old and were deleted that '" + loss.outbox.sink() + "' had not acknowledged"
                : "the store is full: readings that '" + loss.outbox.sink() + "' had not acknowledged were "
                    + (loss.reason.equals(Retention.THIN) ? "replaced by summaries" : "deleted"));
            if (loss.whole) {
                loss.outbox.lost(loss.last, loss.count);
            } else {
                loss.outbox.thinned(loss.last, loss.count);
            }
        }
        losses.clear();
    }
}
