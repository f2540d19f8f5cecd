package io.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the disk that cuts the power finds what there is to find, in a program that is nothing but SQLite. */
class FailingDiskTest {
    private static final int CUTS = 8;
    /** More operations than the set-up of the database takes, so that rows have been committed. */
    private static final int SET_UP = 40;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("slipway.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** Commits row after row and says so after each, until the power goes. */
    public static final class Writer {
        private Writer() {
        }

        public static void main(String[] args) throws SQLException {
            try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + args[0]);
                 Statement statement = database.createStatement()) {
                statement.execute("PRAGMA locking_mode=EXCLUSIVE");
                statement.execute("PRAGMA journal_mode=" + args[1]);
                statement.execute("PRAGMA synchronous=" + args[2]);
                statement.execute("PRAGMA wal_autocheckpoint=20");
                statement.execute("CREATE TABLE t(i INTEGER PRIMARY KEY, b BLOB)");
                for (int i = 1; true; i++) {
                    statement.execute("INSERT INTO t VALUES(" + i + ", randomblob(300))");
                    System.out.println(i);
                }
            }
        }
    }

    @Test
    void whatWasSyncedIsThereAfterEveryCut() throws Exception {
        for (String journal : new String[] {"wal", "truncate", "delete"}) {
            assertEquals(0, losses(journal, "FULL", Map.of()), journal);
        }
    }

    @Test
    void withoutSyncsMuchIsLostAndIsSeenToBe() throws Exception {
        assertTrue(losses("wal", "OFF", Map.of()) > CUTS / 2);
    }

    @Test
    void aSyncThatLiesIsFoundOut() throws Exception {
        assertTrue(losses("wal", "FULL", Map.of("DISK_SYNC_LIES", "1")) > CUTS / 2);
    }

    /** After how many cuts a row was missing that had been committed, or the database was damaged. */
    private int losses(String journal, String synchronous, Map<String, String> more) throws Exception {
        int losses = 0;
        for (int cut = 0; cut < CUTS; cut++) {
            Path root = Files.createDirectories(directory.resolve(journal + synchronous + more.size() + cut));
            Path file = root.resolve("t.db");
            ProcessBuilder builder = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xshare:auto",
                "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + directory, "-cp",
                System.getProperty("java.class.path"), Writer.class.getName(), file.toString(), journal, synchronous);
            builder.environment().putAll(FailingDisk.cut(root, directory.resolve("graves"),
                SET_UP + random.nextInt(300), 60_000, random.nextLong()));
            builder.environment().putAll(more);
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            int committed = run(builder);
            if (!holds(file, committed)) {
                losses++;
            }
        }
        System.out.println("seed " + seed + ", " + journal + ", " + synchronous + " " + more + ": losses after "
            + losses + " of " + CUTS + " cuts");
        return losses;
    }

    private static int run(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.start();
        try (BufferedReader lines = process.inputReader()) {
            int last = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = Integer.parseInt(line);
            }
            assertEquals(FailingDisk.CUT_STATUS, process.waitFor());
            return last;
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean holds(Path file, int committed) {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + file);
             Statement statement = database.createStatement()) {
            try (ResultSet row = statement.executeQuery("PRAGMA integrity_check")) {
                if (!row.next() || !row.getString(1).equals("ok")) {
                    return false;
                }
            }
            try (ResultSet row = statement.executeQuery("SELECT count(*) FROM t WHERE i<=" + committed)) {
                return row.next() && row.getInt(1) == committed;
            }
        } catch (SQLException damaged) {
            return false;
        }
    }
}
