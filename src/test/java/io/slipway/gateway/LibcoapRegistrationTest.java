package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import io.slipway.testing.UdpMote;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libcoap's client and server as an LwM2M client: registers, is observed, leaves. */
class LibcoapRegistrationTest {
    private static final Eui64 NODE = Eui64.parse("0012740200020002");

    @TempDir
    Path directory;
    private Process server;
    private UdpMote mote;
    private CoapFixture gateway;

    @BeforeEach
    void start() throws Exception {
        int port;
        try (DatagramSocket free = new DatagramSocket()) {
            port = free.getLocalPort();
        }
        server = new ProcessBuilder("coap-server-notls", "-A", "127.0.0.1", "-p", "" + port, "-d", "20")
            .redirectErrorStream(true).redirectOutput(directory.resolve("server.log").toFile()).start();
        mote = new UdpMote(NODE, port);
        gateway = new CoapFixture(mote.mote.port(), "config lwm2m\n\tlist observe 3303/0/5700\n");
        Await.until("the prefix", 30, mote.mote::isConfigured);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        mote.close();
        server.destroyForcibly().waitFor();
    }

    /** What the client says, with every message that it sends and gets. */
    private String client(String method, String path, String payload) throws Exception {
        List<String> command = new ArrayList<>(List.of("coap-client-notls", "-B", "20", "-v", "7", "-m", method));
        if (!payload.isEmpty()) {
            command.addAll(List.of("-e", payload));
        }
        command.add("coap://127.0.0.1:" + mote.gatewayPort() + path);
        Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
        client.getOutputStream().close();
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(client.waitFor(30, TimeUnit.SECONDS));
        return said;
    }

    private int links() {
        return gateway.mesh.nodes().get(0).links.size();
    }

    @Test
    void aClientRegistersIsObservedAndLeaves() throws Exception {
        assertTrue(gateway.ask(NODE, "put/3303/0/5700", "21.5").contains("2.01"));
        String said = client("post", "/rd?lwm2m=1.0&ep=Contiki-NG-Test&lt=300&b=U", "</3/0>,</3303/0>");
        Matcher location = Pattern.compile("Location-Path:rd, Location-Path:([0-9a-f]+)").matcher(said);
        assertTrue(said.contains("2.01") && location.find(), said);
        assertEquals(2, links());
        gateway.awaitReading(NODE + " lwm2m/3303/0/5700 21.5");
        assertTrue(gateway.ask(NODE, "put/3303/0/5700", "22").contains("2.04"));
        gateway.awaitReading(NODE + " lwm2m/3303/0/5700 22");
        String path = "/rd/" + location.group(1);
        assertTrue(client("post", path + "?lt=300&b=U", "").contains("2.04"));
        assertTrue(client("delete", path, "").contains("2.02"));
        assertEquals(0, links());
        assertTrue(client("post", path, "").contains("4.04"));
        assertEquals(0, mote.mote.protocolErrors());
    }
}
