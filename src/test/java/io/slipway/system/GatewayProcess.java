package io.slipway.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import io.slipway.health.StatusPort;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The finished product as its users run it: {@code java -jar slipway.jar run --config FILE}. */
final class GatewayProcess implements AutoCloseable {
    /** The build says where the jar is. */
    static final Path JAR = Path.of(System.getProperty("slipway.jar", "target/slipway.jar"));

    static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    final int lanPort = Mosquitto.freePort();
    final Path dataDir;
    private final Path config;
    private final Path log;
    private final String head;
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> flags = new ArrayList<>(List.of("-Xmx32m", "-XX:+UseSerialGC"));
    private List<String> start = List.of("-jar", JAR.toString());
    private List<String> wrapper = List.of();
    private Process process;

    /** Does not start it yet. */
    GatewayProcess(Path dir, String link, String sections) throws IOException {
        dataDir = dir.resolve("data");
        config = dir.resolve("slipway.conf");
        log = dir.resolve("slipway.log");
        head = "config gateway\n\toption id 'gw-01'\n\toption data_dir '" + dataDir + "'\n"
            + "config mesh 'mesh0'\n\toption link '" + link + "'\n"
            + "config broker\n\toption listen '127.0.0.1:" + lanPort + "'\n";
        sections(sections);
    }

    /** Other sections beside those for gateway, mesh and broker, from the next start on. */
    void sections(String sections) throws IOException {
        Files.writeString(config, head + sections);
    }

    /** Sections behind those that there are, from the next start on. */
    GatewayProcess more(String sections) throws IOException {
        Files.writeString(config, sections, StandardOpenOption.APPEND);
        return this;
    }

    /** Variables of the environment, from the next start on. */
    GatewayProcess environment(Map<String, String> variables) {
        environment.clear();
        environment.putAll(variables);
        return this;
    }

    /** Starts it and waits until it says that it runs. */
    GatewayProcess start() throws IOException {
        long said = starts();
        launch();
        Await.until("the gateway to run; its log is " + log, 60, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the gateway ended:\n" + Files.readString(log));
            }
            return starts() > said;
        });
        return this;
    }

    /** Starts it and waits for nothing. */
    void launch() throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.add(JAVA);
        command.addAll(flags);
        command.addAll(start);
        command.addAll(List.of("run", "--config", config.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /** Lets so much time pass, in which the gateway must not end by itself. */
    void mustLive(int ms) throws InterruptedException, IOException {
        if (awaitEnd(ms)) {
            throw new AssertionError("the gateway ended with " + process.exitValue());
        }
    }

    /** Whether the process ends within this time. */
    boolean awaitEnd(long ms) throws InterruptedException {
        return process.waitFor(ms, TimeUnit.MILLISECONDS);
    }

    /** SIGHUP. Only one that was started {@link #hearingHangUps} is sure to hear it. */
    void hangUp() throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -HUP " + process.pid()).inheritIO().start().waitFor();
    }

    /** Starts it so that it hears SIGHUP also where the tests themselves run with that ignored. */
    GatewayProcess hearingHangUps() {
        wrapper = List.of("env", "--default-signal=HUP");
        return this;
    }

    /** SIGTERM, without waiting for what comes of it. */
    void terminate() {
        process.destroy();
    }

    /** Of a process that has ended. */
    int exitStatus() {
        return process.exitValue();
    }

    /** Has the JVM's boot loader load what it can, as the start script does where the JVM only interprets. */
    GatewayProcess byTheBootLoader() {
        start = List.of("-Xbootclasspath/a:" + JAR, "-cp", JAR.toString(), "io.slipway.gateway.Launcher");
        return this;
    }

    /** Further flags of the JVM; the later of two that contradict each other counts. */
    GatewayProcess flags(List<String> more) {
        flags.addAll(more);
        return this;
    }

    /** The process's resident memory, as the kernel tells it. */
    String memory() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS") || line.startsWith("RssAnon") || line.startsWith("Threads")) {
                text.append(line.replaceAll("\\s+", " ")).append("; ");
            }
        }
        return text.toString();
    }

    /** What it says of itself now. */
    JsonNode status() throws IOException {
        return Captures.JSON.readTree(StatusPort.ask(dataDir, "json"));
    }

    long counter(String label) throws IOException {
        return status().get("counters").get(label).asLong();
    }

    long gauge(String label) throws IOException {
        return status().get("gauges").get(label).asLong();
    }

    /** What is left in the Java heap, in KB, when everything has gone that nobody needs. */
    long liveHeapKb() throws IOException {
        jcmd("GC.run");
        long used = 0;
        for (String line : jcmd("GC.heap_info").split("\n")) {
            if (line.contains(" generation ")) {
                used += Long.parseLong(line.replaceAll(".* used (\\d+)K.*", "$1"));
            }
        }
        return used;
    }

    private String jcmd(String command) throws IOException {
        String program = Path.of(JAVA).resolveSibling("jcmd").toString();
        Process jcmd = new ProcessBuilder(program, "" + process.pid(), command).redirectErrorStream(true).start();
        return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Time of a processor that the process has taken so far, in milliseconds. */
    long cpuMs() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
    }

    /** Bytes that the process had the kernel write to disks. */
    long bytesWritten() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/io"))) {
            if (line.startsWith("write_bytes")) {
                return Long.parseLong(line.substring(line.indexOf(' ') + 1));
            }
        }
        throw new IOException("no write_bytes");
    }

    private long starts() throws IOException {
        return Files.exists(log) ? Files.readString(log).split("Gateway gw-01 runs", -1).length - 1 : 0;
    }

    /** SIGTERM, as procd sends it; returns the exit status. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("the gateway does not stop on SIGTERM");
        }
        return process.exitValue();
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    String log() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    Path config() {
        return config;
    }

    /** A sub-command of the jar, not started. */
    static ProcessBuilder command(String... args) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-Xmx32m", "-XX:+UseSerialGC", "-jar", JAR.toString()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
            Await.until("the gateway's end", 20, () -> !process.isAlive());
            // What jcmd talked to, which a process that is killed leaves behind.
            Path.of("/tmp/.java_pid" + process.pid()).toFile().delete();
        }
    }
}
