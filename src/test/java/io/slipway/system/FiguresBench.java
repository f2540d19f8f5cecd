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
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the finished jar with the flags for small machines. No test, so nothing runs it but
 * {@code mvn verify -Dit.test=FiguresBench -Dsurefire.skip}; it asserts nothing and prints what it finds.
 */
class FiguresBench {
    private static final List<String> SMALL = List.of("-Xms4m", "-Xmn2m", "-Xmx16m", "-Xss256k", "-XX:+UseSerialGC",
        "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=8m", "-XX:CICompilerCount=1",
        "-XX:ActiveProcessorCount=1", "-XX:MaxMetaspaceSize=32m", "-Dio.netty.eventLoopThreads=1",
        "-Dio.netty.allocator.type=unpooled", "-Dio.netty.noPreferDirect=true",
        "-Dio.netty.leakDetection.level=disabled", "-Drx2.computation-threads=1", "-Drx2.purge-enabled=false");
    private static final int STARTS = 5;
    private static final int READINGS = 20_000;
    private static final int[] RATES = {200, 2000, 10_000, Integer.MAX_VALUE};

    @TempDir
    Path directory;

    @Test
    void figures() throws Exception {
        System.out.println("jar: " + Files.size(GatewayProcess.JAR) + " bytes");
        for (int i = 0; i < STARTS; i++) {
            start(Files.createDirectory(directory.resolve("start" + i)));
        }
        throughput(directory);
    }

    /** From the process's start to the first reading at a subscriber, and what was loaded for it. */
    private void start(Path dir) throws Exception {
        Path classes = dir.resolve("classes");
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { });
             Mosquitto cloud = new Mosquitto(dir, "allow_anonymous true").start();
             GatewayProcess gateway = gateway(dir, mote, cloud)) {
            gateway.flags(SMALL).flags(List.of("-Xlog:class+load:file=" + classes));
            AtomicBoolean done = new AtomicBoolean();
            Thread node = new Thread(() -> emit(mote, Integer.MAX_VALUE, 200, done));
            node.start();
            long begin = System.nanoTime();
            gateway.launch();
            try (Place lan = firstSubscriber(gateway.lanPort)) {
                Await.until("a reading", 60, () -> lan.size() > 0);
                long ms = (System.nanoTime() - begin) / 1_000_000;
                long loaded = Files.readString(classes).lines().count();
                System.out.println("first reading after " + ms + " ms, " + loaded + " classes, " + gateway.memory());
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
             GatewayProcess gateway = gateway(dir, mote, cloud).flags(SMALL).start();
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
