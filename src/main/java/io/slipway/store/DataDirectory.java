package io.slipway.store;

import io.slipway.config.FileProblem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The directory of the database: makes it, keeps other gateways out of it, and gives damaged files another name.
 * One thread at a time.
 *
 * <pre>
 * slipway.db             the database; beside it SQLite's -wal or -journal
 * slipway.db.damaged-N   one that was damaged, never deleted by the program
 * slipway.lock           see DirectoryLock
 * slipway.reserve        see Reserve
 * </pre>
 */
final class DataDirectory {
    private static final String DAMAGED = ".damaged-";
    /** What SQLite keeps beside a database. */
    private static final String[] LOGS = {"-wal", "-journal"};

    private final Path directory;
    private final Path database;
    private final Reserve reserve;
    private DirectoryLock lock;

    DataDirectory(Path directory) {
        this.directory = directory;
        this.database = directory.resolve(Store.FILE_NAME);
        this.reserve = new Reserve(directory.resolve("slipway.reserve"));
    }

    Path database() {
        return database;
    }

    Reserve reserve() {
        return reserve;
    }

    /**
     * Makes the directory where it is missing, and locks it; again where an earlier call failed.
     *
     * @throws StoreException if only a person can mend it: something else has that name, this user has no permission,
     *     another gateway runs there
     * @throws IOException if it may mend by itself: the disk is full, absent or read-only
     */
    void enter() throws StoreException, IOException {
        try {
            // Asked first: Java 8 takes a symbolic link to a directory for a file that is in the way.
            if (!Files.isDirectory(directory)) {
                refuseFileInTheWay();
                Files.createDirectories(directory, owner("rwx------"));
            }
            if (Files.isDirectory(database)) {
                throw new FileAlreadyExistsException(database.toString());
            }
            if (Files.exists(database) && !Files.isReadable(database)) {
                throw new AccessDeniedException(database.toString());
            }
            lock();
        } catch (AccessDeniedException | FileAlreadyExistsException mistake) {
            throw new StoreException("cannot open " + database + ": " + FileProblem.withName(mistake), mistake);
        }
    }

    private void refuseFileInTheWay() throws FileAlreadyExistsException {
        Path above = directory.toAbsolutePath();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        if (above != null && !Files.isDirectory(above)) {
            throw new FileAlreadyExistsException(above.toString());
        }
    }

    private void lock() throws StoreException, AccessDeniedException {
        if (lock == null) {
            try {
                lock = DirectoryLock.take(directory);
            } catch (StoreException taken) {
                throw new StoreException("cannot open " + database + ": another gateway has it open", taken);
            }
        }
    }

    private static FileAttribute<?> owner(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /** Lets another gateway in. */
    void leave() {
        if (lock != null) {
            lock.close();
            lock = null;
        }
    }

    /**
     * Gives the database another name, its log too; nothing has it open.
     *
     * @return the new name
     */
    Path setAside() throws IOException {
        int number = 1;
        for (Path other : damaged()) {
            number = Math.max(number, number(other) + 1);
        }
        Path aside = directory.resolve(Store.FILE_NAME + DAMAGED + number);
        // The logs first: beside a new database, an old log would be taken for its own.
        for (String log : LOGS) {
            Path from = directory.resolve(Store.FILE_NAME + log);
            if (Files.exists(from)) {
                Files.move(from, directory.resolve(aside.getFileName() + log));
            }
        }
        Files.move(database, aside);
        return aside;
    }

    /** The databases that were set aside, the newest first. */
    List<Path> damaged() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (number(file) > 0) {
                    found.add(file);
                }
            }
        }
        Collections.sort(found, new NewestFirst());
        return found;
    }

    /** Bytes that the databases take that were set aside, with their logs; 0 where the directory cannot be read. */
    long damagedBytes() {
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (file.getFileName().toString().startsWith(Store.FILE_NAME + DAMAGED)) {
                    bytes += Files.size(file);
                }
            }
        } catch (IOException unreadable) {
            return bytes;
        }
        return bytes;
    }

    /** The number in the name of a database that was set aside; 0 for any other file. */
    static int number(Path file) {
        String name = file.getFileName().toString();
        if (!name.startsWith(Store.FILE_NAME + DAMAGED)) {
            return 0;
        }
        try {
            return Math.max(0, Integer.parseInt(name.substring((Store.FILE_NAME + DAMAGED).length())));
        } catch (NumberFormatException log) {
            return 0;
        }
    }

    /** The order of {@link #damaged}. */
    private static final class NewestFirst implements java.util.Comparator<Path> {
        @Override
        public int compare(Path one, Path other) {
            return Integer.compare(number(other), number(one));
        }
    }
}
