package io.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keys and certificates in a directory of the test's, made by openssl: {@code NAME.key} and {@code NAME.pem}. */
public final class OpenSsl {
    private final Path dir;

    public OpenSsl(Path dir) {
        this.dir = dir;
    }

    public String file(String name) {
        return dir.resolve(name).toString();
    }

    /** An authority of our own, with an EC key. */
    public OpenSsl authority(String name) throws Exception {
        key(name, "EC");
        run("req", "-x509", "-new", "-key", file(name + ".key"), "-subj", "/CN=" + name, "-days", "2",
            "-out", file(name + ".pem"));
        return this;
    }

    /** A key, RSA or EC, and the authority's certificate for it. */
    public void certified(String name, String kind, String authority, String extension) throws Exception {
        certified(name, kind, authority, extension, 2);
    }

    /** The same, for so many days from now on; of a negative number, over since. */
    public void certified(String name, String kind, String authority, String extension, int days) throws Exception {
        key(name, kind);
        Path extensions = Files.writeString(dir.resolve(name + ".ext"), extension + "\n");
        run("req", "-new", "-key", file(name + ".key"), "-subj", "/CN=" + name, "-out", file(name + ".csr"));
        run("x509", "-req", "-in", file(name + ".csr"), "-CA", file(authority + ".pem"), "-CAkey",
            file(authority + ".key"), "-CAcreateserial", "-days", "" + days, "-extfile", extensions.toString(),
            "-out", file(name + ".pem"));
    }

    private void key(String name, String kind) throws Exception {
        run("genpkey", "-out", file(name + ".key"), "-algorithm", kind, "-pkeyopt",
            kind.equals("RSA") ? "rsa_keygen_bits:2048" : "ec_paramgen_curve:P-256");
    }

    private static void run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), command + ": " + output);
    }
}
