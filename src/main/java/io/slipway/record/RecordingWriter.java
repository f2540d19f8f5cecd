package io.slipway.record;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes one file of a recording. Each record goes out in one write and unbuffered: when this process is killed, what
 * was written is with the kernel. Used under the lock of whoever has it.
 */
final class RecordingWriter implements Closeable {
    /** A clock that is further away than this from where it was expected has been set. */
    private static final long JUMP_MS = 200;

    private final OutputStream out;
    private long written;
    private long clockWallMs;
    private long clockMonoUs;

    /** Writes the header and the clock. */
    RecordingWriter(OutputStream out, long number) throws IOException {
        this.out = out;
        write(Layout.header(number));
        clock(monoUs(), System.currentTimeMillis());
    }

    static long monoUs() {
        return System.nanoTime() / 1000;
    }

    /** Bytes in the file. */
    long written() {
        return written;
    }

    /** What a piece takes in the file at most. */
    static long room(int length) {
        return length + (length / Layout.MOST_DATA + 1L) * Layout.RECORD_HEADER + Layout.RECORD_HEADER + 8;
    }

    void append(LineRecord.Kind kind, byte[] bytes, int off, int length) throws IOException {
        long now = monoUs();
        long wall = System.currentTimeMillis();
        if (Math.abs(wall - clockWallMs - (now - clockMonoUs) / 1000) > JUMP_MS) {
            clock(now, wall);
        }
        for (int at = 0; at < length; at += Layout.MOST_DATA) {
            write(Layout.record(LineRecord.code(kind), now, bytes, off + at, Math.min(length - at, Layout.MOST_DATA)));
        }
    }

    private void clock(long now, long wall) throws IOException {
        clockWallMs = wall;
        clockMonoUs = now;
        byte[] data = ByteBuffer.allocate(8).putLong(wall).array();
        write(Layout.record(Layout.CLOCK, now, data, 0, data.length));
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
