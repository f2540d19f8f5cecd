package io.slipway.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;

/**
 * The database of a gateway that does not run, to be read without changing a byte of it. Must not be used in the
 * process of a gateway that has the same file open: closing it here would give up that one's lock.
 *
 * <p>SQLite itself does not read a file in WAL mode without locks that need write access, or a shared memory file
 * beside it. So the lock that it would take is taken here, on the bytes that it uses for that
 * (https://sqlite.org/src/file/src/os.h, SHARED_FIRST): as long as it is held, no gateway starts on the file. SQLite
 * then opens the file read-only, without locks and with the log's index in memory ("unix-none", exclusive mode). It
 * sees what a crash left in the log, and cannot merge it.
 */
public final class StoreFile implements History {
    private static final long SHARED_FIRST = 0x40000002L;
    private static final long SHARED_SIZE = 510;
    private static final String FILE_MAGIC = "SQLite format 3\0";
    /** Of {@code user_version} in the file's header. */
    private static final int VERSION_OFFSET = 60;
    private static final int WRITE_FORMAT_OFFSET = 18;
    private static final int WRITE_FORMAT_MAX = 2;

    private final FileChannel channel;
    private final Database database;
    private final HistoryQuery query;

    private StoreFile(FileChannel channel, Database database, HistoryQuery query) {
        this.channel = channel;
        this.database = database;
        this.query = query;
    }

    /**
     * Opens the database of a data directory.
     *
     * @return {@code null} where a gateway has it open
     * @throws StoreException if there is none, or it cannot be read; the message is for people
     */
    public static StoreFile open(Path directory) throws StoreException {
        return openFile(directory.resolve(Store.FILE_NAME));
    }

    /**
     * Opens a database, whatever its name.
     *
     * @return {@code null} where a gateway has it open
     * @throws StoreException if there is none, or it cannot be read; the message is for people
     */
    public static StoreFile openFile(Path file) throws StoreException {
        if (!Files.isRegularFile(file)) {
            throw new StoreException("there is no database " + file, null);
        }
        FileChannel channel = null;
        Database database = null;
        StoreFile opened = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            FileLock lock = channel.tryLock(SHARED_FIRST, SHARED_SIZE, true);
            if (lock == null) {
                return null;
            }
            database = connect(file);
            Schema.requireCurrent(database);
            opened = new StoreFile(channel, database,
                new HistoryQuery(database, new Streams(database), new Clocks(database)));
            return opened;
        } catch (SQLException | IOException failed) {
            throw new StoreException("cannot read " + file + ": " + failed.getMessage(), failed);
        } finally {
            if (opened == null) {
                close(channel, database);
            }
        }
    }

    /** The version of the tables of a file that nothing has open; 0 where it is empty or cannot be read. */
    static long version(Path file) throws SQLException {
        try {
            long version = versionInHeader(file);
            return Database.hasLog(file) ? Math.max(version, Database.peek(file, "PRAGMA user_version")) : version;
        } catch (IOException unreadable) {
            return 0;
        }
    }

    /** The header of the file itself (https://sqlite.org/fileformat.html section 1.3): no driver is needed. */
    private static long versionInHeader(Path file) throws SQLException, IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] magic = new byte[FILE_MAGIC.length()];
            if (in.length() < 100 || in.read(magic) < magic.length
                || !new String(magic, StandardCharsets.ISO_8859_1).equals(FILE_MAGIC)) {
                return 0;
            }
            in.seek(WRITE_FORMAT_OFFSET);
            if (in.readByte() > WRITE_FORMAT_MAX) {
                // SQLite would take it for a file that it may only read, for ever.
                throw Database.damage("its header");
            }
            in.seek(VERSION_OFFSET);
            return in.readInt() & 0xffffffffL;
        }
    }

    private static Database connect(Path file) throws SQLException, IOException, StoreException {
        Path journal = file.resolveSibling(file.getFileName() + "-journal");
        if (Files.exists(journal) && Files.size(journal) > 0) {
            throw new StoreException("a crash left a transaction open in " + file + "; start the gateway once", null);
        }
        return Database.openToRead(file);
    }

    Database database() {
        return database;
    }

    @Override
    public Slice next(Position after, TimeRange range) throws StoreException {
        try {
            return query.next(after, range);
        } catch (SQLException failed) {
            throw new StoreException("the database cannot be read: " + failed.getMessage(), failed);
        }
    }

    @Override
    public Extent extent() throws StoreException {
        try {
            return query.extent();
        } catch (SQLException failed) {
            throw new StoreException("the database cannot be read: " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        close(channel, database);
    }

    private static void close(FileChannel channel, Database database) {
        if (database != null) {
            database.close();
        }
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ignored) {
            // Nothing was written; the lock goes with the process at the latest.
        }
    }
}
