package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import io.slipway.testing.UdpMote;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway and libcoap's client and server understand each other, over the line of a border router. */
class LibcoapTest {
    private static final Eui64 NODE = Eui64.parse("0012740200020002");

    @TempDir
    Path directory;
    private Process server;
    private UdpMote mote;
    private CoapFixture gateway;

    @BeforeEach
    void startServer() throws Exception {
        int port;
        try (DatagramSocket free = new DatagramSocket()) {
            port = free.getLocalPort();
        }
        server = new ProcessBuilder("coap-server-notls", "-A", "127.0.0.1", "-p", "" + port, "-d", "20", "-v", "7")
            .redirectErrorStream(true).redirectOutput(directory.resolve("server.log").toFile()).start();
        mote = new UdpMote(NODE, port);
    }

    @AfterEach
    void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        mote.close();
        server.destroyForcibly().waitFor();
    }

    private void start(String sections) throws Exception {
        gateway = new CoapFixture(mote.mote.port(), sections);
        Await.until("the prefix", 30, mote.mote::isConfigured);
    }

    /** What coap-client says, its standard error included. */
    private String client(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("coap-client-notls", "-B", "20"));
        command.addAll(List.of(args));
        int last = command.size() - 1;
        command.set(last, "coap://127.0.0.1:" + mote.gatewayPort() + command.get(last));
        Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
        client.getOutputStream().close();
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(client.waitFor(30, TimeUnit.SECONDS));
        return said;
    }

    @Test
    void whatTheClientPostsAndPutsIsAReading() throws Exception {
        start("");
        assertEquals("", client("-m", "post", "-e", "21.5", "/sensors/temperature"));
        assertEquals("", client("-m", "put", "-N", "-e", "22", "/sensors/temperature?unit=C"));
        assertEquals("", client("-m", "put", "-e", "x", "/a%2Fb%2b/c%c3%a9"));
        gateway.awaitReading(NODE + " coap/a%2Fb%2B/c%C3%A9 x");
        assertEquals(List.of(NODE + " coap/sensors/temperature 21.5", NODE + " coap/sensors/temperature?unit=C 22",
            NODE + " coap/a%2Fb%2B/c%C3%A9 x"), gateway.readings);
        assertEquals(0, gateway.health.value(Counter.COAP_MALFORMED));
        assertEquals(0, mote.mote.protocolErrors());
    }

    @Test
    void theClientReadsWhatTheGatewayHasAndHearsWhatItHasNot() throws Exception {
        start("");
        String links = "</>;title=\"POST or PUT a reading to any path\",</.well-known/core>;ct=40";
        assertEquals(links + "\n", client("-m", "get", "/.well-known/core"));
        assertEquals(links + "\n", client("-m", "get", "-b", "16", "/.well-known/core"));
        assertTrue(client("-m", "get", "/sensors/temperature").startsWith("4.05"));
        assertTrue(client("-m", "delete", "/sensors/temperature").startsWith("4.05"));
        assertTrue(client("-m", "fetch", "-e", "x", "/sensors").startsWith("4.05"));
        // Option 9 is critical and nobody's.
        assertTrue(client("-m", "post", "-O", "9,x", "-e", "1", "/sensors").startsWith("4.02"));
        assertEquals(List.of(), gateway.readings);
    }

    @Test
    void aLongBodyComesInBlocks() throws Exception {
        start("");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            text.append("line ").append(i).append('\n');
        }
        Path file = Files.writeString(directory.resolve("body"), text.toString());
        assertEquals("", client("-m", "put", "-b", "64", "-f", file.toString(), "/log"));
        gateway.awaitReading(NODE + " coap/log " + text);
        assertEquals(1, gateway.readings.size());
        Path tooLong = Files.write(directory.resolve("long"), new byte[20_000]);
        assertTrue(client("-m", "put", "-b", "512", "-f", tooLong.toString(), "/log").startsWith("4.13"));
        assertEquals(1, gateway.readings.size());
    }

    /** The last report on a command, without its id. */
    private String answer(Eui64 node, String request, String payload) {
        return gateway.ask(node, request, payload).replaceFirst("\"id\":\"[^\"]*\",?", "").replace(",}", "}");
    }

    @Test
    void aCommandIsDoneAndTheAnswerReported() throws Exception {
        start("");
        assertTrue(answer(NODE, "get/", "").startsWith("{\"state\":\"answered\",\"code\":\"2.05\","
            + "\"value\":\"This is a test server made with libcoap"), gateway.reports.toString());
        assertEquals("{\"state\":\"answered\",\"code\":\"2.01\"}", answer(NODE, "put/example_data", "hello"));
        assertEquals("{\"state\":\"answered\",\"code\":\"2.05\",\"value\":\"hello\"}",
            answer(NODE, "get/example_data", ""));
        assertEquals("{\"state\":\"answered\",\"code\":\"4.04\",\"value\":\"Not Found\"}",
            answer(NODE, "get/nothing/here?x=1", ""));
        String longText = "0123456789".repeat(80);
        assertEquals("{\"state\":\"answered\",\"code\":\"2.04\"}", answer(NODE, "put/example_data", longText));
        assertEquals("{\"state\":\"answered\",\"code\":\"2.05\",\"value\":\"" + longText + "\"}",
            answer(NODE, "get/example_data", ""));
        assertTrue(answer(NODE, "get/.well-known/core", "").startsWith("{\"state\":\"answered\","
            + "\"code\":\"2.05\",\"format\":40,\"value\":\"</>;title="), gateway.reports.toString());
        // Answered apart from its acknowledgement, a second later.
        assertEquals("{\"state\":\"answered\",\"code\":\"2.05\",\"value\":\"done\"}",
            answer(NODE, "get/async?1", ""));
        assertEquals(List.of(), gateway.readings);
        assertEquals(0, mote.mote.protocolErrors());
    }

    @Test
    void aResourceIsObservedAndLetGoOf() throws Exception {
        start("config coap\n\toption node '" + NODE + "'\n\toption path time\n");
        Await.until("notifications", CoapFixture.PATIENCE_S, () -> gateway.readings.size() >= 4);
        // Once where the server was not there yet: nobody waits for it.
        long repeated = gateway.health.value(Counter.COAP_RETRANSMITTED);
        assertTrue(gateway.readings.get(0).startsWith(NODE + " coap/time "), gateway.readings.toString());
        assertEquals(1, gateway.health.value(Counter.COAP_REQUESTS));
        gateway.close();
        Await.until("the server to end it", CoapFixture.PATIENCE_S,
            () -> Files.readString(directory.resolve("server.log")).contains("removed subscription"));
        assertEquals(gateway.readings.size(), gateway.health.value(Counter.COAP_READINGS));
        assertEquals(repeated, gateway.health.value(Counter.COAP_RETRANSMITTED));
    }

    @Test
    void aResourceIsPolledAndItsNodeDescribed() throws Exception {
        start("config coap\n\toption node '" + NODE + "'\n\toption path time?ticks\n\toption mode poll\n"
            + "\toption interval_s 1\nconfig coap\n\toption mode discover\n");
        Await.until("answers", CoapFixture.PATIENCE_S, () -> gateway.readings.size() >= 3);
        assertTrue(gateway.readings.get(0).startsWith(NODE + " coap/time?ticks "), gateway.readings.toString());
        Await.until("links", CoapFixture.PATIENCE_S, () -> gateway.mesh.nodes().get(0).links.size() > 2);
        assertTrue(gateway.mesh.nodes().get(0).links.stream().anyMatch(link -> link.target.equals("/time")
            && link.attributes.containsKey("obs") && link.attributes.get("title").equals("Internal Clock")));
    }
}
