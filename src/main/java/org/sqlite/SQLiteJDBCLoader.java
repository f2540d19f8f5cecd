package org.sqlite;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import org.sqlite.util.OSInfo;

/**
 * Replaces the driver's class of this name, which finds the native library. The original goes through the temporary
 * directory with streams, reads its version from a resource, and compares what it has unpacked byte by byte: some 150
 * classes and the first lambdas. Here a file that {@code org.sqlite.lib.path} names is loaded at once. Otherwise the
 * one in the jar is unpacked, and its name taken away as soon as it is loaded, so that nothing is left behind.
 */
public final class SQLiteJDBCLoader {
    private static final String LIBRARY = "libsqlitejdbc.so";
    /** What the last attempt said, for whoever has to find out why there is no database. */
    private static String refusal = "";
    private static boolean loaded;

    private SQLiteJDBCLoader() { }

    /**
     * Loads the library, once. Any thread.
     *
     * @return true
     * @throws NativeLibraryNotFoundException if there is none for this machine, or it cannot be loaded
     */
    public static synchronized boolean initialize() throws Exception {
        if (loaded) {
            return true;
        }
        String directory = System.getProperty("org.sqlite.lib.path");
        String name = System.getProperty("org.sqlite.lib.name", LIBRARY);
        loaded = directory != null && load(new File(directory, name)) || loadFromJar() || loadByName();
        if (!loaded) {
            throw new NativeLibraryNotFoundException("No native library found for os.name=" + OSInfo.getOSName()
                + ", os.arch=" + OSInfo.getArchName() + ": " + refusal);
        }
        return true;
    }

    private static boolean loadFromJar() throws IOException {
        String resource = "/org/sqlite/native/" + OSInfo.getNativeLibFolderPathForCurrentOS() + "/" + LIBRARY;
        try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (library == null) {
                return false;
            }
            Path file = Files.createTempFile(
                Paths.get(System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir"))),
                "sqlite-", "-" + LIBRARY);
            try {
                Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
                return load(file.toFile());
            } finally {
                Files.delete(file);
            }
        }
    }

    private static boolean load(File file) {
        if (!file.exists()) {
            refusal = "there is no " + file;
            return false;
        }
        try {
            System.load(file.getAbsolutePath());
            return true;
        } catch (UnsatisfiedLinkError refused) {
            refusal = refused.getMessage();
            return false;
        }
    }

    /** Where the JVM looks by itself. */
    private static boolean loadByName() {
        try {
            System.loadLibrary("sqlitejdbc");
            return true;
        } catch (UnsatisfiedLinkError absent) {
            refusal = refusal.isEmpty() ? absent.getMessage() : refusal;
            return false;
        }
    }
}
