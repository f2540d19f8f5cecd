package io.slipway.decode;

import io.slipway.config.FileProblem;
import io.slipway.health.Health;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file in which announcements outlive the gateway, so that those can be taken back that the next configuration
 * does not make any more; a line each. Written whole, by a thread that comes and goes: nobody waits for the disk. It is
 * not synced: what a power cut takes of it is only that an entry may stay in Home Assistant.
 */
final class AnnouncedFile {
    private static final long MAX_BYTES = 4 << 20;
    private static final long PATIENCE_MS = 2000;

    private final Path file;
    private final Health health;
    /** What is to be written; {@code null} where nothing is. */
    private byte[] waiting;
    private Thread writer;

    AnnouncedFile(Path file, Health health) {
        this.file = file;
        this.health = health;
    }

    /** What was saved last; empty where nothing was, or it cannot be read. */
    String read() {
        try {
            if (Files.exists(file) && Files.size(file) <= MAX_BYTES) {
                return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            }
        } catch (IOException failed) {
            health.error(file + " cannot be read: " + FileProblem.of(failed));
        }
        return "";
    }

    /** Has the lines written soon; an empty text has the file removed. Any thread; does not wait. */
    synchronized void save(String lines) {
        waiting = lines.getBytes(StandardCharsets.UTF_8);
        if (writer == null) {
            writer = new Thread("homeassistant-file") {
                @Override
                public void run() {
                    for (byte[] next = take(); next != null; next = take()) {
                        write(next);
                    }
                }
            };
            writer.setDaemon(true);
            writer.start();
        }
    }

    private synchronized byte[] take() {
        byte[] next = waiting;
        waiting = null;
        if (next == null) {
            writer = null;
        }
        return next;
    }

    private void write(byte[] content) {
        try {
            if (content.length == 0) {
                Files.deleteIfExists(file);
                return;
            }
            Path part = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(part);
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(part, content);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            health.error(file + " cannot be written: " + FileProblem.of(failed));
        }
    }

    /** Waits for what is being written, two seconds at most. */
    void close() {
        Thread writing;
        synchronized (this) {
            writing = writer;
        }
        try {
            if (writing != null) {
                writing.join(PATIENCE_MS);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
