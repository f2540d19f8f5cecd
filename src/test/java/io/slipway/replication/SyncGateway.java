package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A whole gateway as a process of its own, in a network namespace of its own where that is wanted. */
final class SyncGateway implements AutoCloseable {
    static final String PASSWORD = "a password of sixteen and more";

    final String id;
    final Path dir;
    final int lan = Mosquitto.freePort();
    private final int radio = Mosquitto.freePort();
    int port = Mosquitto.freePort();
    /** For the JVM that runs the gateway. */
    List<String> flags = List.of();
    /** What stands before each command, such as {@code ip netns exec NAME}. */
    List<String> prefix = List.of();
    /** Where the others reach it. */
    String host = "127.0.0.1";
    private final List<String> cluster = new ArrayList<>();
    private final List<String> more = new ArrayList<>();
    private String clusterName = "test";
    int blockAgeS = 1;
    /** Without replication. */
    boolean isAlone;
    private String jar;
    private Process process;
    private int published;

    SyncGateway(Path directory, String id) throws IOException {
        this.id = id;
        this.dir = Files.createDirectories(directory.resolve(id));
        Files.writeString(dir.resolve("password"), PASSWORD + "\n");
    }

    /** Adds options to {@code config cluster}. */
    SyncGateway with(String... options) {
        cluster.addAll(Arrays.asList(options));
        return this;
    }

    /** Gives the cluster another name. */
    SyncGateway cluster(String name) {
        clusterName = name;
        return this;
    }

    /** Adds whole sections. */
    SyncGateway section(String... lines) {
        more.addAll(Arrays.asList(lines));
        return this;
    }

    /** Names another gateway and connects to it. */
    SyncGateway connectsTo(SyncGateway other) {
        return section("config peer", "option id '" + other.id + "'",
            "option url 'tcp://" + other.host + ":" + other.port + "'");
    }

    /** Names another gateway, which connects to this one. */
    SyncGateway knows(SyncGateway other) {
        return section("config peer", "option id '" + other.id + "'");
    }

    private Path configuration() throws IOException {
        List<String> lines = new ArrayList<>(List.of("config gateway", "option id '" + id + "'",
            "option data_dir '" + dir.resolve("data") + "'", "config mesh",
            "option link 'udp://[::1]:" + radio + "'", "option prefix 'fd00::/64'", "option coap_port '0'",
            "config broker", "option listen '127.0.0.1:" + lan + "'",
            "config ingest", "list filter 'sensors/#'"));
        if (isAlone) {
            return Files.write(dir.resolve("slipway.conf"), lines);
        }
        lines.addAll(List.of("config cluster", "option name '" + clusterName + "'",
            "option block_age_s '" + blockAgeS + "'", "option password_file '" + dir.resolve("password") + "'",
            "option listen '" + host + ":" + port + "'"));
        if (!host.startsWith("127.")) {
            lines.add("option allow_plain '1'");
        }
        lines.addAll(cluster);
        lines.addAll(more);
        return Files.write(dir.resolve("slipway.conf"), lines);
    }

    /** Runs the finished product, where the test is one against that. */
    SyncGateway finished() {
        jar = System.getProperty("slipway.jar");
        return this;
    }

    private ProcessBuilder java(String... args) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(Paths.get(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(jar != null ? List.of("-jar", jar)
            : List.of("-cp", System.getProperty("java.class.path"), "io.slipway.gateway.Main"));
        command.addAll(Arrays.asList(args));
        return new ProcessBuilder(command);
    }

    SyncGateway start() throws Exception {
        assertTrue(process == null || !process.isAlive(), id + " runs already");
        ProcessBuilder run = java("run", "--config", configuration().toString());
        run.command().addAll(prefix.size() + 1, flags);
        process = run.redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile())).start();
        Await.until(id + " to run", 120, () -> {
            assertTrue(process.isAlive(), () -> id + " has ended: " + log());
            return status().contains(isAlone ? "\"store\":\"open\"" : "\"replication\":\"open\"");
        });
        return this;
    }

    /** What it says where it cannot start. */
    String startFailing() throws Exception {
        return run(java("run", "--config", configuration().toString()), 1);
    }

    String log() {
        try {
            return Files.readString(dir.resolve("log"));
        } catch (IOException none) {
            return "";
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** {@code kill -9}. */
    void kill() throws IOException, InterruptedException {
        if (process != null) {
            signal("CONT");
            process.destroyForcibly();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), id + " does not die");
        }
    }

    /** Sends a signal by its name. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    }

    /** An orderly end. */
    void stop() throws Exception {
        process.destroy();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), id + " does not end");
    }

    @Override
    public void close() throws IOException {
        try {
            kill();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** The output of a command in the gateway's place. */
    String run(ProcessBuilder builder, int expected) throws Exception {
        Process one = builder.redirectErrorStream(true).start();
        String said = new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = one.waitFor();
        if (status != expected) {
            // Not an assertion: who waits for it asks again.
            throw new IOException("status " + status + ": " + said);
        }
        return said.trim();
    }

    /** A sub-command of slipway, with this gateway's configuration. */
    String cli(int expected, String... args) throws Exception {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.addAll(List.of("--config", dir.resolve("slipway.conf").toString()));
        return run(java(all.toArray(new String[0])), expected);
    }

    String status() throws Exception {
        return prefix.isEmpty() ? ask("json") : cli(0, "status", "--json");
    }

    String ask(String question) throws IOException {
        return new String(io.slipway.health.StatusPort.ask(dir.resolve("data"), question), StandardCharsets.UTF_8);
    }

    /** A number out of the status. */
    long figure(String name) throws Exception {
        Matcher found = Pattern.compile("\"" + name + "\":(-?[0-9]+)").matcher(status());
        return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    private ProcessBuilder command(String... words) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(Arrays.asList(words));
        return new ProcessBuilder(all);
    }

    /** So many readings a second, for so long. */
    void publishEvenly(int aSecond, int seconds) throws Exception {
        Process pub = command("mosquitto_pub", "-p", "" + lan, "-q", "1", "-t", "sensors/" + id, "-l")
            .redirectErrorStream(true).start();
        long start = System.nanoTime();
        try (OutputStream in = pub.getOutputStream()) {
            for (int i = 0; i < aSecond * seconds; i++) {
                LockSupport.parkNanos(start + i * 1_000_000_000L / aSecond - System.nanoTime());
                in.write((id + " " + ++published + "\n").getBytes(StandardCharsets.US_ASCII));
                in.flush();
            }
        }
        String said = new String(pub.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, pub.waitFor(), said);
    }

    /** Readings from the LAN; returns once the broker has acknowledged each. */
    void publish(int count) throws Exception {
        publish(count, 0, null);
    }

    /** The same, each with as many characters behind it, which deflate to three quarters of that. */
    void publishLong(int count, int characters, Random random) throws Exception {
        publish(count, characters, random);
    }

    private void publish(int count, int characters, Random random) throws Exception {
        Process pub = command("mosquitto_pub", "-p", "" + lan, "-q", "1", "-t", "sensors/" + id, "-l")
            .redirectErrorStream(true).start();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            lines.write((id + " " + ++published + " ").getBytes(StandardCharsets.US_ASCII));
            for (int k = 0; k < characters; k++) {
                lines.write('!' + random.nextInt(90));
            }
            lines.write('\n');
        }
        try (OutputStream in = pub.getOutputStream()) {
            in.write(lines.toByteArray());
        }
        String said = new String(pub.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, pub.waitFor(), said);
    }

    /** One retained or other message from the LAN. */
    void publish(String topic, String payload, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("mosquitto_pub", "-p", "" + lan, "-q", "1", "-t", topic));
        words.addAll(payload == null ? List.of("-n") : List.of("-m", payload));
        words.addAll(Arrays.asList(options));
        run(command(words.toArray(new String[0])), 0);
    }

    /** What is retained under a topic; empty for nothing. */
    String retained(String topic) throws Exception {
        Process sub = command("mosquitto_sub", "-p", "" + lan, "-t", topic, "-C", "1", "-W", "2").start();
        String said = new String(sub.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        sub.waitFor();
        return said.trim();
    }

    Path replica() {
        return dir.resolve("data").resolve("replica.db");
    }
}
