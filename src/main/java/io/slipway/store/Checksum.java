package io.slipway.store;

import io.slipway.reading.Epoch;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The CRC-32 (ISO 3309) by which a row is known to be as it was written: SQLite sees damage in the shape of its pages
 * only, and the chained hash of a block cannot be checked once the block before it is gone. Numbers count as 8 bytes
 * big-endian. Any thread.
 */
final class Checksum {
    private final CRC32 crc = new CRC32();

    private Checksum() {
    }

    /** Of a sealed block: the numbers as in {@link BlockRow}, hash, payload. */
    static long block(Epoch record, long[] numbers, byte[] hash, byte[] payload) {
        return new Checksum().epoch(record).numbers(numbers).bytes(hash).bytes(payload).crc.getValue();
    }

    /** Of a row of the stage. */
    static long stage(Epoch record, long recSid, byte[] body) {
        return new Checksum().epoch(record).numbers(recSid).bytes(body).crc.getValue();
    }

    /** Of a destination's cursor. */
    static long cursor(String sink, Position cursor) {
        return new Checksum().bytes(sink.getBytes(StandardCharsets.UTF_8)).numbers(cursor.sid, cursor.seq)
            .crc.getValue();
    }

    /** Of a stretch that a destination acknowledged behind its cursor. */
    static long stretch(String sink, Position start, Position end) {
        return new Checksum().bytes(sink.getBytes(StandardCharsets.UTF_8))
            .numbers(start.sid, start.seq, end.sid, end.seq).crc.getValue();
    }

    /** Of a record. */
    static long record(String table, long key, byte[] body) {
        return new Checksum().bytes(table.getBytes(StandardCharsets.UTF_8)).numbers(key).bytes(body).crc.getValue();
    }

    private Checksum epoch(Epoch epoch) {
        return epoch == null ? this : numbers(epoch.boot(), epoch.nonce());
    }

    private Checksum numbers(long... numbers) {
        byte[] bytes = new byte[numbers.length * 8];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (numbers[i / 8] >>> 56 - i % 8 * 8);
        }
        return bytes(bytes);
    }

    private Checksum bytes(byte[] bytes) {
        crc.update(bytes, 0, bytes.length);
        return this;
    }
}
