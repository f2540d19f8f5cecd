package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.health.Counter;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway's status as a subscriber on the LAN gets it. */
class StatusTopicsTest {
    @TempDir
    Path directory;

    private static JsonNode retained(int port, String topic) throws Exception {
        Process sub = new ProcessBuilder("mosquitto_sub", "-p", "" + port, "-t", topic, "-C", "1", "-W", "60")
            .redirectErrorStream(true).start();
        String said = new String(sub.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, sub.waitFor(), said);
        return WebFixture.MAPPER.readTree(said);
    }

    @Test
    void theStatusIsRetainedOnTheLanAndSaidAnew() throws Exception {
        try (WebFixture web = new WebFixture(directory, "") {
            @Override
            String gateway() {
                return "\toption status_s '1'\n";
            }
        }) {
            int port = web.gateway.brokerPort();
            Await.until("the first", 60, () -> retained(port, "slipway/gw-01/status/states").get("store").asText()
                .equals("open"));
            assertTrue(retained(port, "slipway/gw-01/status/gauges").has("store_queue"));
            assertEquals(0, retained(port, "slipway/gw-01/status/counters").get("mesh_uplinks").asInt());
            web.say(1, "1");
            Await.until("the count", 60, () -> retained(port, "slipway/gw-01/status/counters").get("mesh_uplinks")
                .asLong() == web.health.value(Counter.MESH_UPLINKS));
            Process pub = new ProcessBuilder("mosquitto_pub", "-p", String.valueOf(port), "-r", "-t",
                "slipway/gw-01/status/counters", "-m", "{}").start();
            pub.waitFor();
            assertTrue(retained(port, "slipway/gw-01/status/counters").has("mesh_uplinks"));
        }
    }
}
