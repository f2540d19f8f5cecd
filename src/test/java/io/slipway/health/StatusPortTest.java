package io.slipway.health;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusPortTest {
    @TempDir
    Path directory;

    private StatusPort status;
    private int port;
    private String token;

    @BeforeEach
    void open() throws Exception {
        // Left behind by a gateway that was killed.
        Files.writeString(file(), "1 old\n");
        status = new StatusPort(directory, question -> switch (question) {
            case "json" -> "{\"käse\":1}".getBytes(StandardCharsets.UTF_8);
            case "text" -> "fine\nthanks\n".getBytes(StandardCharsets.US_ASCII);
            case "bytes 1 -2" -> new byte[] {0, -1, 10, 13};
            default -> null;
        });
        String[] words = Files.readString(file()).trim().split(" ");
        port = Integer.parseInt(words[0]);
        token = words[1];
    }

    @AfterEach
    void close() throws Exception {
        status.close();
    }

    private Path file() {
        return directory.resolve("status.port");
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** Sends this and returns what comes until the port hangs up. */
    private String say(String question) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(question.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String ask(String question) throws IOException {
        return new String(StatusPort.ask(directory, question), StandardCharsets.UTF_8);
    }

    private String failure() {
        return assertThrows(IOException.class, () -> ask("json")).getMessage();
    }

    @Test
    void answersWhoKnowsTheToken() throws Exception {
        assertEquals("{\"käse\":1}", ask("json"));
        assertArrayEquals(new byte[] {0, -1, 10, 13}, StatusPort.ask(directory, "bytes 1 -2"));
        assertEquals("fine\nthanks\n", ask("text"));
        assertEquals("fine\nthanks\n", say(token + " text\n"));
    }

    @Test
    void saysNothingToWhoDoesNot() throws Exception {
        for (String question : List.of("\n", "json\n", " json\n", "0 json\n", token + "\n", token + "  json\n",
                token + "0 json\n", token + " other\n", "\0\n")) {
            assertEquals("", say(question), question);
        }
        assertEquals("fine\nthanks\n", ask("text"));
    }

    @Test
    void survivesGarbageAndAResetAndAClientThatSaysNothing() throws Exception {
        try (Socket garbage = connect()) {
            OutputStream out = garbage.getOutputStream();
            out.write(new byte[100]);
            out.write("x".repeat(10_000).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException hungUp) {
            // It need not listen to all of that.
        }
        try (Socket reset = connect()) {
            reset.setSoLinger(true, 0);
        }
        try (Socket silent = connect()) {
            // It is let go in time for the others: an answer comes before they give up.
            assertEquals("fine\nthanks\n", ask("text"));
            assertEquals(-1, silent.getInputStream().read());
        }
    }

    @Test
    void theFileIsTheOwnersAlone() throws Exception {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void isGoneAfterClosing() throws Exception {
        status.close();
        assertFalse(Files.exists(file()));
        // The system lets go of the port only once the thread that waits for clients has woken up.
        Await.until("a port that nobody listens on", 30, () -> {
            try {
                connect().close();
                return false;
            } catch (ConnectException refused) {
                return true;
            }
        });
        assertEquals("no gateway runs on " + directory, failure());
        status.close();
    }

    @Test
    void itsThreadEndsWithIt() throws Exception {
        Thread thread = Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().equals("status") && t.isAlive()).findFirst().orElseThrow();
        status.close();
        thread.join(30_000);
        assertFalse(thread.isAlive());
    }

    @Test
    void askingNamesWhatIsWrongWithTheFile() throws Exception {
        status.close();
        Files.writeString(file(), "");
        assertEquals(file() + " is damaged", failure());
        Files.writeString(file(), "x y\n");
        assertTrue(failure().startsWith("no gateway runs on " + directory + " any more"));
        Files.write(file(), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertEquals(file() + " is damaged", failure());
    }

    @Test
    void aPortThatAnotherProgramGotIsNoStatus() throws Exception {
        status.close();
        try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread hangUp = new Thread(() -> {
                try (Socket socket = other.accept()) {
                    socket.getInputStream().readNBytes(token.length() + 6);
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            });
            hangUp.start();
            Files.writeString(file(), other.getLocalPort() + " " + token + "\n");
            assertEquals("no gateway runs on " + directory + " any more: the token is not known there", failure());
            hangUp.join();
        }
        assertTrue(failure().startsWith("no gateway runs on " + directory + " any more"));
    }
}
