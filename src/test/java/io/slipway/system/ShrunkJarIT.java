package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.OpenSsl;
import java.io.DataInputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What reflection, JNI and service files reach in the finished jar, from which all else was taken out. */
class ShrunkJarIT {
    private static final long MOST_BYTES = 5_000_000;
    private static final int JAVA_8 = 52;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"5, RSA, senml+cbor, 1", "3.1.1, EC, senml+json, 0"})
    void batchesTravelOverTlsWithAClientCertificate(String version, String keys, String format, int deflate)
            throws Exception {
        OpenSsl ssl = new OpenSsl(directory).authority("ca");
        ssl.certified("server", "EC", "ca", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        ssl.certified("client", keys, "ca", "extendedKeyUsage=clientAuth");
        int plain = Mosquitto.freePort();
        String upstream = "\toption mqtt '" + version + "'\n\toption format '" + format + "'\n\toption deflate '"
            + deflate + "'\n\toption batch_age_ms '200'\n\toption ca_file '" + ssl.file("ca.pem")
            + "'\n\toption cert_file '" + ssl.file("client.pem") + "'\n\toption key_file '" + ssl.file("client.key")
            + "'\n";
        try (Mosquitto broker = new Mosquitto(directory, "cafile " + ssl.file("ca.pem"),
                "certfile " + ssl.file("server.pem"), "keyfile " + ssl.file("server.key"),
                "require_certificate true", "listener " + plain + " 127.0.0.1", "allow_anonymous true").start();
             EmulatedMote mote = new EmulatedMote(0, packet -> { });
             GatewayProcess gateway = new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.port(),
                 "config upstream 'cloud'\n\toption url 'mqtts://localhost:" + broker.port() + "'\n" + upstream)
                 .start();
             Place cloud = Place.cloud(plain)) {
            RecordedMesh mesh = new RecordedMesh(mote, new Random(1));
            mesh.play("cng-udp.m2h");
            Await.until("everything in the cloud", 60, () -> cloud.size() == mesh.expected().size());
            assertEquals(mesh.expected(), cloud.contents());
            assertFalse(gateway.log().contains("Exception"), gateway.log());
        }
    }

    @Test
    void lanClientsLogInWithThePasswordFile() throws Exception {
        Path users = directory.resolve("users");
        assertEquals(0, run("mosquitto_passwd", "-c", "-b", users.toString(), "anna", "secret"));
        try (GatewayProcess gateway = new GatewayProcess(directory, "tcp://127.0.0.1:1",
                "\toption allow_anonymous '0'\n\toption password_file '" + users + "'\n").start()) {
            String[] publish = {"mosquitto_pub", "-p", String.valueOf(gateway.lanPort), "-t", "a", "-m", "b", "-V",
                "5", "-q", "1", "-u", "anna", "-P", "secret"};
            assertEquals(0, run(publish));
            publish[publish.length - 1] = "wrong";
            assertTrue(run(publish) != 0, "let in with a wrong password");
        }
    }

    @ParameterizedTest
    @CsvSource({"info, io.slipway=info, true, false", "warn, io.slipway.gateway=info, true, false",
        "warn, io.moquette.broker.ClientHandler=debug, false, true"})
    void theLogKeepsToTheLevelOfEachClass(String level, String other, boolean info, boolean debug) throws Exception {
        try (GatewayProcess gateway = new GatewayProcess(directory, "tcp://127.0.0.1:1",
                "config log\n\toption level '" + level + "'\n\tlist package '" + other + "'\n")) {
            gateway.launch();
            Await.until("the gateway to hang up on what is not MQTT", 60, () -> {
                try (Socket client = new Socket("127.0.0.1", gateway.lanPort)) {
                    client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    return client.getInputStream().read() < 0;
                } catch (ConnectException notYet) {
                    return false;
                }
            });
            Await.until("the refused link", 60, () -> gateway.log().contains("warn: Health: link mesh0"));
            assertEquals(143, gateway.stop());
            assertEquals(info, gateway.log().contains("info: Gateway: Gateway gw-01 runs"), gateway.log());
            assertEquals(debug, gateway.log().contains("debug: ClientHandler: "), gateway.log());
        }
    }

    @Test
    void aSerialLineIsOpenedByTheNativeLibrary() throws Exception {
        Path device = directory.resolve("tty");
        Process socat = new ProcessBuilder("socat", "PTY,raw,echo=0,link=" + device, "PIPE").inheritIO().start();
        try (GatewayProcess gateway = new GatewayProcess(directory, "serial:" + device + "?baud=57600", "").start()) {
            Path out = directory.resolve("status");
            Await.until("the link to be open", 60, () -> {
                int status = GatewayProcess.command("status", "--json", "--config", gateway.config().toString())
                    .redirectOutput(out.toFile()).start().waitFor();
                return status == 0 && Files.readString(out).contains("\"link mesh0\":\"open\"");
            });
        } finally {
            socat.destroyForcibly().waitFor();
        }
    }

    /** What only one command uses is taken out where nothing is seen to reach it. */
    @Test
    void everySubCommandStarts() throws Exception {
        int started = 0;
        for (String line : output("--help").split("\n")) {
            if (line.startsWith("  ") && !line.startsWith("  --")) {
                String command = line.trim().split(" ")[0];
                assertTrue(output(command, "--help").startsWith("Usage: slipway " + command), command);
                started++;
            }
        }
        assertTrue(started >= 11, started + " commands");
    }

    private String output(String... args) throws Exception {
        Path out = directory.resolve("out");
        assertEquals(0, GatewayProcess.command(args).redirectOutput(out.toFile()).start().waitFor());
        return Files.readString(out);
    }

    @Test
    void theJarIsSmallAndForJava8() throws Exception {
        assertTrue(Files.size(GatewayProcess.JAR) < MOST_BYTES, Files.size(GatewayProcess.JAR) + " bytes");
        try (JarFile jar = new JarFile(GatewayProcess.JAR.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.getName().endsWith(".class")) {
                    try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
                        in.readInt();
                        assertTrue((in.readInt() & 0xffff) <= JAVA_8, entry.getName());
                    }
                }
            }
        }
    }

    @Test
    void stackTracesStillNameFileAndLineWhereTheyAreOursOrTheBrokers() throws Exception {
        try (JarFile jar = new JarFile(GatewayProcess.JAR.toFile())) {
            for (String name : new String[] {"io/slipway/gateway/Gateway", "io/moquette/broker/MQTTConnection"}) {
                byte[] bytes = jar.getInputStream(jar.getEntry(name + ".class")).readAllBytes();
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                assertTrue(text.contains("LineNumberTable") && text.contains("SourceFile"), name);
            }
        }
    }

    /** What a service file names ProGuard does not see, and takes out; that would break only when it is asked for. */
    @Test
    void noServiceIsFoundByItsName() throws Exception {
        try (JarFile jar = new JarFile(GatewayProcess.JAR.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                assertFalse(entry.getName().startsWith("META-INF/services/"), entry.getName());
            }
        }
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end: " + command[0]);
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
