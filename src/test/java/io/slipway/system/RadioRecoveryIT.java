package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.slip.SlipEncoder;
import io.slipway.testing.Await;
import io.slipway.testing.UsbTree;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The radio goes and comes back; the LAN's clients and the store do not notice. */
class RadioRecoveryIT {
    private static final List<String> CAPTURES = List.of("cng-udp.m2h", "6lbr-udp.m2h", "cng-udp.m2h");

    @TempDir
    Path directory;

    private static Process pty(Path device, int port) throws Exception {
        Process socat = new ProcessBuilder("socat", "PTY,raw,echo=0,link=" + device, "TCP:127.0.0.1:" + port)
            .inheritIO().start();
        Await.until("the pty", 30, () -> Files.exists(device));
        return socat;
    }

    @Test
    void aRadioThatComesBackUnderAnotherNameGoesOnAndNobodyElseNotices() throws Exception {
        Path root = directory.resolve("root");
        UsbTree usb = new UsbTree(root);
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { });
             GatewayProcess gateway = new GatewayProcess(directory, "serial:usb:10c4:ea60:0001?dtr=off&rts=off", "")
                 .flags(List.of("-Dslipway.root=" + root)).start();
             Place lan = Place.lan(gateway.lanPort)) {
            RecordedMesh mesh = new RecordedMesh(mote, new Random(1));
            for (int round = 0; round < CAPTURES.size(); round++) {
                String name = "ttyUSB" + round;
                Process socat = pty(root.resolve("dev/" + name), mote.port());
                try {
                    usb.plug(name, "1-" + round, "10c4", "ea60", "0001", "00");
                    mesh.play(CAPTURES.get(round));
                    Await.until("the readings", 60, () -> lan.size() == mesh.expected().size());
                } finally {
                    socat.destroyForcibly().waitFor();
                    Files.deleteIfExists(root.resolve("dev/" + name));
                    usb.unplug(name, "1-" + round);
                }
                // Without power it forgets; that it gets its prefix again shows that the line is open.
                mote.forgetPrefix();
            }
            assertEquals(mesh.expected(), lan.contents());
            assertEquals(1, gateway.counter("broker_connections"));
            assertEquals(CAPTURES.size(), gateway.counter("link_opened"));
            assertEquals(143, gateway.stop());
            assertEquals(0, lan.repetitions());
            assertEquals(lan.readings(), Place.store(gateway.dataDir).readings());
        }
    }

    @Test
    void aServerOfTheLineThatDiedWithoutAWordIsCalledAgain() throws Exception {
        ServerSocket dying = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        try (GatewayProcess gateway = new GatewayProcess(directory, "tcp://127.0.0.1:" + dying.getLocalPort()
                 + "'\n\toption silence_s '2", "").start();
             Place lan = Place.lan(gateway.lanPort);
             Socket dead = dying.accept()) {
            dying.close();
            assertTrue(dead.isConnected());
            try (EmulatedMote mote = new EmulatedMote(dying.getLocalPort(), packet -> { })) {
                RecordedMesh mesh = new RecordedMesh(mote, new Random(1));
                Await.until("the new connection", 120, mote::isConfigured);
                mesh.play("cng-udp.m2h");
                Await.until("the readings", 60, () -> lan.size() == mesh.expected().size());
                assertTrue(gateway.counter("mesh_silent_reopened") >= 1);
                assertEquals(1, gateway.counter("broker_connections"));
            }
        } finally {
            dying.close();
        }
    }

    @Test
    void aMoteThatHangsGetsAPulseOnTheLineThatIsConfiguredAndOnNoOther() throws Exception {
        Path device = directory.resolve("ttyMote");
        Path lines = directory.resolve("lines");
        try (ServerSocket far = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Process socat = pty(device, far.getLocalPort());
            try (Socket mote = far.accept();
                 GatewayProcess gateway = new GatewayProcess(directory, "serial:" + device
                     + "?reset=dtr&reset_ms=20'\n\toption silence_s '1", "")
                     .environment(Map.of("LD_PRELOAD", modemLines().toString(), "MODEM_LOG", lines.toString()))
                     .start()) {
                Await.until("a pulse", 120, () -> gateway.counter("link_resets") >= 1);
                Await.until("the pulse on the line", 60, () -> Files.readString(lines).contains("-dtr\n+dtr\n"));
                assertTrue(!Files.readString(lines).contains("-rts"), Files.readString(lines));
                assertTrue(gateway.counter("mesh_silent_asked") >= 2);
                Await.until("the mote to be heard", 60, () -> {
                    mote.getOutputStream().write(SlipEncoder.encode(
                        "!M0012740100010001".getBytes(StandardCharsets.US_ASCII)));
                    return gateway.counter("mesh_silent_ended") >= 1;
                });
            } finally {
                socat.destroyForcibly().waitFor();
            }
        }
    }

    private Path modemLines() throws Exception {
        Path library = directory.resolve("libmodemlines.so");
        Process compiler = new ProcessBuilder("gcc", "-shared", "-fPIC", "-std=gnu11", "-O2", "-Wall", "-Wextra",
            "-Werror", "-o", library.toString(), "src/test/serial/modemlines.c", "-ldl").inheritIO().start();
        assertEquals(0, compiler.waitFor());
        return library;
    }
}
