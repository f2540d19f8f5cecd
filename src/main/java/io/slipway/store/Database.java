package io.slipway.store;

import java.io.Closeable;
import java.io.IOException;
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
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.jdbc4.JDBC4Connection;

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

    private final Path file;
    /** What the file system calls the file, whatever its name. */
    private final Object fileKey;
    private final Connection connection;

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
     * @throws StoreException if a newer version of the program wrote it; the file is untouched
     */
    static Database open(Path file) throws SQLException, StoreException, IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Leftovers.remove();
        // Straight to the connection: DriverManager would look through the whole class path for drivers, and the
        // driver's main class makes itself known to DriverManager.
        String uri = uri(file);
        Database database = new Database(file, new JDBC4Connection("jdbc:sqlite:" + uri, uri, new Properties()));
        try {
            database.configure();
            Schema.upgrade(database);
            return database;
        } catch (SQLException | StoreException | RuntimeException failed) {
            database.close();
            throw failed;
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
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code;
    }

    /** Whether another process has the file open. */
    static boolean isLocked(SQLException failure) {
        return primaryCode(failure) == SQLiteErrorCode.SQLITE_BUSY.code;
    }

    /** SQLite's result code without what further bits say about it; -1 where the failure is not SQLite's. */
    private static int primaryCode(SQLException failure) {
        return failure instanceof SQLiteException ? ((SQLiteException) failure).getResultCode().code & 0xff : -1;
    }

    /**
     * Gives a damaged database another name, its log too; it is never deleted.
     *
     * @return the new name
     */
    static Path setAside(Path file) throws IOException {
        String name = file.getFileName().toString();
        int number = 1;
        Path aside;
        do {
            aside = file.resolveSibling(name + ".damaged-" + number++);
        } while (Files.exists(aside));
        Files.move(file, aside);
        for (String part : new String[] {"-wal", "-journal"}) {
            Path log = file.resolveSibling(name + part);
            if (Files.exists(log)) {
                Files.move(log, file.resolveSibling(aside.getFileName() + part));
            }
        }
        return aside;
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
        return connection.prepareStatement(sql);
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
