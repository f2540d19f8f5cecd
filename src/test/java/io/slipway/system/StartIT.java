package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the finished jar loads until its first reading goes out to the LAN: on a JVM that only interprets, that is what
 * the start costs. Told by the JVM's own list, so it is the same on every machine, however busy.
 */
class StartIT {
    /** 1842 when this was written, some 450 of them those of a JVM that does nothing; more when each was checked. */
    private static final int MOST_CLASSES = 2000;
    /** What the start script gives to a JVM that only interprets; without it, some 300 classes more to check others. */
    private static final List<String> AS_ON_A_ROUTER = List.of("-XX:+UnlockDiagnosticVMOptions",
        "-XX:-BytecodeVerificationRemote");
    /** The first class that only a reading needs. */
    private static final String FIRST_READING = "io.slipway.reading.Reading";
    private static final String LIBRARY = "libsqlitejdbc.so";
    /** Loaded before the head start begins that the client for the cloud leaves to the readings. */
    private static final String SENDER = "io.slipway.upstream.Sender";
    private static final double HEAD_START_S = 5;
    private static final int MOST_STARTS = 3;

    @TempDir
    Path directory;
    private final List<String> loaded = new ArrayList<>();

    /** Where no reading comes within the head start, the client for the cloud is rightly loaded before it. */
    @BeforeEach
    void startUntilOneHadItsFirstReadingInTime() throws Exception {
        try (JarFile jar = new JarFile(GatewayProcess.JAR.toFile())) {
            Files.copy(jar.getInputStream(jar.getEntry("org/sqlite/native/Linux/x86_64/" + LIBRARY)),
                directory.resolve(LIBRARY));
        }
        int starts = 0;
        List<String> lines;
        do {
            lines = startUntilTheFirstReading(Files.createDirectory(directory.resolve("start" + starts++)));
        } while (starts < MOST_STARTS && uptime(FIRST_READING, lines) - uptime(SENDER, lines) >= HEAD_START_S);
        for (String line : lines) {
            loaded.add(line.replaceFirst("^(\\[.*?\\])+ ", ""));
        }
    }

    /** Returns what the JVM logged: {@code [0.123s]... CLASS source: ...}. */
    private List<String> startUntilTheFirstReading(Path place) throws Exception {
        Path list = place.resolve("classes");
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { });
             Mosquitto cloud = new Mosquitto(directory, "allow_anonymous true").start();
             Place there = Place.cloud(cloud.port());
             GatewayProcess gateway = new GatewayProcess(place, "tcp://127.0.0.1:" + mote.port(),
                 "config upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:" + cloud.port() + "'\n")) {
            gateway.flags(AS_ON_A_ROUTER).flags(List.of("-Dorg.sqlite.lib.path=" + directory,
                "-Xlog:class+load:file=" + list)).launch();
            RecordedMesh mesh = new RecordedMesh(mote, new Random(1));
            mesh.play("cng-udp.m2h");
            Await.until("everything in the cloud", 60, () -> there.size() == mesh.expected().size());
        }
        return Files.readAllLines(list);
    }

    /** When it was loaded, in seconds. */
    private static double uptime(String name, List<String> lines) {
        for (String line : lines) {
            if (line.contains(" " + name + " ")) {
                return Double.parseDouble(line.substring(1, line.indexOf('s')));
            }
        }
        throw new AssertionError("no " + name);
    }

    @Test
    void fewClassesAreLoadedAndTheClientForTheCloudComesLater() {
        List<String> before = beforeTheFirstReading();
        System.out.println(before.size() + " classes until the first reading, " + loaded.size() + " until the cloud");
        assertTrue(before.size() <= MOST_CLASSES, before.size() + " classes:\n" + String.join("\n", before));
        assertTrue(starting("com.hivemq.", loaded) > 0, "no client for the cloud at all");
        for (String dear : new String[] {"com.hivemq.", "io.reactivex.", "java.lang.ProcessHandle ",
            "java.sql.DriverManager ", "sun.reflect.annotation.AnnotationInvocationHandler ",
            "java.lang.management."}) {
            assertEquals(0, starting(dear, before), dear);
        }
        // The one that hears SIGHUP, which must not end a gateway that has only just begun.
        assertTrue(starting("jdk.proxy", before) <= 1, "jdk.proxy");
    }

    @Test
    void theJvmsOwnLoaderLoadsOnlyOurs() {
        List<String> byTheJvm = new ArrayList<>();
        for (String line : loaded) {
            if (line.contains(" source: file:")) {
                byTheJvm.add(line.substring(0, line.indexOf(' ')));
            }
        }
        assertEquals(List.of("io.slipway.gateway.Launcher"), byTheJvm);
        assertFalse(loaded.isEmpty());
    }

    @Test
    void noClassOfALambdaIsMadeOnTheWayToTheFirstReadingButTheJdksOwn() {
        for (String line : beforeTheFirstReading()) {
            assertFalse(line.contains("$$Lambda$") && line.contains("/0x") && !line.startsWith("java.")
                && !line.startsWith("sun."), line);
        }
    }

    private List<String> beforeTheFirstReading() {
        for (int i = 0; i < loaded.size(); i++) {
            if (loaded.get(i).startsWith(FIRST_READING + " ")) {
                return loaded.subList(0, i);
            }
        }
        throw new AssertionError("no reading");
    }

    private static int starting(String name, List<String> lines) {
        int count = 0;
        for (String line : lines) {
            if (line.startsWith(name)) {
                count++;
            }
        }
        return count;
    }
}
