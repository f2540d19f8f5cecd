package io.slipway.gateway;

import io.slipway.health.Health;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * Why the gateway stopped last, kept in the file {@value #FILE_NAME} of the data directory: one line of
 * {@value #LENGTH} bytes, filled with spaces, that is written over in its place. While the gateway runs it says so,
 * with the kernel's id of this boot; who finds that at a start knows that nobody had the time to say anything else. Any
 * thread.
 */
final class LastStop implements Closeable {
    static final String FILE_NAME = "last-stop";
    private static final int LENGTH = 64;
    private static final String RUNNING = "running ";
    private static final Path BOOT_ID = Paths.get("/proc/sys/kernel/random/boot_id");
    private static final byte[] OUT_OF_MEMORY = line("uncaught");

    /** {@code null} where the directory takes no file. */
    private final RandomAccessFile file;

    private LastStop(RandomAccessFile file) {
        this.file = file;
    }

    /** Shows in the status how the last life ended, and takes down that another has begun. */
    static LastStop begin(Path directory, Health health) {
        RandomAccessFile opened = null;
        String reason = "unknown";
        try {
            File path = directory.resolve(FILE_NAME).toFile();
            String boot = boot();
            if (path.exists()) {
                reason = reason(read(path), boot);
            } else {
                Files.createFile(path.toPath(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                reason = "none";
            }
            opened = new RandomAccessFile(path, "rw");
            write(opened, line(RUNNING + boot));
        } catch (IOException fullOrReadOnly) {
            health.error("how the gateway stops cannot be kept: " + fullOrReadOnly.getMessage());
        }
        health.state("last_stop", reason);
        return new LastStop(opened);
    }

    private static String boot() throws IOException {
        return Files.isReadable(BOOT_ID)
            ? new String(Files.readAllBytes(BOOT_ID), StandardCharsets.US_ASCII).trim() : "?";
    }

    private static String read(File path) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(path, "r")) {
            byte[] bytes = new byte[LENGTH];
            int length = Math.max(0, in.read(bytes));
            return new String(bytes, 0, length, StandardCharsets.US_ASCII).trim();
        }
    }

    private static String reason(String line, String boot) {
        if (line.startsWith(RUNNING)) {
            return line.substring(RUNNING.length()).equals(boot) ? "killed" : "power";
        }
        return Arrays.asList("signal", "configuration", "watchdog", "uncaught").contains(line) ? line : "unknown";
    }

    /** Takes down why this life ends; durable when it returns, if the disk is well. */
    void because(String reason) {
        take(line(reason));
    }

    /** As {@link #because}, but allocates nothing: memory has run out. */
    void outOfMemory() {
        take(OUT_OF_MEMORY);
    }

    private void take(byte[] line) {
        try {
            if (file != null) {
                write(file, line);
            }
        } catch (IOException ignored) {
            // The next life will say that this one was killed, which is not far from it.
            return;
        }
    }

    private static byte[] line(String text) {
        byte[] line = new byte[LENGTH];
        Arrays.fill(line, (byte) ' ');
        byte[] words = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(words, 0, line, 0, Math.min(words.length, LENGTH - 1));
        line[LENGTH - 1] = '\n';
        return line;
    }

    private static void write(RandomAccessFile to, byte[] line) throws IOException {
        to.seek(0);
        to.write(line, 0, line.length);
        to.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
