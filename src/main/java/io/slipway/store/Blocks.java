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

    /** Codecs: as {@link ReadingsCodec} wrote it, and that deflated (RFC 1951). */
    static final int PLAIN = 1;
    static final int DEFLATED = 2;
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
    private PreparedStatement load;
    private final Headers headers;
    private final Deflater deflater = new Deflater(DEFLATE_LEVEL, true);
    private final Inflater inflater = new Inflater(true);

    Blocks(Database database, Streams streams, Priorities priorities) throws SQLException {
        this.database = database;
        this.streams = streams;
        this.priorities = priorities;
        this.insert = database.prepare("INSERT INTO blk(id, rec_sid, first, last, n, tmin, tmax, codec, timed, cls,"
            + " ran, hash, payload) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)");
        this.advance = database.prepare("UPDATE strm SET contig=?, hash=? WHERE sid=?");
        this.last = database.prepare("UPDATE strm SET ran=MAX(ran, ?) WHERE sid=?");
        this.load = prepareLoad();
        this.headers = new Headers(database);
    }

    private PreparedStatement prepareLoad() throws SQLException {
        return database.prepare("SELECT codec, payload FROM blk WHERE id=?");
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
        int codec = deflated.length < plain.length ? DEFLATED : PLAIN;
        byte[] payload = codec == DEFLATED ? deflated : plain;
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
        long[] header = {sid * STREAM_UNIT + next.number, recSid, first, last, readings.size(), tmin, tmax, codec,
            timed};
        for (int i = 0; i < header.length; i++) {
            insert.setLong(i + 1, header[i]);
        }
        insert.setInt(10, priorities.bits(readings) | marks);
        insert.setLong(11, readings.get(readings.size() - 1).mono);
        insert.setBytes(12, next.hash);
        insert.setBytes(13, payload);
        insert.executeUpdate();
        this.last.setLong(1, readings.get(readings.size() - 1).mono);
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
        return header == null ? null : read(header);
    }

    /** The headers of all blocks. */
    Headers headers() {
        return headers;
    }

    /** A block's readings, or how it is damaged. The header comes from the index, so it is good all the same. */
    Content read(Headers.Header header) throws SQLException {
        String why;
        try {
            List<Reading> readings = ReadingsCodec.decode(plain(header.id), streams.origin(header.recSid),
                streams.epoch(header.recSid));
            if (readings.size() == header.count && readings.get(header.count - 1).seq == header.last) {
                return new Content(header.recSid, header.last, header.count, readings, null);
            }
            why = "its readings are not those of its header";
        } catch (IllegalArgumentException | DataFormatException damaged) {
            why = damaged.getMessage();
        } catch (SQLException failed) {
            if (!Database.isDamage(failed)) {
                throw failed;
            }
            why = failed.getMessage();
            // The driver gives a statement up that came upon damage; the next block may be good.
            load.close();
            load = prepareLoad();
        }
        return new Content(header.recSid, header.last, header.count, Collections.<Reading>emptyList(),
            "damaged block, number " + header.id % STREAM_UNIT + " of stream " + header.id / STREAM_UNIT + ": " + why);
    }

    private byte[] plain(long id) throws SQLException, DataFormatException {
        load.setLong(1, id);
        try (ResultSet row = load.executeQuery()) {
            if (!row.next()) {
                throw Database.damage("the index names a block that is not there");
            }
            byte[] payload = row.getBytes(2);
            return row.getInt(1) == DEFLATED ? inflate(payload) : payload;
        }
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

    private byte[] inflate(byte[] deflated) throws DataFormatException {
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
