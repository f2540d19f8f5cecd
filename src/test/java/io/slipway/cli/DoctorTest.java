package io.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.frame.Captures;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.SmallDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor where no gateway runs, with real ports, ptys, brokers and disks. */
class DoctorTest {
    @TempDir
    Path directory;
    private Process socat;

    private record Result(int status, String out) {
    }

    @AfterEach
    void unplug() {
        if (socat != null) {
            socat.destroyForcibly();
            Await.until("the end of socat", 30, () -> !socat.isAlive());
        }
    }

    private Result doctor(String link, String more) throws Exception {
        return doctor(link, directory.resolve("data"), more);
    }

    private Result doctor(String link, Path data, String more) throws Exception {
        Path file = Files.writeString(directory.resolve("conf"), "config gateway\n\toption id 'gw-01'\n"
            + "\toption data_dir '" + data + "'\nconfig mesh 'mesh0'\n\toption link '" + link + "'\n" + more);
        return run(file, "--seconds", "2");
    }

    private static Result run(Path file, String... more) throws Exception {
        String[] args = new String[more.length + 2];
        args[0] = "--config";
        args[1] = file.toString();
        System.arraycopy(more, 0, args, 2, more.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
        int status = Doctor.run(args, to, to);
        return new Result(status, out.toString(StandardCharsets.UTF_8));
    }

    private static String broker() {
        return "config broker\n\toption listen '127.0.0.1:" + Mosquitto.freePort() + "'\n";
    }

    private static void says(Result result, String words) {
        assertTrue(result.out.contains(words), result.out);
    }

    private Path pty() throws IOException {
        Path device = directory.resolve("tty");
        socat = new ProcessBuilder("socat", "PTY,raw,echo=0,link=" + device, "STDIO")
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Await.until("the pty", 30, () -> Files.exists(device));
        return device;
    }

    @Test
    void whereAllIsWellTheStatusIsZero() throws Exception {
        Files.createDirectory(directory.resolve("data"));
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { });
             Mosquitto cloud = new Mosquitto(directory, "allow_anonymous true").start()) {
            for (String mqtt : new String[] {"5", "3.1.1"}) {
                Result result = doctor("tcp://127.0.0.1:" + mote.port(), broker() + "config upstream\n\toption url"
                    + " 'mqtt://127.0.0.1:" + cloud.port() + "'\n\toption mqtt '" + mqtt + "'\n");
                assertEquals(0, result.status, result.out);
                assertFalse(result.out.contains("bad "), result.out);
                says(result, " frames decode\n");
                says(result, "answers within");
                says(result, "is free");
            }
        }
        try (var left = Files.list(directory.resolve("data"))) {
            assertEquals(0, left.count(), "it leaves nothing behind");
        }
    }

    @Test
    void mistakesOfTheConfigurationAreSaidWithTheirLines() throws Exception {
        Path file = Files.writeString(directory.resolve("conf"), "config gateway\n\toption id 'gw-01'\nconfig mesh\n"
            + "\toption link 'tcp://h:1'\n\toption baudd '9600'\n");
        Result result = run(file, "--json");
        assertEquals(1, result.status);
        assertEquals(false, Captures.JSON.readTree(result.out).get("good").asBoolean());
        says(result, file + ":5: ");
    }

    @Test
    void aPortThatIsTakenAndAMoteThatIsAwayAreSaid() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Result result = doctor("serial:/dev/no-such-tty", "config broker\n\toption listen '127.0.0.1:"
                + taken.getLocalPort() + "'\n");
            assertEquals(1, result.status);
            says(result, "bad     broker: cannot listen on 127.0.0.1:" + taken.getLocalPort());
            says(result, "bad     link mesh0: serial:/dev/no-such-tty?baud=115200 cannot be opened: "
                + "/dev/no-such-tty: no such device");
            says(result, "ls -l /dev/serial/by-id");
        }
    }

    @Test
    void aLineThatIsSilentAndOneOfAnotherBaudRateAreToldApart() throws Exception {
        try (ServerSocket mote = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            String link = "tcp://127.0.0.1:" + mote.getLocalPort();
            Result silent = doctor(link, broker());
            assertEquals(1, silent.status);
            says(silent, "nothing comes and the mote does not answer");
            byte[] noise = new byte[200];
            new java.util.Random(1).nextBytes(noise);
            for (int i = 0; i < noise.length; i++) {
                // As at the wrong rate: bytes, and no frame among them.
                noise[i] = (byte) (noise[i] & 0x3f | 0x80);
            }
            Thread talker = new Thread(() -> {
                try {
                    // The first is the connection of before, which nobody has accepted.
                    for (int i = 0; i < 2; i++) {
                        mote.accept().getOutputStream().write(noise);
                    }
                } catch (IOException gone) {
                    // The test is over.
                }
            });
            talker.start();
            says(doctor(link, broker()), "that is how a wrong baud rate looks");
            talker.join();
        }
    }

    /** socat keeps the device open itself. */
    @Test
    void aLineThatAnotherProgramHasIsSaidWithItsName() throws Exception {
        Path device = pty();
        Result result = doctor("serial:" + device, broker());
        assertEquals(1, result.status);
        says(result, device + " is in use by socat (process " + socat.pid() + ")");
    }

    @Test
    void aCloudThatCannotBeReachedIsSaidWithTheStepAtWhichItFails() throws Exception {
        Path users = Files.writeString(directory.resolve("users"), "");
        assertEquals(0, new ProcessBuilder("mosquitto_passwd", "-b", users.toString(), "gw-01", "right").inheritIO()
            .start().waitFor());
        Path wrong = Files.writeString(directory.resolve("wrong"), "wrong-secret\n");
        int nobody = Mosquitto.freePort();
        try (Mosquitto cloud = new Mosquitto(directory, "allow_anonymous false", "password_file " + users).start()) {
            Result result = doctor("file:/dev/null", broker() + "config upstream 'a'\n\toption url 'mqtt://127.0.0.1:"
                + nobody + "'\nconfig upstream 'b'\n\toption url 'mqtt://no-such-host.invalid'\nconfig upstream 'c'\n"
                + "\toption url 'mqtt://127.0.0.1:" + cloud.port() + "'\n\toption username 'gw-01'\n\toption"
                + " password_file '" + wrong + "'\nconfig upstream 'd'\n\toption url 'mqtts://127.0.0.1:" + cloud.port()
                + "'\n\toption client_id 'd'\n");
            assertEquals(1, result.status);
            says(result, "upstream a: 127.0.0.1 port " + nobody + ": Connection refused");
            says(result, "upstream b: the name no-such-host.invalid has no address here");
            says(result, "upstream c: the broker refuses");
            says(result, "upstream d: ");
            says(result, "is it a TLS port?");
            assertFalse(result.out.contains("wrong-secret"), result.out);
        }
    }

    @Test
    void aDiskInMemoryOneThatIsFullAndOneThatIsReadOnlyAreSaid() throws Exception {
        Assumptions.assumeTrue(SmallDisk.isPossible());
        try (SmallDisk disk = new SmallDisk(directory.resolve("small"), 512)) {
            says(doctor("file:/dev/null", disk.path, broker()), "lies in memory (tmpfs)");
            disk.fill();
            says(doctor("file:/dev/null", disk.path, broker()), "bad     disk: only ");
            disk.empty();
            disk.readOnly();
            Result result = doctor("file:/dev/null", disk.path, broker());
            assertEquals(1, result.status);
            says(result, "cannot be written to: ");
            disk.writable();
        }
    }
}
