package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.Config;
import io.slipway.health.Health;
import io.slipway.testing.Await;
import io.slipway.testing.TalkingMote;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway process of which a thread hangs ends by itself, and each life says how the one before ended. */
class WatchdogTest {
    @TempDir
    Path directory;
    private TalkingMote mote;
    private Path config;
    private final List<Process> processes = new ArrayList<>();

    /** A gateway whose next reading, and the thread that brings it, waits for what never comes. */
    public static final class Hanging {
        private Hanging() {
        }

        public static void main(String[] args) throws Exception {
            Config config = Config.load(Path.of(args[0]));
            Health health = new Health();
            Gateway gateway = Gateway.start(config, health);
            Vigil.begin(config, health);
            Field ingest = Gateway.class.getDeclaredField("ingest");
            ingest.setAccessible(true);
            synchronized (ingest.get(gateway)) {
                System.err.println("hangs");
                new CountDownLatch(1).await();
            }
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        mote = new TalkingMote();
        config = directory.resolve("slipway");
        configure("");
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        mote.close();
    }

    private void configure(String watchdog) throws IOException {
        Files.writeString(config, "config gateway\n\toption id 'gw-01'\n\toption data_dir '" + directory.resolve("data")
            + "'\nconfig mesh 'mesh0'\n\toption link '" + mote.link() + "'\nconfig broker\n"
            + "\toption listen '127.0.0.1:0'\nconfig watchdog\n\toption limit_s '10'\n"
            + "\toption disk_limit_s '30'\n" + watchdog);
    }

    /** A pipe in the place of the device: to open it waits for the other end. */
    private Path hardware() throws Exception {
        Path device = directory.resolve("watchdog");
        assertEquals(0, new ProcessBuilder("mkfifo", device.toString()).start().waitFor());
        configure("\toption device '" + device + "'\n");
        return device;
    }

    private Process start(Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx64m",
            "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + directory, "-cp", System.getProperty("java.class.path"),
            main.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
        processes.add(process);
        return process;
    }

    private Path log() {
        return directory.resolve("log");
    }

    private void awaitLog(String what) {
        Await.until(what + " in " + log(), 60, () -> Files.readString(log()).contains(what));
    }

    /** Runs a life until it says how the last one ended. */
    private Process life(String lastStop) throws IOException {
        Files.writeString(log(), "");
        Process process = start(Main.class, "run", "--config", config.toString());
        awaitLog("last_stop: " + lastStop + "\n");
        awaitLog("all threads come around");
        return process;
    }

    @Test
    void aThreadThatHangsEndsTheProcessWithLastWordsAndTheHardwareIsNotReleased() throws Exception {
        Path device = hardware();
        Process process = start(Hanging.class, config.toString());
        try (InputStream fed = Files.newInputStream(device)) {
            assertEquals(0, fed.read());
            awaitLog("hangs");
            mote.say(1, "1");
            assertFalse(new String(fed.readAllBytes(), StandardCharsets.US_ASCII).contains("V"));
        }
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it goes on");
        String said = Files.readString(log());
        assertEquals(Vigil.STUCK, process.exitValue(), said);
        assertTrue(said.contains("The thread link mesh0 has been at one thing for 10 s"), said);
        assertTrue(said.contains("io.slipway.ingest.Ingest.accept("), said);
        configure("");
        life("watchdog");
    }

    @Test
    void eachLifeSaysHowTheLastOneEnded() throws Exception {
        Process first = life("none");
        first.destroy();
        first.waitFor();
        Process second = life("signal");
        second.destroyForcibly().waitFor();
        Process third = life("killed");
        third.destroyForcibly().waitFor();
        Path file = directory.resolve("data").resolve(LastStop.FILE_NAME);
        assertEquals(64, Files.size(file));
        Files.writeString(file, "running of another boot");
        life("power").destroyForcibly().waitFor();
        Files.writeString(file, "\0\1\2");
        life("unknown");
    }

    @Test
    void theHardwaresWatchdogIsFedAndReleasedAtAnOrderlyStop() throws Exception {
        Path device = hardware();
        Process process = start(Main.class, "run", "--config", config.toString());
        try (InputStream fed = Files.newInputStream(device)) {
            assertEquals(0, fed.read());
            assertEquals(0, fed.read());
            awaitLog("Gateway gw-01 runs");
            process.destroy();
            String rest = new String(fed.readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(rest.endsWith("V"), rest);
        }
        process.waitFor();
    }
}
