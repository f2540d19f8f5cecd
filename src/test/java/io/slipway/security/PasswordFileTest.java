package io.slipway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileTest {
    /** Written by mosquitto_passwd 2.0.11: alice with PBKDF2, bob with -H sha512. */
    private static final Path WRITTEN = Path.of("src/test/resources/broker/passwords");
    private static final String HASH = "A".repeat(86) + "==";

    @TempDir
    Path dir;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Path file(String... lines) throws IOException {
        return Files.write(dir.resolve("users"), List.of(lines));
    }

    @Test
    void verifiesBothKindsOfHashThatMosquittoWrites() throws IOException {
        PasswordFile users = PasswordFile.read(WRITTEN);
        assertTrue(users.verify("alice", bytes("secret")));
        assertTrue(users.verify("bob", bytes("hunter2")));
        assertFalse(users.verify("alice", bytes("Secret")));
        assertFalse(users.verify("bob", bytes("secret")));
        assertFalse(users.verify("carol", bytes("secret")));
        assertFalse(users.verify("alice", bytes("")));
    }

    @Test
    void verifiesWhatMosquittoWritesNow() throws Exception {
        String password = "pässwörd $7$ : #";
        Path fresh = dir.resolve("fresh");
        Process passwd = new ProcessBuilder("mosquitto_passwd", "-b", "-c", fresh.toString(), "dora", password)
            .inheritIO().start();
        assertEquals(0, passwd.waitFor());
        PasswordFile users = PasswordFile.read(fresh);
        assertTrue(users.verify("dora", bytes(password)));
        assertFalse(users.verify("dora", bytes("password")));
    }

    @Test
    void passesOverEmptyLinesAndComments() throws IOException {
        PasswordFile users = PasswordFile.read(file("# users", "", "u:$6$c2FsdA==$" + HASH));
        assertTrue(users.knows("u"));
        assertFalse(users.knows("# users"));
    }

    @Test
    void namesFileAndLineOfWhatIsWrongButShowsNoHash() throws IOException {
        String[] wrong = {"nocolon", ":$6$c2FsdA==$" + HASH, "u:plain", "u:$5$c2FsdA==$" + HASH,
            "u:$7$c2FsdA==$" + HASH,
            "u:$7$0$c2FsdA==$" + HASH, "u:$7$9999999$c2FsdA==$" + HASH, "u:$7$x$c2FsdA==$" + HASH,
            "u:$6$c2FsdA==$QUFB", "u:$6$$" + HASH, "u:$6$c2Fs*A==$" + HASH, "ok:$6$c2FsdA==$" + HASH};
        for (String line : wrong) {
            Path file = file("ok:$6$c2FsdA==$" + HASH, line);
            IOException refused = assertThrows(IOException.class, () -> PasswordFile.read(file), line);
            assertTrue(refused.getMessage().startsWith(file + ":2: "), refused.getMessage());
            for (Throwable shown = refused; shown != null; shown = shown.getCause()) {
                assertFalse(shown.toString().contains("AAAA") || shown.toString().contains("c2Fs"), shown.toString());
            }
        }
    }

    @Test
    void saysWhichFileIsMissing() {
        Path missing = dir.resolve("missing");
        IOException refused = assertThrows(IOException.class, () -> PasswordFile.read(missing));
        assertEquals("The password file " + missing + ": there is no such file", refused.getMessage());
    }
}
