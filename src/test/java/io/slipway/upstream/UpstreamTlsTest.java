package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with an authority of our own, against mosquitto, which uses OpenSSL. */
class UpstreamTlsTest {
    private static final String[] RSA = {"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"};
    private static final String[] EC = {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"};

    @TempDir
    private Path dir;

    @BeforeEach
    void makeAuthorities() throws Exception {
        for (String ca : new String[] {"ca", "otherca"}) {
            key(ca, EC);
            openssl("req", "-x509", "-new", "-key", file(ca + ".key"), "-subj", "/CN=" + ca, "-days", "2",
                "-out", file(ca + ".pem"));
        }
        key("server", EC);
        certify("server", "subjectAltName=DNS:localhost,IP:127.0.0.1");
    }

    private String file(String name) {
        return dir.resolve(name).toString();
    }

    private void openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), command + ": " + output);
    }

    private void key(String name, String... kind) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("genpkey", "-out", file(name + ".key")));
        arguments.addAll(Arrays.asList(kind));
        openssl(arguments.toArray(new String[0]));
    }

    private void certify(String name, String extension) throws Exception {
        Path extensions = Files.writeString(dir.resolve(name + ".ext"), extension + "\n");
        openssl("req", "-new", "-key", file(name + ".key"), "-subj", "/CN=" + name, "-out", file(name + ".csr"));
        openssl("x509", "-req", "-in", file(name + ".csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key"),
            "-CAcreateserial", "-days", "2", "-extfile", extensions.toString(), "-out", file(name + ".pem"));
    }

    /** One listener with TLS and, on {@code plainPort}, one without for the subscriber. */
    private Mosquitto broker(int plainPort, boolean wantsCertificate) throws IOException {
        return new Mosquitto(dir, "cafile " + file("ca.pem"), "certfile " + file("server.pem"),
            "keyfile " + file("server.key"), "require_certificate " + wantsCertificate,
            "listener " + plainPort + " 127.0.0.1", "allow_anonymous true").start();
    }

    private static Gateway gateway(Mosquitto broker, String host, String... options) throws IOException {
        return new Gateway("mqtts://" + host + ":" + broker.port(), options);
    }

    @ParameterizedTest
    @CsvSource({"EC, 5", "RSA, 5", "EC, 3.1.1"})
    void deliversWithItsOwnAuthorityAndAClientCertificate(String kind, String version) throws Exception {
        key("client", kind.equals("EC") ? EC : RSA);
        certify("client", "extendedKeyUsage=clientAuth");
        // Several certificates, and text between them, as bundles have.
        Files.writeString(dir.resolve("bundle.pem"), "# one\n" + Files.readString(dir.resolve("otherca.pem"))
            + "# two\n" + Files.readString(dir.resolve("ca.pem")));
        int plain = Mosquitto.freePort();
        try (Mosquitto broker = broker(plain, true);
             Cloud cloud = Cloud.at(plain);
             Gateway gateway = gateway(broker, "localhost", "mqtt '" + version + "'",
                 "ca_file '" + file("bundle.pem") + "'", "cert_file '" + file("client.pem") + "'",
                 "key_file '" + file("client.key") + "'").start()) {
            gateway.outbox.commitNumbers(1000);
            gateway.awaitCursor(1000);
            cloud.awaitReadings(1000);
        }
    }

    @Test
    void refusesABrokerOfAnotherAuthority() throws Exception {
        try (Mosquitto broker = broker(Mosquitto.freePort(), false);
             Gateway gateway = gateway(broker, "localhost", "ca_file '" + file("otherca.pem") + "'").start()) {
            gateway.outbox.commitNumbers(1);
            gateway.awaitState("waiting: TLS: ");
            assertTrue(gateway.state().contains("certification path") || gateway.state().contains("trust anchor"),
                gateway.state());
            assertEquals(0, gateway.outbox.cursor());
        }
    }

    @Test
    void refusesABrokerOfAnotherName() throws Exception {
        certify("server", "subjectAltName=DNS:other.example");
        try (Mosquitto broker = broker(Mosquitto.freePort(), false);
             Gateway gateway = gateway(broker, "localhost", "ca_file '" + file("ca.pem") + "'").start()) {
            gateway.outbox.commitNumbers(1);
            gateway.awaitState("waiting: TLS: ");
            assertTrue(gateway.state().contains("localhost"), gateway.state());
            assertEquals(0, gateway.outbox.cursor());
        }
    }

    @Test
    void waitsWhereTheBrokerWantsACertificateThatItHasNot() throws Exception {
        try (Mosquitto broker = broker(Mosquitto.freePort(), true);
             Gateway gateway = gateway(broker, "localhost", "ca_file '" + file("ca.pem") + "'").start()) {
            gateway.outbox.commitNumbers(1);
            gateway.awaitState("waiting: ");
            assertEquals(0, gateway.outbox.cursor());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"traditional", "encrypted", "garbled", "of another kind", "missing"})
    void saysWhatIsWrongWithAKeyFileButNotWhatIsInIt(String wrong) throws Exception {
        key("client", EC);
        certify("client", "extendedKeyUsage=clientAuth");
        Path bad = dir.resolve("bad.key");
        if (wrong.equals("traditional")) {
            openssl("ec", "-in", file("client.key"), "-out", bad.toString());
        } else if (wrong.equals("encrypted")) {
            openssl("pkcs8", "-topk8", "-in", file("client.key"), "-passout", "pass:x", "-out", bad.toString());
        } else if (wrong.equals("garbled")) {
            Files.writeString(bad, Files.readString(dir.resolve("client.key")).replace("M", "Q"));
        } else if (wrong.equals("of another kind")) {
            key("bad", RSA);
        }
        IOException refusal = assertThrows(IOException.class, () -> new Gateway("mqtts://localhost:1",
            "cert_file '" + file("client.pem") + "'", "key_file '" + bad + "'"));
        assertTrue(refusal.getMessage().startsWith("upstream 'cloud': key_file " + bad), refusal.getMessage());
        if (!wrong.equals("missing")) {
            String secret = Files.readAllLines(bad).get(1);
            assertFalse(refusal.toString().contains(secret.substring(0, 20)), "the key is in the message");
        }
    }

    @Test
    void saysWhichCertificateFileHoldsNone() throws Exception {
        Path empty = Files.writeString(dir.resolve("empty.pem"), "no certificate here\n");
        for (String option : new String[] {"ca_file", "cert_file"}) {
            IOException refusal = assertThrows(IOException.class, () -> new Gateway("mqtts://localhost:1",
                option + " '" + empty + "'", option.equals("ca_file") ? "deflate '0'" : "key_file '" + empty + "'"));
            assertTrue(refusal.getMessage().startsWith("upstream 'cloud': " + option + " " + empty),
                refusal.getMessage());
        }
    }
}
