package io.slipway.record;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the last of what went over a line in two files that are written in turn, each up to half of the bytes that are
 * allowed: when one is full, the older one is removed and made anew. What an earlier process left behind is the older
 * one, so after a crash the end before it is still there. Never writes to a file that it has not made itself, and lets
 * only its own user read them. Nothing is synced: the place is meant to be in memory. Any thread.
 */
public final class RecordRing implements Recorder {
    /** The least that makes sense: in each half there is room for a long frame and more. */
    public static final long LEAST_BYTES = 16 << 10;
    /** A disk that is full or gone is tried again after so long. */
    private static final long RETRY_NS = 60_000_000_000L;

    private final Path directory;
    private final String name;
    private final long halfBytes;
    private final Health health;
    private RecordingWriter writer;
    private long number;
    private boolean failed;
    private long failedNs;
    private boolean closed;

    /**
     * Opens nothing yet.
     *
     * @param directory made when it is needed, for this user alone
     * @param name of the files, before {@code .0.rec} and {@code .1.rec}
     * @param bytes of both together, at least {@link #LEAST_BYTES}
     */
    public RecordRing(Path directory, String name, long bytes, Health health) {
        this.directory = directory;
        this.name = name;
        this.halfBytes = bytes / 2;
        this.health = health;
    }

    @Override
    public synchronized void bytes(LineRecord.Kind kind, byte[] bytes, int off, int length) {
        if (closed || failed && System.nanoTime() - failedNs < RETRY_NS) {
            return;
        }
        try {
            if (writer != null && writer.written() + RecordingWriter.room(length) > halfBytes) {
                writer.close();
                writer = null;
            }
            if (writer == null) {
                begin();
            }
            writer.append(kind, bytes, off, length);
            health.count(Counter.RECORD_BYTES, length);
        } catch (IOException full) {
            fail(full);
        }
    }

    @Override
    public void event(String what) {
        byte[] text = what.getBytes(StandardCharsets.UTF_8);
        bytes(LineRecord.Kind.EVENT, text, 0, Math.min(text.length, 512));
    }

    private void begin() throws IOException {
        Files.createDirectories(directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        long[] numbers = {number(file(directory, name, 0)), number(file(directory, name, 1))};
        int older = numbers[0] <= numbers[1] ? 0 : 1;
        number = Math.max(number, numbers[1 - older]) + 1;
        Path file = file(directory, name, older);
        Files.deleteIfExists(file);
        // Made anew and by us: in a directory of others there could be a link to any file.
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        writer = new RecordingWriter(Files.newOutputStream(file, StandardOpenOption.WRITE), number);
        failed = false;
    }

    private void fail(IOException why) {
        failed = true;
        failedNs = System.nanoTime();
        health.count(Counter.RECORD_FAILED);
        health.error("the recording of " + name + " in " + directory + " stops for a minute: " + why);
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException ignored) {
            // It has failed already.
        }
        writer = null;
    }

    /** 0 where there is no such file, or it is none of ours. */
    private static long number(Path file) {
        byte[] header = new byte[Layout.HEADER];
        try (InputStream in = Files.newInputStream(file)) {
            int length = 0;
            int count = in.read(header);
            while (count > 0) {
                length += count;
                count = in.read(header, length, header.length - length);
            }
            return length == header.length && Layout.isHeader(header, 0) ? Math.max(0, Layout.number(header, 0)) : 0;
        } catch (IOException absent) {
            return 0;
        }
    }

    private static Path file(Path directory, String name, int which) {
        return directory.resolve(name + "." + which + ".rec");
    }

    /** The files of a ring that are there, the older one first; while it is written, or after that. */
    public static List<Path> files(Path directory, String name) {
        List<Path> files = new ArrayList<>();
        Path[] both = {file(directory, name, 0), file(directory, name, 1)};
        long[] numbers = {number(both[0]), number(both[1])};
        int older = numbers[0] <= numbers[1] ? 0 : 1;
        for (int i : new int[] {older, 1 - older}) {
            if (numbers[i] > 0) {
                files.add(both[i]);
            }
        }
        return files;
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException ignored) {
            // Every record went out when it was written.
        }
        writer = null;
    }
}
