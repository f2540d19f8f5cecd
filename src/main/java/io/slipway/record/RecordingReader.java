package io.slipway.record;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads a recording, of any size, record by record. A record that is cut off or damaged is passed over, up to the next
 * one that is whole; {@link #damagedBytes} says how much that was. Used by one thread.
 */
public final class RecordingReader {
    private static final int LARGEST = Layout.RECORD_HEADER + Layout.MOST_DATA;


    private final InputStream in;
    /** Two records are whole in it: when one is taken, the next can be looked at. */
    private final byte[] buffer = new byte[3 * LARGEST];
    private int from;
    private int to;
    private boolean ended;
    private long damaged;
    private long clockWallUs;
    private long clockMonoUs;

    /**
     * Begins to read.
     *
     * @throws IOException if it cannot be read, is no recording, or one of a later version; the message is for people
     */
    public RecordingReader(InputStream in) throws IOException {
        this.in = in;
        fill();
        if (to == 0) {
            throw new IOException("it is empty");
        }
        if (to < Layout.HEADER || !Layout.isHeader(buffer, 0)) {
            throw new IOException("it is no recording of slipway");
        }
        if (Layout.version(buffer, 0) != Layout.VERSION) {
            throw new IOException("it is a recording of a later version of slipway (format "
                + Layout.version(buffer, 0) + ", this one reads " + Layout.VERSION + ")");
        }
    }

    /** Whether a recording begins here; the stream is then where it was. */
    public static boolean isRecording(BufferedInputStream in) throws IOException {
        byte[] start = new byte[Layout.HEADER];
        in.mark(Layout.HEADER);
        int length = 0;
        int count = in.read(start);
        while (count > 0) {
            length += count;
            count = in.read(start, length, start.length - length);
        }
        in.reset();
        return length == Layout.HEADER && Layout.isHeader(start, 0);
    }

    /**
     * The next record.
     *
     * @return {@code null} at the end
     * @throws IOException if it cannot be read
     */
    public LineRecord next() throws IOException {
        while (true) {
            fill();
            if (from == to) {
                return null;
            }
            if (isHeader()) {
                from += Layout.HEADER;
                continue;
            }
            int length = wholeRecord(from);
            if (length < 0) {
                from++;
                damaged++;
                continue;
            }
            LineRecord record = take(length);
            from -= borrowed();
            if (record != null) {
                return record;
            }
        }
    }

    /** Bytes passed over so far because they are no record. */
    public long damagedBytes() {
        return damaged;
    }

    /** A header that is cut must not take bytes of the record behind it, so that has to be where it belongs. */
    private boolean isHeader() {
        return to - from >= Layout.HEADER && Layout.isHeader(buffer, from)
            && Layout.version(buffer, from) == Layout.VERSION
            && (to - from == Layout.HEADER || buffer[from + Layout.HEADER] == Layout.MARK);
    }

    /** The length of the data of the record that begins there; -1 where none does, or not all of it is there. */
    private int wholeRecord(int at) {
        if (to - at < Layout.RECORD_HEADER || buffer[at] != Layout.MARK) {
            return -1;
        }
        int length = ByteBuffer.wrap(buffer).getShort(at + Layout.LENGTH_AT) & 0xffff;
        if (length > Layout.MOST_DATA || to - at < Layout.RECORD_HEADER + length) {
            return -1;
        }
        return ByteBuffer.wrap(buffer).getInt(at + Layout.CRC_AT) == Layout.crc(buffer, at, length) ? length : -1;
    }

    /**
     * How many of the last bytes of the record that was just taken are the next one's. One that is cut before bytes
     * with which the next one happens to begin is whole with those.
     */
    private int borrowed() {
        if (from == to || buffer[from] == Layout.MARK || isHeader()) {
            return 0;
        }
        for (int count = 1; count < Layout.RECORD_HEADER; count++) {
            if (wholeRecord(from - count) >= 0) {
                return count;
            }
        }
        return 0;
    }

    /** {@code null} for one that only concerns this reader, or whose kind is not known yet. */
    private LineRecord take(int length) {
        int code = buffer[from + 1];
        long monoUs = ByteBuffer.wrap(buffer).getLong(from + Layout.TIME_AT);
        int dataAt = from + Layout.RECORD_HEADER;
        from = dataAt + length;
        if (code == Layout.CLOCK && length == 8) {
            clockMonoUs = monoUs;
            clockWallUs = ByteBuffer.wrap(buffer).getLong(dataAt) * 1000;
            return null;
        }
        LineRecord.Kind kind = LineRecord.kind(code);
        return kind == null ? null : new LineRecord(kind, monoUs, clockWallUs + monoUs - clockMonoUs,
            Arrays.copyOfRange(buffer, dataAt, from));
    }

    /** So that two whole records are in the buffer, where they are. */
    private void fill() throws IOException {
        if (ended || to - from >= 2 * LARGEST) {
            return;
        }
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        while (!ended && to < buffer.length) {
            int count = in.read(buffer, to, buffer.length - to);
            ended = count < 0;
            to += Math.max(0, count);
        }
    }
}
