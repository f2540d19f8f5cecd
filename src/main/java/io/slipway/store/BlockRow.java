package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.io.ByteArrayOutputStream;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A row of the table {@code blk}, whole: the one place that tells whether it is as it was written. Immutable. */
final class BlockRow {
    /** As {@link ReadingsCodec} wrote it, and that deflated (RFC 1951). */
    static final int PLAIN = 1;
    static final int DEFLATED = 2;

    /** To be followed by FROM. */
    static final String SELECT = "SELECT id, rec_sid, first, last, n, tmin, tmax, codec, timed, cls, ran, hash,"
        + " payload, crc";
    /** To be preceded by INSERT. */
    static final String INTO = " INTO blk(id, rec_sid, first, last, n, tmin, tmax, codec, timed, cls, ran, hash,"
        + " payload, crc) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    private static final int NUMBERS = 11;
    private static final int INFLATE_LIMIT = 64 << 20;

    /** {@code id} to {@code ran}, in the order above. */
    private final long[] numbers;
    final byte[] hash;
    final byte[] payload;
    /** {@code null} in rows that version 1 wrote. */
    private final Long crc;

    private BlockRow(long[] numbers, byte[] hash, byte[] payload, Long crc) {
        this.numbers = numbers;
        this.hash = hash;
        this.payload = payload;
        this.crc = crc;
    }

    /**
     * A row that is to be written.
     *
     * @param record the epoch in which its readings were taken in
     * @param numbers {@code id} to {@code ran}
     */
    static BlockRow of(Epoch record, long[] numbers, byte[] hash, byte[] payload) {
        return new BlockRow(numbers, hash, payload, Checksum.block(record, numbers, hash, payload));
    }

    /** A row that was found without its table: it is one if it {@link #isSealed}. */
    static BlockRow found(long[] numbers, byte[] hash, byte[] payload, long crc) {
        return new BlockRow(numbers, hash, payload, crc);
    }

    /** Whether it has the checksum of a row of this epoch, {@code null} where nobody knows that. */
    boolean isSealed(Epoch record) {
        return record != null && crc != null && crc == Checksum.block(record, numbers, hash, payload);
    }

    /**
     * Reads a row by its number; {@code null} where there is none.
     *
     * @param load {@link #SELECT} by the id
     */
    static BlockRow load(PreparedStatement load, long id) throws SQLException {
        load.setLong(1, id);
        try (ResultSet row = load.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            long[] numbers = new long[NUMBERS];
            for (int i = 0; i < NUMBERS; i++) {
                numbers[i] = row.getLong(i + 1);
            }
            long crc = row.getLong(NUMBERS + 3);
            Long known = row.wasNull() ? null : Long.valueOf(crc);
            return new BlockRow(numbers, row.getBytes(NUMBERS + 1), row.getBytes(NUMBERS + 2), known);
        }
    }

    /**
     * Writes it within the open transaction.
     *
     * @param insert INSERT and {@link #INTO}
     */
    void insert(PreparedStatement insert) throws SQLException {
        for (int i = 0; i < NUMBERS; i++) {
            insert.setLong(i + 1, numbers[i]);
        }
        insert.setBytes(NUMBERS + 1, hash);
        insert.setBytes(NUMBERS + 2, payload);
        insert.setObject(NUMBERS + 3, crc);
        insert.executeUpdate();
    }

    /** The number, see {@link Schema}. */
    long id() {
        return numbers[0];
    }

    /** The stream of the epoch in which its readings were taken in. */
    long recSid() {
        return numbers[1];
    }

    /** The first reading's number. */
    long first() {
        return numbers[2];
    }

    /** The last reading's number. */
    long last() {
        return numbers[3];
    }

    /** How many readings it holds. */
    int count() {
        return (int) numbers[4];
    }

    /** How the payload is written. */
    int codec() {
        return (int) numbers[7];
    }

    /** Whether other blocks held its readings before, so that it is not where they would be by their numbers. */
    boolean isCarriedOver() {
        return (numbers[9] & Priorities.CARRIED) != 0;
    }

    /** Whether what the index says is what the row says. */
    boolean agreesWith(Headers.Header header) {
        return recSid() == header.recSid && first() == header.first && last() == header.last
            && count() == header.count && numbers[9] == header.bits && numbers[10] == header.ran;
    }

    /**
     * Throws unless it is as it was written.
     *
     * @param record the epoch of {@link #recSid}, {@code null} where nobody knows it
     * @throws IllegalArgumentException with the reason
     */
    void check(Epoch record) {
        if (record == null) {
            throw new IllegalArgumentException("it is of an unknown stream");
        }
        if (payload == null || hash == null || crc != null && crc != Checksum.block(record, numbers, hash, payload)) {
            throw new IllegalArgumentException("its checksum is wrong");
        }
    }

    /**
     * What it holds.
     *
     * @throws IllegalArgumentException if it is not as it was written
     */
    List<Reading> readings(Inflater inflater, String origin, Epoch record) {
        check(record);
        List<Reading> readings = decode(codec(), payload, inflater, origin, record);
        if (readings.size() == count() && !readings.isEmpty() && readings.get(0).seq == first()
            && readings.get(readings.size() - 1).seq == last()) {
            return readings;
        }
        throw new IllegalArgumentException("its readings are not those of its header");
    }

    /**
     * What a payload holds.
     *
     * @throws IllegalArgumentException if it is damaged
     */
    static List<Reading> decode(int codec, byte[] payload, Inflater inflater, String origin, Epoch record) {
        if (codec != PLAIN && codec != DEFLATED) {
            throw new IllegalArgumentException("it is written in an unknown way, " + codec);
        }
        try {
            return ReadingsCodec.decode(codec == PLAIN ? payload : inflate(inflater, payload), origin, record);
        } catch (DataFormatException damaged) {
            throw new IllegalArgumentException(damaged.getMessage());
        }
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
}
