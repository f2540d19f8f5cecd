package io.slipway.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * How a recording lies in its file; all numbers big-endian, all values as in docs/recorder.md.
 *
 * <pre>
 *   file    0  "SLIPREC"   7  version, 1   8  number of the file in its ring (8)   16  records ...
 *   record  0  A5   1  kind   2  length of the data (2)   4  monotonic time, µs (8)
 *           12  CRC-32 of bytes 0 to 11 and of the data (4)   16  data
 * </pre>
 *
 * <p>Another file may follow at the end of one: the pieces of a ring, joined.
 */
final class Layout {
    static final int VERSION = 1;
    static final int HEADER = 16;
    static final int RECORD_HEADER = 16;
    static final int LENGTH_AT = 2;
    static final int TIME_AT = 4;
    static final int CRC_AT = 12;
    static final int MOST_DATA = 4096;
    static final byte MARK = (byte) 0xa5;
    /** Only within the file: milliseconds since 1970 by the wall clock, at the record's monotonic time (8 bytes). */
    static final int CLOCK = 4;

    private static final byte[] MAGIC = {'S', 'L', 'I', 'P', 'R', 'E', 'C'};

    private Layout() {
    }

    static byte[] header(long number) {
        return ByteBuffer.allocate(HEADER).put(MAGIC).put((byte) VERSION).putLong(number).array();
    }

    /** Whether a file's header begins here. */
    static boolean isHeader(byte[] bytes, int at) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (bytes[at + i] != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    static int version(byte[] bytes, int at) {
        return bytes[at + MAGIC.length] & 0xff;
    }

    static long number(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes, at + MAGIC.length + 1, 8).getLong();
    }

    /** A whole record in one piece: written at once, it is there or it is not. */
    static byte[] record(int kind, long timeUs, byte[] data, int off, int length) {
        ByteBuffer record = ByteBuffer.allocate(RECORD_HEADER + length);
        record.put(MARK).put((byte) kind).putShort((short) length).putLong(timeUs).putInt(0).put(data, off, length);
        record.putInt(CRC_AT, crc(record.array(), 0, length));
        return record.array();
    }

    static int crc(byte[] record, int at, int length) {
        CRC32 crc = new CRC32();
        crc.update(record, at, CRC_AT);
        crc.update(record, at + RECORD_HEADER, length);
        return (int) crc.getValue();
    }
}
