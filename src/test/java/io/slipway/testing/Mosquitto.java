package io.slipway.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real mosquitto process on a free port, which can be killed and started again on the same port. */
public final class Mosquitto implements AutoCloseable {
    private static final Path PROGRAM = Paths.get("/usr/sbin/mosquitto");
    private static final int FIRST_PORT = 12_000;
    private static final int FORKS = 4;
    private static final int RANGE = 5000;
    private static final AtomicInteger NEXT_PORT = new AtomicInteger((int) System.nanoTime());

    private final Path dir;
    private final Path config;
    private final int port = freePort();
    private Process process;

    /**
     * Does not start it yet.
     *
     * @param dir a directory of the test's, for the configuration and the log
     * @param lines further lines of mosquitto.conf, after the listener
     */
    public Mosquitto(Path dir, String... lines) throws IOException {
        if (!Files.isExecutable(PROGRAM)) {
            throw new AssertionError(PROGRAM + " is missing; this test needs it: apt-get install mosquitto");
        }
        this.dir = dir;
        this.config = dir.resolve("mosquitto-" + port + ".conf");
        String text = "listener " + port + " 127.0.0.1\n" + String.join("\n", Arrays.asList(lines)) + "\n";
        // Started by root it would become another user, who cannot read the test's files.
        Files.writeString(config, "user root\nlog_type all\n" + text);
    }

    public int port() {
        return port;
    }

    /** Starts it and waits until it accepts connections on every listener: it opens them one after the other. */
    public Mosquitto start() throws IOException {
        process = new ProcessBuilder(PROGRAM.toString(), "-c", config.toString())
            .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
        for (String line : Files.readAllLines(config)) {
            if (line.startsWith("listener ")) {
                awaitListener(Integer.parseInt(line.split(" ")[1]));
            }
        }
        return this;
    }

    private void awaitListener(int listener) {
        Await.until("mosquitto to listen on " + listener + "; its log is " + log(), 20, () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", listener), 1000);
                return true;
            }
        });
    }

    /** As {@code kill -9}: whatever it had in memory is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Has it read its access rules again (SIGHUP). */
    public void reload() throws IOException, InterruptedException {
        signal("HUP");
    }

    /** Sends a signal by its name. */
    public void signal(String name) throws IOException, InterruptedException {
        // The shell's own kill: a small system has no other.
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).inheritIO().start().waitFor();
    }

    public Path log() {
        return dir.resolve("mosquitto-" + port + ".log");
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A port that nobody listens on at this moment, and that is not among those that the kernel gives out by itself
     * (32768 and above): between now and its use no connection takes it. Tests that run side by side have ranges of
     * their own, and no port comes twice in a thousand.
     */
    public static int freePort() {
        int fork = Integer.getInteger("surefire.forkNumber", 0) % FORKS;
        for (int i = 0; i < RANGE; i++) {
            int port = FIRST_PORT + fork * RANGE + Math.floorMod(NEXT_PORT.getAndIncrement(), RANGE);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
        throw new AssertionError("no port is free");
    }
}
