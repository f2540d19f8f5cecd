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
import java.util.Properties;
import org.sqlite.JDBC;

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
    /** The first bytes of a write-ahead log but for the last bit, which tells the order of bytes in checksums. */
    private static final int WAL_MAGIC = 0x377f0682;
    private static final String FILE_MAGIC = "SQLite format 3\0";
    /** Of {@code user_version} in the file's header. */
    private static final int VERSION_OFFSET = 60;

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
    static long version(Path file) {
        try {
            if (!hasLog(file)) {
                return versionInHeader(file);
            }
            Database database = connect(file);
            try {
                return database.number("PRAGMA user_version");
            } finally {
                database.close();
            }
        } catch (SQLException | IOException | StoreException unreadable) {
            return 0;
        }
    }

    /** The header of the file itself (https://sqlite.org/fileformat.html section 1.3): no driver is needed. */
    private static long versionInHeader(Path file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] magic = new byte[FILE_MAGIC.length()];
            if (in.length() < 100 || in.read(magic) < magic.length
                || !new String(magic, StandardCharsets.ISO_8859_1).equals(FILE_MAGIC)) {
                return 0;
            }
            in.seek(VERSION_OFFSET);
            return in.readInt() & 0xffffffffL;
        }
    }

    private static Database connect(Path file) throws SQLException, IOException, StoreException {
        if (hasContent(file.resolveSibling(file.getFileName() + "-journal"))) {
            throw new StoreException("a crash left a transaction open in " + file + "; start the gateway once", null);
        }
        // Without a log "unix-none" would make an empty one; "immutable" looks for none.
        boolean log = hasLog(file);
        Database database = new Database(file, JDBC.createConnection("jdbc:sqlite:" + Database.uri(file)
            + (log ? "?mode=ro&vfs=unix-none" : "?mode=ro&immutable=1"), new Properties()));
        try {
            database.execute("PRAGMA locking_mode=EXCLUSIVE");
            database.execute("PRAGMA cache_size=-512");
            database.execute("PRAGMA temp_store=MEMORY");
            return database;
        } catch (SQLException failed) {
            database.close();
            throw failed;
        }
    }

    private static boolean hasContent(Path file) throws IOException {
        return Files.exists(file) && Files.size(file) > 0;
    }

    private static boolean hasLog(Path file) throws IOException {
        Path wal = file.resolveSibling(file.getFileName() + "-wal");
        if (!hasContent(wal)) {
            return false;
        }
        try (RandomAccessFile in = new RandomAccessFile(wal.toFile(), "r")) {
            return in.length() > 32 && (in.readInt() & ~1) == WAL_MAGIC;
        }
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
