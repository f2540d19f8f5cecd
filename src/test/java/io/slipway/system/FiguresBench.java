package io.slipway.system;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.UdpPacket;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the finished jar with the flags for small machines. No test, so nothing runs it but
 * {@code mvn verify -Dit.test=FiguresBench -Dtest=ArchitectureTest}; it asserts nothing and prints what it finds.
 * {@code -Dslipway.vm=zero} has the JVM that only interprets, as the one of MIPS does;
 * {@code -Dslipway.figures=start} leaves the throughput out.
 */
class FiguresBench {
    private static final boolean ZERO = "zero".equals(System.getProperty("slipway.vm"));
    private static final List<String> MEMORY = List.of("-Xms4m", "-Xmn2m", "-Xmx16m", "-Xss256k",
        "-XX:+UseSerialGC", "-XX:-UsePerfData", "-XX:ActiveProcessorCount=1", "-XX:MaxMetaspaceSize=32m",
        "-Dio.netty.eventLoopThreads=1", "-Dio.netty.allocator.type=unpooled", "-Dio.netty.noPreferDirect=true",
        "-Dio.netty.leakDetection.level=disabled", "-Drx2.computation-threads=1", "-Drx2.purge-enabled=false");
    private static final List<String> COMPILER = ZERO ? List.of("-zero")
        : List.of("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=8m", "-XX:CICompilerCount=1");
    private static final int STARTS = 5;
    private static final int READINGS = 20_000;
    private static final int[] RATES = {200, 2000, 10_000, Integer.MAX_VALUE};

    @TempDir
    Path directory;
    private int runs;

    @Test
    void figures() throws Exception {
        System.out.println("jar: " + Files.size(GatewayProcess.JAR) + " bytes; "
            + System.getProperty("java.vm.version") + (ZERO ? " Zero" : " HotSpot C1") + "; java -version: "
            + bareStart() + " ms");
        System.out.println("| flags | first reading, ms | CPU until then, ms | classes | memory |");
        System.out.println("|---|---|---|---|---|");
        for (Map.Entry<String, List<String>> measure : measures().entrySet()) {
            System.out.println("| " + measure.getKey() + starts(measure.getValue()));
        }
        if (!"start".equals(System.getProperty("slipway.figures"))) {
            throughput(Files.createDirectory(directory.resolve("throughput")));
        }
    }

    /** Each flag for itself beside those for the memory, and all of them. */
    private Map<String, List<String>> measures() throws Exception {
        Map<String, List<String>> measures = new LinkedHashMap<>();
        measures.put("those for the memory alone", List.of());
        measures.put("`-Dorg.sqlite.lib.path`", List.of("-Dorg.sqlite.lib.path=" + nativeLibrary()));
        measures.put("`-Dio.netty.noUnsafe=true`", List.of("-Dio.netty.noUnsafe=true"));
        measures.put("`-Dio.netty.machineId` and `processId`",
            List.of("-Dio.netty.machineId=02:00:00:00:00:01", "-Dio.netty.processId=1"));
        measures.put("`-Dsun.reflect.inflationThreshold`", List.of("-Dsun.reflect.inflationThreshold=2147483647"));
        List<String> all = new ArrayList<>();
        measures.values().forEach(all::addAll);
        measures.put("all of these", all);
        return measures;
    }

    /** The native library as a file, as it lies on a router. */
    private Path nativeLibrary() throws IOException {
        Path natives = Files.createDirectory(directory.resolve("natives"));
        try (JarFile jar = new JarFile(GatewayProcess.JAR.toFile())) {
            Files.copy(jar.getInputStream(jar.getEntry("org/sqlite/native/Linux/x86_64/libsqlitejdbc.so")),
                natives.resolve("libsqlitejdbc.so"));
        }
        return natives;
    }

    /** How long a JVM takes that does nothing, in milliseconds. */
    private long bareStart() throws Exception {
        List<String> command = new ArrayList<>(List.of(GatewayProcess.JAVA));
        command.addAll(COMPILER);
        command.addAll(List.of("-Xshare:auto", "-XX:+UseSerialGC", "-version"));
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            long begin = System.nanoTime();
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start().waitFor();
            all.add((System.nanoTime() - begin) / 1_000_000);
        }
        return median(all);
    }

    private static long median(List<Long> all) {
        Collections.sort(all);
        return all.get(all.size() / 2);
    }

    private String starts(List<String> flags) throws Exception {
        List<Long> ms = new ArrayList<>();
        List<Long> cpu = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            start(flags, ms, cpu);
        }
        Path classes = directory.resolve("classes" + runs);
        List<String> logged = new ArrayList<>(flags);
        logged.add("-Xlog:class+load:file=" + classes);
        String memory = start(logged, new ArrayList<>(), new ArrayList<>());
        return " | " + median(ms) + " | " + median(cpu) + " | " + Files.readString(classes).lines().count() + " | "
            + memory + " |";
    }

    /** From the process's start to the first reading at a subscriber. */
    private String start(List<String> flags, List<Long> ms, List<Long> cpu) throws Exception {
        Path dir = Files.createDirectory(directory.resolve("start" + runs++));
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { });
             Mosquitto cloud = new Mosquitto(dir, "allow_anonymous true").start();
             GatewayProcess gateway = gateway(dir, mote, cloud)) {
            gateway.flags(COMPILER).flags(MEMORY).flags(flags);
            AtomicBoolean done = new AtomicBoolean();
            Thread node = new Thread(() -> emit(mote, Integer.MAX_VALUE, 200, done));
            node.start();
            long begin = System.nanoTime();
            gateway.launch();
            try (Place lan = firstSubscriber(gateway.lanPort)) {
                Await.until("a reading", 60, () -> lan.size() > 0);
                ms.add((System.nanoTime() - begin) / 1_000_000);
                cpu.add(gateway.cpuMs());
                return gateway.memory();
            } finally {
                done.set(true);
                node.join();
            }
        }
    }

    private static Place firstSubscriber(int port) {
        Place[] place = new Place[1];
        Await.until("the broker", 60, () -> {
            place[0] = Place.lan(port);
            return true;
        });
        return place[0];
    }

    /** A fast link, and all the way to the cloud. */
    private void throughput(Path dir) throws Exception {
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { });
             Mosquitto cloud = new Mosquitto(dir, "allow_anonymous true", "max_queued_messages 0").start();
             GatewayProcess gateway = gateway(dir, mote, cloud).flags(COMPILER).flags(MEMORY).start();
             Place lan = Place.lan(gateway.lanPort); Place there = Place.cloud(cloud.port())) {
            Await.until("the prefix", 30, mote::isConfigured);
            for (int rate : RATES) {
                int before = there.size();
                int lanBefore = lan.size();
                long written = gateway.bytesWritten();
                long begin = System.nanoTime();
                emit(mote, READINGS, rate, new AtomicBoolean());
                long sent = System.nanoTime() - begin;
                Await.until("everything in the cloud", 300, () -> there.size() - before == READINGS);
                long all = System.nanoTime() - begin;
                System.out.println(READINGS + " readings: sent in " + sent / 1_000_000 + " ms, in the cloud after "
                    + all / 1_000_000 + " ms, " + READINGS * 1_000_000_000L / all + " a second; "
                    + (lan.size() - lanBefore) + " of them on the LAN; "
                    + (gateway.bytesWritten() - written) / READINGS + " bytes written to the disk a reading; "
                    + gateway.memory());
            }
        }
    }

    private static void emit(EmulatedMote mote, int count, int perSecond, AtomicBoolean stop) {
        long begin = System.nanoTime();
        for (int i = 0; i < count && !stop.get();) {
            long due = perSecond == Integer.MAX_VALUE ? count
                : (System.nanoTime() - begin) * perSecond / 1_000_000_000L;
            if (i >= due) {
                Await.pauseBriefly();
                continue;
            }
            byte[] packet = UdpPacket.encode(Ipv6Address.of(0xfd00L << 48, 0x0212_7402_0000_0001L + i % 50), 8765,
                Ipv6Address.of(0xfd00L << 48, 1), 5678,
                ("21." + i % 100).getBytes(StandardCharsets.US_ASCII));
            if (mote.send(packet)) {
                i++;
            } else {
                Await.pauseBriefly();
            }
        }
    }

    private GatewayProcess gateway(Path dir, EmulatedMote mote, Mosquitto cloud) throws IOException {
        return new GatewayProcess(dir, "tcp://127.0.0.1:" + mote.port(), "config upstream 'cloud'\n\toption url "
            + "'mqtt://127.0.0.1:" + cloud.port() + "'\n\toption deflate '1'\nconfig store\n"
            + "\toption queue_readings '100000'\n\toption queue_bytes '8M'\n");
    }
}
