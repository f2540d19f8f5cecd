package io.slipway.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final Health health = new Health();

    private JsonNode json() throws Exception {
        JsonWriter json = new JsonWriter().object();
        health.writeTo(json);
        return new ObjectMapper().readTree(json.endObject().toBytes());
    }

    @Test
    void countsWhateverTheThreads() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(new Thread(() -> {
                for (int i = 0; i < 10_000; i++) {
                    health.count(Counter.SLIP_FRAMES);
                    health.count(Counter.LINK_BYTES_READ, 3);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(40_000, health.value(Counter.SLIP_FRAMES));
        assertEquals(120_000, health.value(Counter.LINK_BYTES_READ));
        assertEquals(0, health.value(Counter.SLIP_TRUNCATED));
    }

    @Test
    void theStatusIsJsonWithEverythingInIt() throws Exception {
        health.count(Counter.SLIP_FRAMES, 7);
        health.state("link \"mesh0\"", "waiting: no such device\n");
        health.state("mesh0", "running");
        health.state("mesh0", "link down");
        health.gauge("store_queue", () -> -3);
        health.error("broken \u0001");
        health.error("broken \u0001");
        health.alarm(new Thread("reader"), new IllegalStateException("on purpose"));
        JsonNode json = json();
        assertEquals(7, json.get("counters").get("slip_frames").asLong());
        assertEquals(Counter.values().length, json.get("counters").size());
        assertEquals("waiting: no such device\n", json.get("states").get("link \"mesh0\"").asText());
        assertEquals("link down", json.get("states").get("mesh0").asText());
        assertEquals(-3, json.get("gauges").get("store_queue").asLong());
        assertEquals("broken \u0001", json.get("errors").get(0).get("error").asText());
        assertEquals(2, json.get("errors").get(0).get("count").asLong());
        assertTrue(json.get("errors").get(0).get("last").asLong() >= json.get("errors").get(0).get("first").asLong());
        assertEquals("thread reader died: java.lang.IllegalStateException: on purpose",
            json.get("errors").get(1).get("error").asText());
    }

    @Test
    void knowsStatesAndGaugesByName() {
        assertNull(health.stateOf("mesh0"));
        assertEquals(-1, health.gaugeValue("store_queue"));
        health.state("mesh0", "running");
        health.gauge("store_queue", () -> 5);
        assertEquals("running", health.stateOf("mesh0"));
        assertEquals(5, health.gaugeValue("store_queue"));
    }

    @Test
    void anErrorIsNewOnceAndTheOneThatIsSilentLongestMakesRoom() {
        DistinctErrors errors = new DistinctErrors();
        for (int i = 0; i < DistinctErrors.LIMIT; i++) {
            assertTrue(errors.record("error " + i, 1000 + i));
        }
        assertFalse(errors.record("error 0", 5000));
        assertTrue(errors.record("one more", 6000));
        assertEquals(DistinctErrors.LIMIT, errors.size());
        JsonWriter json = new JsonWriter().object();
        errors.writeTo(json);
        assertTrue(json.toString().contains("{\"error\":\"error 0\",\"count\":2,\"first\":1000,\"last\":5000}"));
        assertFalse(json.toString().contains("\"error 1\""));
        assertTrue(errors.record("error 1", 7000), "it was forgotten, so it is news again");
    }
}
