package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.health.Counter;
import io.slipway.testing.Await;
import io.slipway.testing.TalkingMote;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Server-sent events: who follows hears what happens, and who is slow is told what it missed. */
class WebLiveTest {
    private static final String NODE = TalkingMote.node(1).toString();

    @TempDir
    Path directory;
    private WebFixture web;

    @BeforeEach
    void start() throws Exception {
        web = new WebFixture(directory, "\toption live_clients '2'\n");
    }

    @AfterEach
    void stop() throws Exception {
        web.close();
    }

    /** Somebody who follows, on a socket whose buffer is small. */
    private final class Follower implements AutoCloseable {
        private final Socket socket = new Socket();
        private final BufferedReader in;

        Follower(String query) throws IOException {
            socket.setReceiveBufferSize(4096);
            socket.setSoTimeout(60_000);
            socket.connect(new InetSocketAddress("127.0.0.1", web.gateway.webPort()));
            socket.getOutputStream().write(("GET /api/v1/live" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                head.append(line).append('\n');
            }
            return head.toString();
        }

        /** The next event that is not a heartbeat: its type, a space, its data. */
        String event() throws IOException {
            String type = null;
            int heartbeats = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    return type + " " + line.substring(6);
                } else if (line.equals(":") && ++heartbeats > 3) {
                    throw new IOException("nothing comes but heartbeats");
                }
            }
            throw new IOException("the stream ended");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void whoFollowsHearsReadingsAndCommands() throws Exception {
        web.say(1, "1");
        try (Follower follower = new Follower("")) {
            String head = follower.head();
            assertTrue(head.startsWith("HTTP/1.1 200"), head);
            assertTrue(head.contains("text/event-stream"), head);
            web.say(1, "22.5");
            JsonNode reading = WebFixture.MAPPER.readTree(follower.event().substring("reading ".length()));
            assertEquals("22.5", reading.get("value").asText());
            assertEquals(List.of(), JsonSchema.faults(web.json("/api/v1/openapi.json"),
                web.json("/api/v1/openapi.json").at("/components/schemas/Reading"), reading));
            web.post("/api/v1/commands", "{\"node\":\"" + NODE + "\",\"to\":\"udp/8765\",\"value\":\"x\"}");
            List<String> states = new ArrayList<>();
            while (!states.contains("sent")) {
                String event = follower.event();
                assertTrue(event.startsWith("command "), event);
                states.add(WebFixture.MAPPER.readTree(event.substring(8)).at("/report/state").asText());
            }
            assertEquals(List.of("queued", "sent"), states);
        }
    }

    @Test
    void aFilterLetsThroughWhatIsWantedOnly() throws Exception {
        try (Follower follower = new Follower("?node=" + NODE + "&source=udp/%2B")) {
            follower.head();
            try (Follower nothing = new Follower("?source=coap/%23")) {
                nothing.head();
                web.say(2, "other");
                web.say(1, "mine");
                assertTrue(follower.event().contains("mine"));
                assertEquals(503, web.get("/api/v1/live").statusCode());
            }
            Await.until("the place", 60, () -> {
                try (Follower third = new Follower("")) {
                    return third.head().startsWith("HTTP/1.1 200");
                }
            });
        }
    }

    @Test
    void aSlowClientLosesAndIsToldHowMuchWhileTheOthersAreServed() throws Exception {
        String payload = "x".repeat(900);
        try (Follower slow = new Follower(""); Follower quick = new Follower("")) {
            slow.head();
            quick.head();
            int said = 0;
            int came = 0;
            // What the kernel holds for the slow one has no limit that is known here.
            while (web.health.value(Counter.WEB_LIVE_DROPPED) == 0) {
                web.mote.say(1, said + " " + payload);
                said++;
                assertTrue(quick.event().contains("\"value\":\"" + (said - 1) + " x"));
                came++;
                assertTrue(said < 20_000, "nothing was ever dropped");
            }
            assertEquals(said, came);
            long lost = web.health.value(Counter.WEB_LIVE_DROPPED);
            int read = 0;
            long told = 0;
            while (read + told < said) {
                String event = slow.event();
                if (event.startsWith("lost ")) {
                    told += WebFixture.MAPPER.readTree(event.substring(5)).get("lost").asLong();
                } else {
                    read++;
                }
            }
            assertEquals(lost, told);
            assertEquals(said, read + told);
            web.mote.say(1, "after");
            assertTrue(slow.event().contains("after"));
        }
    }
}
