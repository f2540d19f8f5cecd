package io.slipway.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;

/**
 * Keeps a second process out of a data directory: an empty file that is locked while one runs there. It tells such a
 * process from a person who looks into a database with a tool, which ends by itself. Ends with the process.
 */
public final class DirectoryLock implements Closeable {
    private static final String FILE_NAME = "slipway.lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock of a directory that exists. Any thread.
     *
     * @return {@code null} where the file system takes no lock file or no locks: then SQLite's own is what is left
     * @throws AccessDeniedException if this user may not
     * @throws StoreException if another process has it, or this one
     */
    public static DirectoryLock take(Path directory) throws AccessDeniedException, StoreException {
        FileLock lock = null;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(directory.resolve(FILE_NAME),
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            lock = channel.tryLock();
        } catch (AccessDeniedException denied) {
            throw denied;
        } catch (IOException withoutLock) {
            close(channel);
            return null;
        } catch (OverlappingFileLockException withinThisProcess) {
            // As if another process had it.
        }
        if (lock == null) {
            close(channel);
            throw new StoreException("another slipway runs on " + directory, null);
        }
        return new DirectoryLock(channel);
    }

    /** Lets another process in. */
    @Override
    public void close() {
        close(channel);
    }

    private static void close(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ignored) {
            // Nothing was written to it.
        }
    }
}
