package io.slipway.system;

import io.slipway.testing.Mosquitto;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;

/** Runs a number of cycles as several ordeals, two at a time, each beginning in an empty directory. */
final class Ordeals {
    /** Lives of one gateway: enough for a history, few enough that beginnings are tried often. */
    private static final int CYCLES_EACH = 25;

    /** What happens to a gateway in one cycle. */
    interface Cycle {
        /** Lets the gateway live once. */
        void run(Ordeal ordeal) throws Exception;
    }

    private final Path directory;
    private final long seed = Long.getLong("slipway.seed", System.nanoTime());
    private final List<String> flags;

    /** Makes what has a JVM start fast: the native library as a file, and an archive of the classes. */
    Ordeals(Path directory) throws Exception {
        this.directory = directory;
        Path library = Files.createDirectories(directory.resolve("natives")).resolve("libsqlitejdbc.so");
        try (JarFile jar = new JarFile(GatewayProcess.JAR.toFile())) {
            Files.copy(jar.getInputStream(jar.getEntry("org/sqlite/native/Linux/x86_64/libsqlitejdbc.so")), library);
        }
        List<String> fast = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
            "-Dorg.sqlite.lib.path=" + library.getParent()));
        Path archive = directory.resolve("classes.jsa");
        archive(archive, fast);
        fast.add("-XX:SharedArchiveFile=" + archive);
        flags = fast;
    }

    private void archive(Path archive, List<String> fast) throws Exception {
        Path dir = Files.createDirectories(directory.resolve("archive"));
        try (ServerSocket mote = new ServerSocket(0);
             GatewayProcess once = new GatewayProcess(dir, "tcp://127.0.0.1:" + mote.getLocalPort(),
                 "config upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:" + Mosquitto.freePort() + "'\n")) {
            once.flags(fast).flags(List.of("-XX:ArchiveClassesAtExit=" + archive)).start().stop();
        }
    }

    /** Runs them all; a failure says the seed that repeats it with {@code -Dslipway.seed}. */
    Ordeal.Tally run(String name, int cycles, Cycle cycle) throws Exception {
        System.out.println(name + ": seed " + seed);
        Ordeal.Tally tally = new Ordeal.Tally();
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> all = new ArrayList<>();
            int each = Math.min(CYCLES_EACH, (cycles + 1) / 2);
            for (int from = 0; from < cycles; from += each) {
                int number = from / each;
                int count = Math.min(each, cycles - from);
                all.add(two.submit(() -> {
                    one(name, number, count, cycle, tally);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause().getMessage(), failed.getCause());
        } finally {
            two.shutdownNow();
            two.awaitTermination(60, TimeUnit.SECONDS);
        }
        System.out.println(name + ": " + tally);
        return tally;
    }

    private void one(String name, int number, int count, Cycle cycle, Ordeal.Tally tally) throws Exception {
        Path dir = Files.createDirectory(directory.resolve(name + "-" + number));
        try (Ordeal ordeal = new Ordeal(dir, new Random(seed + number), flags)) {
            try {
                for (int i = 0; i < count; i++) {
                    cycle.run(ordeal);
                }
                ordeal.judge();
            } catch (Exception | AssertionError failed) {
                throw new AssertionError("seed " + seed + ", " + ordeal + ": " + failed.getMessage() + "\nits log:\n"
                    + tail(ordeal.gateway), failed);
            }
            ordeal.addTo(tally);
        }
    }

    private static String tail(GatewayProcess gateway) throws IOException {
        String log = gateway.log();
        return log.substring(Math.max(0, log.length() - 4000));
    }
}
