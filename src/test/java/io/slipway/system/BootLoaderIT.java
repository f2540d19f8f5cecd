package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The finished jar where the JVM's boot loader loads most of it, as on a router whose JVM only interprets. */
class BootLoaderIT {
    @TempDir
    Path directory;

    @Test
    void everyReadingComesToTheLanAndToTheCloud() throws Exception {
        Path list = directory.resolve("classes");
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { });
             Mosquitto cloud = new Mosquitto(directory, "allow_anonymous true").start();
             Place there = Place.cloud(cloud.port());
             GatewayProcess gateway = new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.port(),
                 "config upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:" + cloud.port() + "'\n")) {
            gateway.byTheBootLoader().flags(List.of("-Xlog:class+load:file=" + list)).start();
            RecordedMesh mesh = new RecordedMesh(mote, new Random(1));
            mesh.play("cng-udp.m2h");
            Await.until("everything in the cloud", 60, () -> there.size() == mesh.expected().size());
            assertEquals(mesh.expected(), there.contents());
            assertEquals(143, gateway.stop());
            assertFalse(gateway.log().contains("Exception") || gateway.log().contains("Error"), gateway.log());
        }
        int byBoot = 0;
        int byLauncher = 0;
        for (String line : Files.readAllLines(list)) {
            boolean libraries = line.contains(" io.netty.") || line.contains(" io.slipway.mesh.");
            byBoot += libraries && line.contains(GatewayProcess.JAR.toString()) ? 1 : 0;
            byLauncher += libraries && line.contains("Launcher") ? 1 : 0;
        }
        assertTrue(byBoot > 200, byBoot + " classes by the boot loader");
        assertEquals(0, byLauncher);
    }
}
