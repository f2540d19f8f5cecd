package io.slipway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Runs with the libraries of src/main/native in place of those in the jars:
 * {@code -DjSerialComm.library.path=DIR -Dorg.sqlite.lib.path=DIR}. Both jars fall back to their own library without
 * a word if that fails, so that other tests would prove nothing.
 */
@EnabledIfSystemProperty(named = "jSerialComm.library.path", matches = ".+")
@EnabledIfSystemProperty(named = "org.sqlite.lib.path", matches = ".+")
class OwnNativesTest {
    private static final long SIGUSR1_AND_SIGUSR2 = 1L << 9 | 1L << 11;

    @Test
    void theSerialLibraryIsLoadedFromTheGivenDirectoryAndIgnoresNoSignal() throws Exception {
        assertEquals(0, ignoredSignals() & SIGUSR1_AND_SIGUSR2);
        assertEquals(0, SerialPort.getCommPorts().length);
        assertLoaded(Paths.get(System.getProperty("jSerialComm.library.path"), "libjSerialComm.so"));
        assertEquals(0, ignoredSignals() & SIGUSR1_AND_SIGUSR2);
    }

    @Test
    void theSqliteLibraryIsLoadedFromTheGivenDirectoryAndIsNotOlderThanTheJar() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
             Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery("SELECT sqlite_version()")) {
            assertLoaded(Paths.get(System.getProperty("org.sqlite.lib.path"), "libsqlitejdbc.so"));
            assertTrue(row.next());
            String sqlite = row.getString(1);
            String driver = connection.getMetaData().getDriverVersion();
            assertTrue(rank(sqlite) >= rank(driver), "the jar is " + driver + ", its library has SQLite " + sqlite);
        }
    }

    private static int rank(String version) {
        String[] parts = version.split("\\.");
        return Integer.parseInt(parts[0]) * 1_000_000 + Integer.parseInt(parts[1]) * 1_000 + Integer.parseInt(parts[2]);
    }

    private static void assertLoaded(Path library) throws IOException {
        String file = library.toRealPath().toString();
        for (String line : Files.readAllLines(Paths.get("/proc/self/maps"))) {
            if (line.endsWith(" " + file)) {
                return;
            }
        }
        throw new AssertionError(file + " is not loaded");
    }

    private static long ignoredSignals() throws IOException {
        for (String line : Files.readAllLines(Paths.get("/proc/self/status"))) {
            if (line.startsWith("SigIgn:")) {
                return Long.parseUnsignedLong(line.substring(7).trim(), 16);
            }
        }
        throw new AssertionError("no SigIgn in /proc/self/status");
    }
}
