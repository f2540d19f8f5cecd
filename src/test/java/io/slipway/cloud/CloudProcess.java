package io.slipway.cloud;

import io.slipway.testing.Await;
import io.slipway.testing.Postgres;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A cloud node as its users run it: the finished jar, with PostgreSQL's driver beside it. */
final class CloudProcess implements AutoCloseable {
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final Path config;
    private final Path log;
    private Process process;

    /**
     * Does not start it yet.
     *
     * @param missingAfterS when it asks for what is missing
     */
    CloudProcess(Path dir, String name, int brokerPort, Postgres postgres, int missingAfterS) throws IOException {
        config = dir.resolve(name + ".conf");
        log = dir.resolve(name + ".log");
        Files.writeString(config, "config cloud\n\toption url 'mqtt://127.0.0.1:" + brokerPort
            + "'\n\toption database '" + postgres.url() + "'\n\toption missing_after_s '" + missingAfterS + "'\n");
    }

    private static List<String> command(String... arguments) throws IOException {
        String driver;
        try {
            driver = Path.of(org.postgresql.Driver.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
        } catch (java.net.URISyntaxException wrong) {
            throw new IOException(wrong);
        }
        List<String> words = new ArrayList<>(List.of(JAVA, "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-cp", System.getProperty("slipway.jar", "target/slipway.jar") + File.pathSeparator + driver,
            "io.slipway.gateway.Main"));
        words.addAll(List.of(arguments));
        return words;
    }

    /** Starts it and waits until the broker has let it in. */
    CloudProcess start() throws IOException {
        long before = connections();
        process = new ProcessBuilder(command("cloud", "--config", config.toString())).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        Await.until("the cloud node; its log is " + log, 60, () -> {
            if (!process.isAlive()) {
                throw new AssertionError(Files.readString(log));
            }
            return connections() > before;
        });
        return this;
    }

    private long connections() throws IOException {
        return !Files.exists(log) ? 0
            : Files.readAllLines(log).stream().filter(line -> line.contains("broker: connected")).count();
    }

    /** What {@code fleet} says. */
    String fleet(String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(command("fleet"));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--config", config.toString()));
        Process fleet = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(fleet.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return fleet.waitFor() + " " + said;
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                kill();
                throw new AssertionError("the cloud node does not end on SIGTERM");
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
