package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that mean harm: they get an error or nothing, and readings go on. */
class WebHostileTest {
    @TempDir
    Path directory;
    private WebFixture web;
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        web = new WebFixture(directory, "\toption max_connections '16'\n");
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        web.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", web.gateway.webPort());
        socket.setSoTimeout(60_000);
        sockets.add(socket);
        return socket;
    }

    /** The status of the answer; 0 where the connection ended without one. */
    private int status(byte[] request) throws IOException {
        try (Socket socket = connect()) {
            try {
                socket.getOutputStream().write(request);
                InputStream in = socket.getInputStream();
                String line = new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
                return line.length() == 12 ? Integer.parseInt(line.substring(9)) : 0;
            } catch (IOException reset) {
                return 0;
            }
        }
    }

    private int status(String request) throws IOException {
        return status(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    @Test
    void whatIsTooLongOrMalformedIsRefused() throws Exception {
        assertEquals(414, status(get("/" + "a".repeat(5000))));
        assertEquals(431, status("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(9000) + "\r\n\r\n"));
        assertEquals(400, status("GET / HTTP/1.1\r\n\r\n"));
        assertEquals(400, status("GET / HTTP/1.1\r\nHost: a\r\nHost: localhost\r\n\r\n"));
        assertEquals(400, status("GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assertEquals(400, status("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n"));
        assertEquals(400, status(get("/api/v1/readings?source=%zz")));
        assertEquals(400, status("\0\1\2 / HTTP/1.1\r\n\r\n"));
        String post = "POST /api/v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        assertEquals(413, status(post + "Content-Length: 99999999\r\n\r\n"));
        assertEquals(400, status(post + "Content-Length: 4\r\n\r\n\"\u00c3\u0028\""));
        assertEquals(400, status(post + "Content-Length: 40\r\n\r\n" + "[".repeat(40)));
        assertEquals(421, status("GET / HTTP/1.1\r\nHost: rebound.example:80\r\n\r\n"));
        assertEquals(421, status("GET / HTTP/1.1\r\nHost: 127.example.com\r\n\r\n"));
        assertEquals(200, status("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"));
        web.say(1, "1");
    }

    @Test
    void thereIsNoWayToFilesOfTheMachine() throws Exception {
        for (String path : List.of("/../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/etc/passwd",
            "/slipway.js/../WebServer.class", "/WebServer.class", "//etc/passwd", "/api/v1/nodes/../../etc",
            "/io/slipway/web/index.html", "/index.html%00", "/.")) {
            assertEquals(404, status(get(path)), path);
        }
    }

    @Test
    void noiseDoesNoHarm() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String good = "POST /api/v1/commands?a=b HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: 30\r\nAuthorization: Basic x\r\n\r\n{\"node\":\"0012740200000001\",\"to\"";
        for (int i = 0; i < 150; i++) {
            byte[] bytes = good.getBytes(StandardCharsets.ISO_8859_1);
            for (int k = random.nextInt(8); k >= 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try (Socket socket = connect()) {
                socket.getOutputStream().write(bytes, 0, random.nextInt(bytes.length + 1));
            } catch (IOException closed) {
                // That is one way to answer noise.
                assertTrue(closed.getMessage() != null, "seed " + seed);
            }
        }
        web.say(1, "1");
        Await.until("an answer, seed " + seed, 60, () -> status(get("/api/v1/status")) == 200);
        assertEquals(0, web.health.errorCount(), "seed " + seed);
    }

    @Test
    void whoKeepsConnectionsOrDawdlesIsShutOut() throws Exception {
        web.say(1, "1");
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Socket socket = connect();
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: local".getBytes(StandardCharsets.US_ASCII));
            slow.add(socket);
        }
        Await.until("all to be let in", 60, () -> web.health.gaugeValue("web_connections") == 16);
        assertEquals(0, status(get("/")));
        assertNotEquals(0, web.health.value(Counter.WEB_CONNECTION_REFUSED));
        web.say(1, "2");
        // A byte now and then is no request: the connection ends all the same.
        Await.until("the end of who dawdles", 60, () -> {
            for (Socket socket : slow) {
                try {
                    socket.getOutputStream().write('x');
                } catch (IOException ended) {
                    continue;
                }
            }
            return web.health.gaugeValue("web_connections") == 0;
        });
        assertEquals(200, status(get("/")));
        web.say(1, "3");
    }

    @Test
    void whoDoesNotReadItsAnswersHoldsUpNobody() throws Exception {
        for (int i = 0; i < 8; i++) {
            Socket deaf = connect();
            for (int k = 0; k < 50; k++) {
                deaf.getOutputStream().write(get("/api/v1/counters").getBytes(StandardCharsets.US_ASCII));
            }
        }
        web.say(1, "1");
        assertEquals(200, status(get("/api/v1/status")));
    }

    @Test
    void tooManyRequestsOfOneAddressGet429() throws Exception {
        try (WebFixture strict = new WebFixture(directory.resolve("strict"), "") {
            @Override
            String limits() {
                return "\toption requests_per_s '1'\n";
            }
        }) {
            int refused = 0;
            for (int i = 0; i < 30; i++) {
                refused += strict.get("/icon.svg").statusCode() == 429 ? 1 : 0;
            }
            assertTrue(refused > 0);
            strict.say(1, "1");
        }
    }
}
