package io.slipway.store;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;

/**
 * Room that is kept for the moment when the disk is full: deleting readings needs room itself, for the log and for
 * what is in the log and not in the database yet. A file of noise, for some file systems compress. It is made slowly,
 * and only where it leaves most of the room to others. The store's thread only.
 */
final class Reserve {
    /** As much as the log and what it adds to the database may come to. */
    static final int BYTES = 384 << 10;
    private static final int SLICE_BYTES = 32 << 10;
    /** So many times its size must be free. */
    private static final int SPARE = 3;

    private final Path file;
    private final Random noise = new Random();
    private long bytes = -1;

    Reserve(Path file) {
        this.file = file;
    }

    /** Gives the room back. False where there was none. */
    boolean release() {
        bytes = 0;
        try {
            return Files.deleteIfExists(file);
        } catch (IOException refused) {
            return false;
        }
    }

    /**
     * Makes the next part of it, if one is missing and there is room. Called about once a second.
     *
     * @return how many bytes the database may grow by so that the reserve, or as much free room, stays; 0 or more
     */
    long grow() {
        File directory = file.getParent().toFile();
        try {
            if (bytes < 0) {
                bytes = Files.exists(file) ? Files.size(file) : 0;
            }
            if (bytes < BYTES && directory.getUsableSpace() >= (long) SPARE * BYTES) {
                addSlice();
            }
        } catch (IOException noRoom) {
            // It is tried again; whether the disk is well, the database will say.
            bytes = -1;
        }
        return Math.max(0, directory.getUsableSpace() + Math.max(0, bytes) - BYTES);
    }

    private void addSlice() throws IOException {
        if (bytes == 0) {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        byte[] slice = new byte[SLICE_BYTES];
        noise.nextBytes(slice);
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            out.write(slice);
        }
        bytes += slice.length;
    }
}
