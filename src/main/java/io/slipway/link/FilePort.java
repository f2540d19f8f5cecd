package io.slipway.link;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;

/**
 * Plays a recorded stream once, at the pace of a serial line or as fast as it is taken, then stays open and silent.
 * What is written goes nowhere.
 */
final class FilePort implements Port {
    /** About 50 chunks a second: 230 bytes at a time where 115200 baud are played. */
    private static final int CHUNKS_PER_SECOND = 50;

    private final File file;
    private final int rate;
    private FileInputStream in;
    private boolean ended;
    private long startedNs;
    private long played;

    FilePort(String path, int rate) {
        this.file = new File(path);
        this.rate = rate;
    }

    @Override
    public void open() throws IOException {
        if (!file.exists()) {
            throw new IOException("no such file");
        }
        if (file.isDirectory()) {
            throw new IOException("is a directory");
        }
        if (!file.canRead()) {
            throw new IOException("no permission to read it");
        }
        in = new FileInputStream(file);
        startedNs = System.nanoTime();
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        if (ended) {
            pause(READ_TIMEOUT_MS);
            return NOTHING;
        }
        int length = buffer.length;
        if (rate > 0) {
            length = Math.min(length, Math.max(1, rate / CHUNKS_PER_SECOND));
            if (!waitUntilDue(length)) {
                return NOTHING;
            }
        }
        int count = in.read(buffer, 0, length);
        if (count < 0) {
            ended = true;
            return ENDED;
        }
        played += count;
        return count;
    }

    /** Bytes come at the end of the time that they take on the line. False where that is beyond the timeout. */
    private boolean waitUntilDue(int length) {
        // As a double: the product of a long recording and 10^9 does not fit into a long.
        long dueNs = startedNs + (long) ((played + length) * 1e9 / rate);
        long waitMs = (dueNs - System.nanoTime()) / 1_000_000;
        if (waitMs > 0) {
            pause(Math.min(waitMs, READ_TIMEOUT_MS));
        }
        return waitMs <= READ_TIMEOUT_MS;
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException ignored) {
            // Nobody has a reason to interrupt the reader, and a flag that stays set would make it spin.
        }
    }

    @Override
    public void write(byte[] bytes) {
        // A recording does not answer.
    }

    @Override
    public void cancel() {
        // Neither opening nor writing takes time.
    }

    @Override
    public void close() {
        if (in != null) {
            try {
                in.close();
            } catch (IOException ignored) {
                // It was only read.
            }
        }
    }
}
