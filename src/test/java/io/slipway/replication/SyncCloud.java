package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.Postgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A cloud node as a process of its own. */
final class SyncCloud implements AutoCloseable {
    final Path dir;
    /** What stands before each command, such as {@code ip netns exec NAME}. */
    List<String> prefix = List.of();
    private final List<String> lines = new ArrayList<>();
    private Process process;

    /** Several may share a broker and a database. */
    SyncCloud(Path directory, String name, Mosquitto broker, Postgres database) throws IOException {
        this(directory, name, broker, database.url());
    }

    /** With any database. */
    SyncCloud(Path directory, String name, Mosquitto broker, String database) throws IOException {
        this(directory, name, "mqtt://127.0.0.1:" + broker.port(), database);
    }

    /** @param broker the address of a broker that may be anywhere */
    SyncCloud(Path directory, String name, String broker, String database) throws IOException {
        dir = Files.createDirectories(directory.resolve(name));
        Files.writeString(dir.resolve("password"), SyncGateway.PASSWORD + "\n");
        lines.addAll(List.of("config cloud", "option url '" + broker + "'", "option database '" + database + "'"));
    }

    /** Adds options and sections. */
    SyncCloud with(String... more) {
        lines.addAll(Arrays.asList(more));
        return this;
    }

    Path data() {
        return dir.resolve("data");
    }

    private ProcessBuilder java(String... args) throws IOException {
        Files.write(dir.resolve("cloud.conf"), lines);
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
            Paths.get(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", System.getProperty("java.class.path"),
            "io.slipway.gateway.Main"));
        command.addAll(Arrays.asList(args));
        command.addAll(List.of("--config", dir.resolve("cloud.conf").toString()));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /**
     * Starts it and waits until the broker has let it in on as many connections as it is to have, none where the
     * broker may be out of reach, and until a member of a cluster takes values.
     */
    SyncCloud start(int connections) throws IOException {
        long before = connected();
        process = java("cloud").redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile())).start();
        Await.until("the cloud node", 120, () -> {
            assertTrue(process.isAlive(), () -> "it has ended: " + log());
            return connected() >= before + connections;
        });
        if (lines.contains("config cluster")) {
            Await.until("the replica to be open", 120, () -> say("shared", "list").startsWith("0"));
        }
        return this;
    }

    private long connected() {
        return log().lines().filter(line -> line.endsWith(": connected")).count();
    }

    String log() {
        try {
            return Files.readString(dir.resolve("log"));
        } catch (IOException none) {
            return "";
        }
    }

    /** What it says where it cannot start, after its exit status. */
    String startFailing() throws Exception {
        return say("cloud");
    }

    /** What a sub-command says, after its exit status. */
    String say(String... args) throws Exception {
        Process one = java(args).start();
        String said = new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return one.waitFor() + " " + said.trim();
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not die");
    }

    @Override
    public void close() {
        try {
            if (process != null) {
                kill();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
