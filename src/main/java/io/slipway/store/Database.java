package io.slipway.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * The one connection to the database file, set up for flash: write-ahead log, a sync with each commit, small pages,
 * exclusive so that no shared memory file is needed (JFFS2 has no shared mmap) and no second gateway gets in.
 * Not safe for several threads.
 */
final class Database implements Closeable {
    /** Of a page in bytes: a small commit writes few pages, and each page whole. The smallest that SQLite has. */
    private static final int PAGE_BYTES = 512;
    /** Of write-ahead log before it is merged into the file. */
    private static final int CHECKPOINT_BYTES = 256 << 10;
    /** What the write-ahead log may take at most: up to a merge, and one large transaction. */
    static final int LOG_BYTES = CHECKPOINT_BYTES + (192 << 10);

    /** The first bytes of a write-ahead log but for the last bit, which tells the order of bytes in checksums. */
    private static final int WAL_MAGIC = 0x377f0682;

    private final Path file;
    /** What the file system calls the file, whatever its name. */
    private final Object fileKey;
    private final Connection connection;

    /** Takes a connection that is set up already. */
    Database(Path file, Connection connection) throws IOException {
        this.file = file;
        this.fileKey = fileKey();
        this.connection = connection;
    }

    private Object fileKey() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /**
     * Opens the file, makes it (readable by its owner only) where there is none, and brings its tables up to date.
     *
     * @throws SQLException if it cannot be opened, is locked by another process, or damaged: see {@link #isDamage}
     * @throws StoreException if a newer version of the program wrote it; the file is untouched
     */
    static Database open(Path file) throws SQLException, StoreException, IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        // Looked at before it is opened: that alone would merge the log into a file that is not ours to touch.
        Schema.requireKnown(StoreFile.version(file));
        Leftovers.remove();
        Database database = connect(file);
        try {
            Schema.upgrade(database);
            return database;
        } catch (SQLException | StoreException | RuntimeException failed) {
            database.close();
            throw failed;
        }
    }

    /** Opens a file whose tables are as they are. */
    static Database connect(Path file) throws SQLException, IOException {
        // Straight to the connection: DriverManager would look through the whole class path for drivers, and the
        // driver's main class makes itself known to DriverManager.
        String uri = uri(file);
        Database database = new Database(file, new JDBC4Connection("jdbc:sqlite:" + uri, uri, new Properties()));
        try {
            database.configure();
            return database;
        } catch (SQLException | RuntimeException failed) {
            database.close();
            throw failed;
        }
    }

    /** A plain name would be taken apart: what follows a question mark in it are settings to the driver. */
    static String uri(Path file) {
        return "file:" + file.toAbsolutePath().toString().replace("%", "%25").replace("?", "%3f").replace("#", "%23");
    }

    /**
     * Opens a file to look into it, its log too, without a change to either: no lock, no log merged, nothing written.
     * Nobody may write to it meanwhile.
     */
    static Database openToRead(Path file) throws SQLException, IOException {
        Leftovers.remove();
        // Without a log "unix-none" would make an empty one; "immutable" looks for none.
        String uri = uri(file) + (hasLog(file) ? "?mode=ro&vfs=unix-none" : "?mode=ro&immutable=1");
        Database database = new Database(file, new JDBC4Connection("jdbc:sqlite:" + uri, uri, new Properties()));
        try {
            // Without it a log would need shared memory, which is a file.
            database.execute("PRAGMA locking_mode=EXCLUSIVE");
            database.execute("PRAGMA cache_size=-512");
            database.execute("PRAGMA temp_store=MEMORY");
            return database;
        } catch (SQLException | RuntimeException failed) {
            database.close();
            throw failed;
        }
    }

    /** Whether there is a write-ahead log beside a file, and SQLite would read it. */
    static boolean hasLog(Path file) throws IOException {
        Path wal = file.resolveSibling(file.getFileName() + "-wal");
        if (!Files.exists(wal)) {
            return false;
        }
        try (RandomAccessFile in = new RandomAccessFile(wal.toFile(), "r")) {
            return in.length() > 32 && (in.readInt() & ~1) == WAL_MAGIC;
        }
    }

    /** A number out of a file that nothing in this process has open; 0 where it cannot be read. */
    static long peek(Path file, String sql) {
        try (Database database = openToRead(file)) {
            return database.number(sql);
        } catch (SQLException | IOException unreadable) {
            return 0;
        }
    }

    private void configure() throws SQLException {
        execute("PRAGMA locking_mode=EXCLUSIVE");
        execute("PRAGMA page_size=" + PAGE_BYTES);
        if (!"wal".equalsIgnoreCase(text("PRAGMA journal_mode=WAL"))) {
            execute("PRAGMA journal_mode=TRUNCATE");
        }
        execute("PRAGMA synchronous=FULL");
        execute("PRAGMA cache_size=-512");
        execute("PRAGMA mmap_size=0");
        execute("PRAGMA temp_store=MEMORY");
        execute("PRAGMA wal_autocheckpoint=" + CHECKPOINT_BYTES / PAGE_BYTES);
        execute("PRAGMA journal_size_limit=" + 2 * CHECKPOINT_BYTES);
    }

    /** Whether the file itself is broken, so that trying again is no use. */
    static boolean isDamage(SQLException failure) {
        int code = primaryCode(failure);
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code
            || code == SQLiteErrorCode.SQLITE_ERROR.code && isWithoutTable(String.valueOf(failure.getMessage()));
    }

    /** Our statements fit the tables of our version: one that does not fit shows that what describes them is broken. */
    private static boolean isWithoutTable(String message) {
        return message.contains("no such table") || message.contains("no such column")
            || message.contains("has no column") || message.contains("no such index");
    }

    /** Whether another process has the file open. */
    static boolean isLocked(SQLException failure) {
        return primaryCode(failure) == SQLiteErrorCode.SQLITE_BUSY.code;
    }

    /** Whether the disk has no room. */
    static boolean isFull(SQLException failure) {
        return primaryCode(failure) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    /** Whether this user may not write to the file, or nobody may. */
    static boolean isReadOnly(SQLException failure) {
        return primaryCode(failure) == SQLiteErrorCode.SQLITE_READONLY.code;
    }

    /** Whether the open file fails in a way that another one of the same name may not. */
    static boolean isBroken(SQLException failure) {
        int code = primaryCode(failure);
        return code == SQLiteErrorCode.SQLITE_IOERR.code || code == SQLiteErrorCode.SQLITE_CANTOPEN.code
            || code == SQLiteErrorCode.SQLITE_READONLY.code;
    }

    /** What went wrong, in words for people. */
    static String words(SQLException failure) {
        return isLocked(failure) ? "another program has it open" : isFull(failure) ? "the disk is full"
            : isReadOnly(failure) ? "it can only be read" : String.valueOf(failure.getMessage());
    }

    /** SQLite's result code without what further bits say about it; -1 where the failure is not SQLite's. */
    private static int primaryCode(SQLException failure) {
        return failure instanceof SQLiteException ? ((SQLiteException) failure).getResultCode().code & 0xff : -1;
    }

    /** What to throw where it is ours to see that the file is broken. */
    static SQLException damage(String what) {
        return new SQLiteException("damaged: " + what, SQLiteErrorCode.SQLITE_CORRUPT);
    }

    /**
     * Begins a transaction that will write.
     *
     * @throws SQLException if it cannot, or if nobody would ever find what it wrote: the file that we hold open has no
     *     name any more
     */
    void begin() throws SQLException {
        try {
            if (!fileKey().equals(fileKey)) {
                throw new SQLException("another file took the place of " + file + "; start the gateway again");
            }
        } catch (IOException gone) {
            throw new SQLException(file + " was removed; start the gateway again", gone);
        }
        execute("BEGIN IMMEDIATE");
    }

    /** When this returns, the transaction survives a power cut. */
    void commit() throws SQLException {
        execute("COMMIT");
    }

    /** Ends a transaction that failed; SQLite may have ended it by itself. */
    void rollback() {
        try {
            execute("ROLLBACK");
        } catch (SQLException ignored) {
            // No transaction was open any more, which is what was wanted.
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** For statements that run again and again: the caller keeps it and closes it. */
    PreparedStatement prepare(String sql) throws SQLException {
        return new LastingStatement((SQLiteConnection) connection, sql);
    }

    /** The first column of the first row; 0 where there is none or NULL. */
    long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** The first column of the first row; {@code null} where there is none. */
    String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    /** What a page has in fact: a file that is there already keeps its own. */
    long pageBytes() throws SQLException {
        return number("PRAGMA page_size");
    }

    /** How many pages the write-ahead log holds; 0 where there is none. It is not merged by asking. */
    long logFrames() throws SQLException {
        try (Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(NOOP)")) {
            return row.next() ? Math.max(0, row.getLong(2)) : 0;
        }
    }

    /** Bytes in use: those of the file less its free pages. */
    long usedBytes() throws SQLException {
        return (number("PRAGMA page_count") - number("PRAGMA freelist_count")) * number("PRAGMA page_size");
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException ignored) {
            // Everything committed is on the disk already; the log is merged at the next start.
        }
    }
}
