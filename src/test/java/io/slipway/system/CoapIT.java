package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import io.slipway.testing.UdpMote;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The finished jar between a node that is libcoap's client and server, and MQTT clients. */
class CoapIT {
    private static final Eui64 NODE = Eui64.parse("0012740200020002");
    private static final String DOWN = "slipway/gw-01/" + NODE + "/down/coap/";

    @TempDir
    Path directory;
    private Process server;
    private UdpMote mote;

    @BeforeEach
    void startNode() throws Exception {
        int port;
        try (DatagramSocket free = new DatagramSocket()) {
            port = free.getLocalPort();
        }
        server = new ProcessBuilder("coap-server-notls", "-A", "127.0.0.1", "-p", "" + port).inheritIO().start();
        mote = new UdpMote(NODE, port);
    }

    @AfterEach
    void stopNode() throws Exception {
        mote.close();
        server.destroyForcibly().waitFor();
    }

    private String answer(Place lan, String request, String payload) throws Exception {
        String topic = DOWN + request;
        lan.publish(topic, payload);
        Await.until("the answer to " + request, 60, () -> {
            List<String> reports = lan.texts(topic + "/state");
            return !reports.isEmpty() && !reports.get(reports.size() - 1).matches(".*\"(queued|sent)\".*");
        });
        List<String> reports = lan.texts(topic + "/state");
        return reports.get(reports.size() - 1).replaceFirst("\"id\":\"[^\"]*\",?", "").replace(",}", "}");
    }

    @Test
    void aNodesDataAppearsOnMqttAndItDoesWhatIsPublished() throws Exception {
        try (GatewayProcess gateway = new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.mote.port(),
                 "config coap\n\toption mode discover\n").start(); Place lan = Place.lan(gateway.lanPort)) {
            Await.until("the prefix", 30, mote.mote::isConfigured);
            assertEquals("{\"state\":\"answered\",\"code\":\"2.01\"}", answer(lan, "put/example_data", "on"));
            assertEquals("{\"state\":\"answered\",\"code\":\"2.05\",\"value\":\"on\"}",
                answer(lan, "get/example_data", ""));
            assertTrue(answer(lan, "get/nowhere", "").contains("\"code\":\"4.04\""));
            assertTrue(answer(lan, "patch/x", "").contains("none of get, put, post, delete"));
            Process client = new ProcessBuilder("coap-client-notls", "-m", "post", "-e", "21.5",
                "coap://127.0.0.1:" + mote.gatewayPort() + "/sensors/t").inheritIO().start();
            assertEquals(0, client.waitFor());
            Await.until("the reading", 30, () -> lan.size() == 1);
            assertEquals(List.of(NODE + " coap/sensors/t 32312e35"), lan.contents());
            Await.until("the node's links in the status", 60, () -> isDescribed(status(gateway)));
            assertEquals(143, gateway.stop());
            assertEquals(lan.readings(), Place.store(gateway.dataDir).readings());
        }
    }

    private static boolean isDescribed(String status) throws Exception {
        for (JsonNode link : new ObjectMapper().readTree(status).get("nodes").get(0).get("links")) {
            if (link.get("href").asText().equals("/time")) {
                return link.has("obs") && link.get("title").asText().equals("Internal Clock");
            }
        }
        return false;
    }

    private static String status(GatewayProcess gateway) throws Exception {
        Process status = GatewayProcess.command("status", "--json", "--config", gateway.config().toString()).start();
        String json = new String(status.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, status.waitFor());
        return json;
    }
}
