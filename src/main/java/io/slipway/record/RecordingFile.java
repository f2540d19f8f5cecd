package io.slipway.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A recording in one new file, up to a number of bytes of the line. Any thread. */
public final class RecordingFile implements Recorder {
    private final RecordingWriter writer;
    private long left;
    private IOException failure;

    /**
     * Makes the file.
     *
     * @param bytes of the line, both directions, after which nothing more is taken
     * @throws IOException if it is there already or cannot be made
     */
    public RecordingFile(Path file, long bytes) throws IOException {
        writer = new RecordingWriter(
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), 1);
        left = bytes;
    }

    @Override
    public synchronized void bytes(LineRecord.Kind kind, byte[] bytes, int off, int length) {
        int taken = (int) Math.min(length, left);
        append(kind, bytes, off, taken);
        left -= taken;
        notifyAll();
    }

    @Override
    public synchronized void event(String what) {
        byte[] text = what.getBytes(StandardCharsets.UTF_8);
        append(LineRecord.Kind.EVENT, text, 0, text.length);
    }

    private void append(LineRecord.Kind kind, byte[] bytes, int off, int length) {
        if (failure != null || left == 0) {
            return;
        }
        try {
            writer.append(kind, bytes, off, length);
        } catch (IOException full) {
            failure = full;
            notifyAll();
        }
    }

    /**
     * Waits until it has all that it takes.
     *
     * @param ms the longest wait; 0 returns at once
     * @return whether it has
     * @throws IOException if it could not be written
     */
    public synchronized boolean awaitFull(long ms) throws IOException, InterruptedException {
        long end = System.nanoTime() + ms * 1_000_000L;
        long leftMs = ms;
        while (failure == null && left > 0 && leftMs > 0) {
            wait(leftMs);
            leftMs = (end - System.nanoTime()) / 1_000_000;
        }
        if (failure != null) {
            throw failure;
        }
        return left == 0;
    }

    @Override
    public synchronized void close() {
        try {
            writer.close();
        } catch (IOException failed) {
            failure = failed;
        }
    }
}
