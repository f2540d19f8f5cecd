package io.slipway.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real PostgreSQL in a directory of its own, which can be stopped as in a crash and started again. It refuses to run
 * as root; then it runs as nobody.
 */
public final class Postgres implements AutoCloseable {
    private final Path bin = programs();
    private final Path dir;
    private final int port = Mosquitto.freePort();
    private final List<String> options;
    private Process process;

    /** Makes the files, as the server's settings are to be, and starts it. */
    public Postgres(String... options) throws IOException, InterruptedException {
        this.options = List.of(options);
        dir = Files.createTempDirectory("slipway-postgres");
        if (isRoot()) {
            command("chown", "nobody", dir.toString());
        }
        own(bin.resolve("initdb").toString(), "-D", dir.resolve("data").toString(), "-U", "slipway", "-A", "trust",
            "-E", "UTF8", "--no-sync", "--locale=C");
        start();
    }

    private static Path programs() {
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(Path.of("/usr/lib/postgresql"))) {
            for (Path version : versions) {
                if (Files.isExecutable(version.resolve("bin/initdb"))) {
                    return version.resolve("bin");
                }
            }
        } catch (IOException none) {
            // Said below.
        }
        throw new AssertionError("PostgreSQL is missing; this test needs it: apt-get install postgresql");
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static List<String> unprivileged(String... command) {
        List<String> words = new ArrayList<>();
        if (isRoot()) {
            words.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        }
        words.addAll(List.of(command));
        return words;
    }

    private void own(String... command) throws IOException, InterruptedException {
        command(unprivileged(command).toArray(new String[0]));
    }

    private void command(String... command) throws IOException, InterruptedException {
        Process run = new ProcessBuilder(command).redirectErrorStream(true).directory(dir.toFile()).start();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (run.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ":\n" + said);
        }
    }

    /** Starts it and waits until it lets somebody in. */
    public void start() throws IOException {
        List<String> words = unprivileged(bin.resolve("postgres").toString(), "-D", dir.resolve("data").toString(),
            "-p", "" + port, "-h", "127.0.0.1", "-k", dir.toString());
        for (String option : options) {
            words.addAll(List.of("-c", option));
        }
        process = new ProcessBuilder(words).redirectErrorStream(true).directory(dir.toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
        Await.until("PostgreSQL to start; its log is " + log(), 60, () -> number("SELECT 1") == 1);
    }

    /** Ends it at once, with everything that was not committed (SIGQUIT, its immediate mode). */
    public void crash() throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -QUIT " + process.pid()).inheritIO().start().waitFor();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("PostgreSQL does not end");
        }
    }

    public Path log() {
        return dir.resolve("log");
    }

    /** For programs. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=slipway";
    }

    /** The one number that a query gives; nothing is 0. */
    public long number(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
             Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** The rows that a query gives, the columns of each with a space between. */
    public List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url());
             Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                StringBuilder line = new StringBuilder();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    line.append(i == 1 ? "" : " ").append(row.getString(i));
                }
                rows.add(line.toString());
            }
        }
        return rows;
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
             Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Writes a backup into a file beside the data, and says which. */
    public Path dump() throws IOException, InterruptedException {
        Path file = dir.resolve("backup.sql");
        own(bin.resolve("pg_dump").toString(), "-h", dir.toString(), "-p", "" + port, "-U", "slipway", "--clean",
            "-f", file.toString(), "postgres");
        return file;
    }

    /** Puts the backup in the place of what there is; whoever is connected is thrown out first. */
    public void restore(Path file) throws IOException, InterruptedException, SQLException {
        own(bin.resolve("psql").toString(), "-h", dir.toString(), "-p", "" + port, "-U", "slipway", "-q", "-1", "-v",
            "ON_ERROR_STOP=1", "-c", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE pid <> pg_backend_pid() AND datname = 'postgres'", "-f", file.toString(), "postgres");
    }

    @Override
    public void close() throws IOException {
        try {
            if (process != null && process.isAlive()) {
                crash();
            }
            new ProcessBuilder("rm", "-rf", dir.toString()).inheritIO().start().waitFor();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
