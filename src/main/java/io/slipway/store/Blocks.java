package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.DataFormatException;
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

    /** A block without its payload; the numbers first, then the hash. */
    static final String HEADER = "SELECT id, rec_sid, first, last, n, tmin, tmax, codec, hash FROM blk";
    private static final int HEADER_NUMBERS = 8;

    private static final int PLAIN = 1;
    private static final int DEFLATED = 2;
    /** Fast enough for an interpreter's host; higher levels gain little on columns. */
    private static final int DEFLATE_LEVEL = 3;
    private static final int INFLATE_LIMIT = 64 << 20;

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
        final long first;
        final long last;
        final int count;
        /** Empty where the block is damaged. */
        final List<Reading> readings;
        /** Which block is damaged and how; {@code null} where it is not. */
        final String damage;

        Content(long[] header, List<Reading> readings, String damage) {
            this.recSid = header[1];
            this.first = header[2];
            this.last = header[3];
            this.count = (int) header[4];
            this.readings = readings;
            this.damage = damage;
        }
    }

    private final Database database;
    private final Streams streams;
    private final PreparedStatement insert;
    private final PreparedStatement advance;
    private final PreparedStatement after;
    private final PreparedStatement load;
    private final PreparedStatement before;
    private final Deflater deflater = new Deflater(DEFLATE_LEVEL, true);
    private final Inflater inflater = new Inflater(true);

    Blocks(Database database, Streams streams) throws SQLException {
        this.database = database;
        this.streams = streams;
        this.insert = database.prepare("INSERT INTO blk(id, rec_sid, first, last, n, tmin, tmax, codec, hash, payload,"
            + " crc) VALUES(?,?,?,?,?,?,?,?,?,?,?)");
        this.advance = database.prepare("UPDATE strm SET contig=?, hash=? WHERE sid=?");
        this.after = database.prepare(HEADER + " WHERE (rec_sid, last) > (?, ?) ORDER BY rec_sid, last LIMIT 1");
        this.before = database.prepare(
            "SELECT rec_sid, last FROM blk NOT INDEXED WHERE id < ? ORDER BY id DESC LIMIT 1");
        this.load = database.prepare("SELECT payload, crc FROM blk WHERE id=?");
    }

    /**
     * Appends a block to stream {@code sid} within the open transaction.
     *
     * @return the stream's new end, true only once the transaction is committed
     */
    Head seal(long sid, Head head, long recSid, List<Reading> readings) throws SQLException {
        byte[] plain = ReadingsCodec.encode(readings);
        byte[] deflated = deflate(plain);
        int codec = deflated.length < plain.length ? DEFLATED : PLAIN;
        byte[] payload = codec == DEFLATED ? deflated : plain;
        long first = readings.get(0).seq;
        long last = readings.get(readings.size() - 1).seq;
        Head next = new Head(head.number + 1,
            hash(head, streams.epoch(sid), readings.get(0).epoch, new long[] {first, last, readings.size(), codec},
                payload), payload.length);
        long tmin = Long.MAX_VALUE;
        long tmax = Long.MIN_VALUE;
        for (Reading reading : readings) {
            tmin = Math.min(tmin, reading.at);
            tmax = Math.max(tmax, reading.at);
        }
        long[] header = {sid * STREAM_UNIT + next.number, recSid, first, last, readings.size(), tmin, tmax, codec};
        for (int i = 0; i < header.length; i++) {
            insert.setLong(i + 1, header[i]);
        }
        insert.setBytes(9, next.hash);
        insert.setBytes(10, payload);
        insert.setLong(11, Checksum.block(streams.epoch(recSid), header, next.hash, payload));
        insert.executeUpdate();
        advance.setLong(1, next.number);
        advance.setBytes(2, next.hash);
        advance.setLong(3, sid);
        advance.executeUpdate();
        return next;
    }

    /** The block that holds the first reading behind this position, or {@code null}. */
    Content after(Position position) throws SQLException {
        after.setLong(1, position.sid);
        after.setLong(2, position.seq);
        try (ResultSet row = after.executeQuery()) {
            if (!row.next()) {
                refuseSkipped(position, null, Long.MAX_VALUE);
                return null;
            }
            long[] header = header(row);
            refuseSkipped(position, new Position(header[1], header[3]), header[0]);
            return content(header, row.getBytes(HEADER_NUMBERS + 1));
        }
    }

    /**
     * A damaged index can hide a block without a word. The table knows better: the block before the one found must
     * not lie between the position and the one found.
     *
     * @param found {@code null} for the end
     */
    private void refuseSkipped(Position position, Position found, long foundId) throws SQLException {
        before.setLong(1, foundId);
        boolean skipped;
        try (ResultSet row = before.executeQuery()) {
            skipped = row.next() && position.isBefore(row.getLong(1), row.getLong(2))
                && (found == null || new Position(row.getLong(1), row.getLong(2)).isBefore(found.sid, found.seq));
        } catch (SQLException unreadable) {
            // That block's own turn was before this one's, or it never was in the index.
            return;
        }
        if (skipped) {
            throw Database.damage("a block is missing in the index");
        }
    }

    /** The numbers of a row of {@link #HEADER}. */
    static long[] header(ResultSet row) throws SQLException {
        long[] header = new long[HEADER_NUMBERS];
        for (int i = 0; i < header.length; i++) {
            header[i] = row.getLong(i + 1);
        }
        return header;
    }

    private Content content(long[] header, byte[] hash) throws SQLException {
        if (streams.epoch(header[1]) == null || header[2] < 1 || header[3] < header[2] || header[4] < 1
            || header[4] > header[3] - header[2] + 1) {
            // What lies behind it cannot be told either.
            throw Database.damage("the header of block " + header[0]);
        }
        String why;
        try {
            return new Content(header, readings(header, hash), null);
        } catch (IllegalArgumentException damaged) {
            why = damaged.getMessage();
        } catch (SQLException failed) {
            if (!Database.isDamage(failed)) {
                throw failed;
            }
            why = failed.getMessage();
        }
        return new Content(header, Collections.<Reading>emptyList(), "damaged block, number "
            + header[0] % STREAM_UNIT + " of stream " + header[0] / STREAM_UNIT + ": " + why);
    }

    /** A query of its own: the row may be good where the pages of the payload are not. */
    private List<Reading> readings(long[] header, byte[] hash) throws SQLException {
        load.setLong(1, header[0]);
        try (ResultSet row = load.executeQuery()) {
            if (!row.next()) {
                throw Database.damage("the index names a block that is not there");
            }
            byte[] payload = row.getBytes(1);
            long crc = row.getLong(2);
            return decode(inflater, header, hash, payload, row.wasNull() ? null : crc, streams.origin(header[1]),
                streams.epoch(header[1]));
        }
    }

    /**
     * What a block holds. Any thread, with an inflater of its own.
     *
     * @param crc {@code null} where the row has none
     * @throws IllegalArgumentException if it is not as it was written
     */
    static List<Reading> decode(Inflater inflater, long[] header, byte[] hash, byte[] payload, Long crc,
                                String origin, Epoch epoch) {
        if (epoch == null) {
            throw new IllegalArgumentException("it is of an unknown stream");
        }
        if (payload == null || hash == null
            || crc != null && crc != Checksum.block(epoch, header, hash, payload)) {
            throw new IllegalArgumentException("its checksum is wrong");
        }
        try {
            byte[] plain = header[7] == DEFLATED ? inflate(inflater, payload) : payload;
            List<Reading> readings = ReadingsCodec.decode(plain, origin, epoch);
            if (readings.size() == header[4] && !readings.isEmpty()
                && readings.get(readings.size() - 1).seq == header[3]) {
                return readings;
            }
        } catch (DataFormatException damaged) {
            throw new IllegalArgumentException(damaged.getMessage());
        }
        throw new IllegalArgumentException("its readings are not those of its header");
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

    private static byte[] hash(Head before, Epoch stream, Epoch record, long[] header, byte[] payload) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(before.hash);
            update(digest, stream.boot(), stream.nonce(), before.number + 1, record.boot(), record.nonce());
            update(digest, header);
            digest.update(payload);
            return Arrays.copyOf(digest.digest(), 16);
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    private static void update(MessageDigest digest, long... numbers) {
        for (long number : numbers) {
            for (int shift = 56; shift >= 0; shift -= 8) {
                digest.update((byte) (number >>> shift));
            }
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

    private static byte[] inflate(Inflater inflater, byte[] deflated) throws DataFormatException {
        inflater.reset();
        inflater.setInput(deflated);
        ByteArrayOutputStream out = new ByteArrayOutputStream(deflated.length * 4);
        byte[] buffer = new byte[2048];
        while (!inflater.finished()) {
            int length = inflater.inflate(buffer);
            if (length == 0 && inflater.needsInput() || out.size() > INFLATE_LIMIT) {
                throw new DataFormatException("its payload does not inflate");
            }
            out.write(buffer, 0, length);
        }
        return out.toByteArray();
    }

    void close() {
        deflater.end();
        inflater.end();
    }
}
