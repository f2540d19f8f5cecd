package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.io.ByteArrayOutputStream;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Sealed blocks: the unit of retention and replication. Each block's hash covers the one before it in its stream,
 * its header and its payload, so that a peer can tell at once whether a stream goes on where it left off.
 *
 * <pre>
 * hash = first 16 bytes of SHA-256(hash before | sid's boot, nonce, block number | rec boot, nonce | first, last, n
 *        | codec | payload), numbers as 8 bytes big-endian
 * </pre>
 * The store's thread only.
 */
final class Blocks {
    /** Blocks of one stream have numbers below this. */
    static final long STREAM_UNIT = 1L << 40;
    /** The hash before a stream's first block. */
    static final byte[] NO_HASH = new byte[16];

    /** Fast enough for an interpreter's host; higher levels gain little on columns. */
    private static final int DEFLATE_LEVEL = 3;
    /** The end of a stream: its last block's number and hash. Immutable. */
    static final class Head {
        final long number;
        final byte[] hash;
        /** Of that block's payload as it is stored. */
        final int payloadBytes;

        Head(long number, byte[] hash, int payloadBytes) {
            this.number = number;
            this.hash = hash;
            this.payloadBytes = payloadBytes;
        }
    }

    /** A block's readings and whose they are. */
    static final class Content {
        final long recSid;
        final long last;
        final int count;
        /** Empty where the block is damaged. */
        final List<Reading> readings;
        /** Which block is damaged and how; {@code null} where it is not. */
        final String damage;

        Content(long recSid, long last, int count, List<Reading> readings, String damage) {
            this.recSid = recSid;
            this.last = last;
            this.count = count;
            this.readings = readings;
            this.damage = damage;
        }
    }

    private final Database database;
    private final Streams streams;
    private final Priorities priorities;
    private final PreparedStatement insert;
    private final PreparedStatement advance;
    private final PreparedStatement last;
    private final PreparedStatement load;
    private final PreparedStatement before;
    private final Headers headers;
    private final Deflater deflater = new Deflater(DEFLATE_LEVEL, true);
    private final Inflater inflater = new Inflater(true);

    Blocks(Database database, Streams streams, Priorities priorities) throws SQLException {
        this.database = database;
        this.streams = streams;
        this.priorities = priorities;
        this.insert = database.prepare("INSERT" + BlockRow.INTO);
        this.advance = database.prepare("UPDATE strm SET contig=?, hash=? WHERE sid=?");
        this.last = database.prepare("UPDATE strm SET ran=MAX(ran, ?) WHERE sid=?");
        this.load = database.prepare(BlockRow.SELECT + " FROM blk WHERE id=?");
        this.before = database.prepare(
            "SELECT rec_sid, last FROM blk NOT INDEXED WHERE id < ? ORDER BY id DESC LIMIT 1");
        this.headers = new Headers(database);
    }

    /**
     * Appends a block to stream {@code sid} within the open transaction.
     *
     * @param marks bits that the block gets beside those of its readings' priorities
     * @return the stream's new end, true only once the transaction is committed
     */
    Head seal(long sid, Head head, long recSid, List<Reading> readings, int marks) throws SQLException {
        byte[] plain = ReadingsCodec.encode(readings);
        byte[] deflated = deflate(plain);
        int codec = deflated.length < plain.length ? BlockRow.DEFLATED : BlockRow.PLAIN;
        byte[] payload = codec == BlockRow.DEFLATED ? deflated : plain;
        long first = readings.get(0).seq;
        long last = readings.get(readings.size() - 1).seq;
        Head next = new Head(head.number + 1,
            hash(head, streams.epoch(sid), readings.get(0).epoch, new long[] {first, last, readings.size(), codec},
                payload), payload.length);
        long tmin = Long.MAX_VALUE;
        long tmax = Long.MIN_VALUE;
        int timed = 1;
        for (Reading reading : readings) {
            timed &= reading.clockOk ? 1 : 0;
            tmin = Math.min(tmin, reading.at);
            tmax = Math.max(tmax, reading.at);
        }
        long ran = readings.get(readings.size() - 1).mono;
        long[] numbers = {sid * STREAM_UNIT + next.number, recSid, first, last, readings.size(), tmin, tmax, codec,
            timed, priorities.bits(readings) | marks, ran};
        BlockRow.of(streams.epoch(recSid), numbers, next.hash, payload).insert(insert);
        this.last.setLong(1, ran);
        this.last.setLong(2, recSid);
        this.last.executeUpdate();
        advance.setLong(1, next.number);
        advance.setBytes(2, next.hash);
        advance.setLong(3, sid);
        advance.executeUpdate();
        return next;
    }

    /** The block that holds the first reading behind this position, or {@code null}. */
    Content after(Position position) throws SQLException {
        Headers.Header header = headers.after(position);
        refuseSkipped(position, header);
        return header == null ? null : read(header);
    }

    /**
     * A damaged index can hide a block without a word. The table knows better: the block before the one found must
     * not lie between the position and the one found.
     *
     * @param found {@code null} for the end
     */
    private void refuseSkipped(Position position, Headers.Header found) throws SQLException {
        before.setLong(1, found == null ? Long.MAX_VALUE : found.id);
        boolean skipped;
        try (ResultSet row = before.executeQuery()) {
            skipped = row.next() && position.isBefore(row.getLong(1), row.getLong(2))
                && (found == null || new Position(row.getLong(1), row.getLong(2)).isBefore(found.recSid, found.last));
        } catch (SQLException unreadable) {
            // That block's own turn was before this one's, or it never was in the index.
            return;
        }
        if (skipped) {
            throw Database.damage("a block is missing in the index");
        }
    }

    /** The headers of all blocks. */
    Headers headers() {
        return headers;
    }

    /**
     * A block's readings, or how it is damaged.
     *
     * @throws SQLException if the index cannot be believed: then what lies behind the block cannot be told either
     */
    Content read(Headers.Header header) throws SQLException {
        if (streams.epoch(header.recSid) == null || header.first < 1 || header.last < header.first
            || header.count < 1 || header.count > header.last - header.first + 1) {
            throw Database.damage("the header of block " + header.id);
        }
        Content content = attempt(header);
        // SQLite takes a page that the disk refused for a damaged one; asked again, the disk may give it.
        return content.damage == null ? content : attempt(header);
    }

    private Content attempt(Headers.Header header) throws SQLException {
        String why;
        try {
            BlockRow row = BlockRow.load(load, header.id);
            if (row == null) {
                throw Database.damage("the index names a block that is not there");
            }
            List<Reading> readings = row.readings(inflater, streams.origin(row.recSid()), streams.epoch(row.recSid()));
            if (row.agreesWith(header)) {
                return new Content(header.recSid, header.last, header.count, readings, null);
            }
            why = null;
        } catch (IllegalArgumentException damaged) {
            why = damaged.getMessage();
        } catch (SQLException failed) {
            if (!Database.isDamage(failed)) {
                throw failed;
            }
            why = failed.getMessage();
        }
        if (why == null) {
            throw Database.damage("the index is wrong about block " + header.id);
        }
        return new Content(header.recSid, header.last, header.count, Collections.<Reading>emptyList(),
            "damaged block, number " + header.id % STREAM_UNIT + " of stream " + header.id / STREAM_UNIT + ": " + why);
    }

    /** How many readings all blocks hold. */
    long count() throws SQLException {
        return database.number("SELECT COALESCE(SUM(n), 0) FROM blk");
    }

    /** How many readings the blocks behind this position hold, those of a block that it cuts included. */
    long countFrom(Position position) throws SQLException {
        return database.number("SELECT COALESCE(SUM(n), 0) FROM blk WHERE (rec_sid, last) > (" + position.sid + ", "
            + position.seq + ")");
    }

    /** What the hash of the block behind {@code before} must be. */
    static byte[] hash(Head before, Epoch stream, Epoch record, long[] header, byte[] payload) {
        Sha256 digest = new Sha256();
        digest.update(before.hash);
        update(digest, stream.boot(), stream.nonce(), before.number + 1, record.boot(), record.nonce());
        update(digest, header);
        digest.update(payload);
        return Arrays.copyOf(digest.digest(), 16);
    }

    private static void update(Sha256 digest, long... numbers) {
        for (long number : numbers) {
            digest.update(number);
        }
    }

    private byte[] deflate(byte[] plain) {
        deflater.reset();
        deflater.setInput(plain);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 2 + 64);
        byte[] buffer = new byte[2048];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        return out.toByteArray();
    }

    void close() {
        deflater.end();
        inflater.end();
    }
}
