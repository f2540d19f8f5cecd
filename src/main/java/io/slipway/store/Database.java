package io.slipway.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
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
import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The one connection to the database file, set up for flash: write-ahead log, a sync with each commit, small pages,
 * exclusive so that no shared memory file is needed (JFFS2 has no shared mmap) and no second gateway gets in.
 * Not safe for several threads.
 */
final class Database implements Closeable {
    /** Of a page in bytes: a small commit writes few pages, and each page whole. */
    private static final int PAGE_BYTES = 1024;
    /** Of write-ahead log before it is merged into the file. */
    private static final int CHECKPOINT_BYTES = 256 << 10;

    /** However small the disk, less than this is no database. */
    private static final long LEAST_BYTES = 256 << 10;
    /** What a full disk makes be deleted at one time. */
    private static final long ROOM_BYTES = 64 << 10;
    /** Of {@code user_version} in the file (SQLite's file format, section 1.3). */
    private static final int VERSION_OFFSET = 60;
    private static final int WRITE_FORMAT_OFFSET = 18;
    private static final int WRITE_FORMAT_MAX = 2;

    private final Path file;
    /** What the file system calls the file, whatever its name. */
    private final Object fileKey;
    private final Connection connection;
    private long lackingBytes;
    private boolean isTooLarge;

    private Database(Path file, Connection connection) throws IOException {
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
     * @throws StoreException if a newer version of the program wrote it; the file and its log are untouched
     */
    static Database open(Path file) throws SQLException, StoreException, IOException {
        if (Files.exists(file)) {
            Schema.refuseNewer(version(file));
        } else {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Leftovers.remove();
        // Straight to the driver: DriverManager would look through the whole class path for others.
        Database database = new Database(file, JDBC.createConnection("jdbc:sqlite:" + uri(file), new Properties()));
        try {
            database.configure();
            Schema.upgrade(database);
            return database;
        } catch (SQLException | StoreException | RuntimeException failed) {
            database.close();
            throw failed;
        }
    }

    /**
     * Opens a file to look into it, its log too, without a change to either: no lock, no log merged, nothing written.
     * Nobody may write to it meanwhile.
     */
    static Connection openToRead(Path file) throws SQLException {
        Leftovers.remove();
        Connection connection =
            JDBC.createConnection("jdbc:sqlite:" + uri(file) + "?mode=ro&vfs=unix-none", new Properties());
        try (Statement statement = connection.createStatement()) {
            // Without it a log would need shared memory, which is a file.
            statement.execute("PRAGMA locking_mode=EXCLUSIVE");
            statement.execute("PRAGMA cache_size=-256");
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    /** The version of a file's tables; 0 where it cannot be told. Nothing in this process has it open. */
    private static long version(Path file) throws SQLException, IOException {
        long version = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] header = new byte[VERSION_OFFSET + 4];
            int length = 0;
            int read = in.read(header);
            while (read > 0) {
                length += read;
                read = in.read(header, length, header.length - length);
            }
            if (length > WRITE_FORMAT_OFFSET && header[0] == 'S' && header[WRITE_FORMAT_OFFSET] > WRITE_FORMAT_MAX) {
                // SQLite would take it for a file that it may only read, for ever.
                throw damage("its header");
            }
            for (int i = VERSION_OFFSET; i < length && header[0] == 'S'; i++) {
                version = version << 8 | header[i] & 0xff;
            }
        }
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        boolean hasLog = Files.exists(log) && Files.size(log) > 0;
        return hasLog ? Math.max(version, peek(file, "PRAGMA user_version")) : version;
    }

    /** A number out of a file that nothing in this process has open; 0 where it cannot be read. */
    static long peek(Path file, String sql) {
        try (Connection connection = openToRead(file); Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException unreadable) {
            return 0;
        }
    }

    /** A plain name would be taken apart: what follows a question mark in it are settings to the driver. */
    private static String uri(Path file) {
        return "file:" + file.toAbsolutePath().toString().replace("%", "%25").replace("?", "%3f").replace("#", "%23");
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
        isTooLarge = false;
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

    /** Bytes in use: those of the file less its free pages; and those that the disk does not have. */
    long usedBytes() throws SQLException {
        return (number("PRAGMA page_count") - number("PRAGMA freelist_count")) * number("PRAGMA page_size")
            + lackingBytes;
    }

    /**
     * The disk has no room for as much as the database may take: what is missing counts as used from now on, so that
     * old readings are deleted for new ones.
     *
     * @param maxBytes what the database may take
     * @param roomBytes what it may grow by
     */
    void fitToDisk(long maxBytes, long roomBytes) throws SQLException {
        lackingBytes = 0;
        long used = usedBytes();
        lackingBytes = Math.max(0, maxBytes - Math.max(LEAST_BYTES, used + roomBytes));
    }

    /** The disk is full: the next transaction deletes to make room, before anything else. */
    void shrink(long maxBytes) throws SQLException {
        fitToDisk(maxBytes, -ROOM_BYTES);
        isTooLarge = true;
    }

    /** Whether {@link #shrink} was called since the last commit. */
    boolean isTooLarge() {
        return isTooLarge;
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
