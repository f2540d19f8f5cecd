package io.slipway.mesh.mqttsn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A real MQTT-SN client for Contiki, as it was recorded with another gateway: ours says the same, byte for byte. */
class MqttSnCaptureTest {
    private static final int PORT = 1883;

    private static List<String> payloads(String capture) throws Exception {
        List<String> payloads = new ArrayList<>();
        for (JsonNode frame : Captures.json(capture + ".expected.json").get("frames")) {
            if (frame.has("udp") && frame.get("udp").get("sport").asInt() == PORT) {
                payloads.add(frame.get("udp").get("payload").asText());
            }
        }
        return payloads;
    }

    @Test
    void theRecordedClientIsAnsweredByteForByteAndItsMessagesAreReadings() throws Exception {
        Simulation gateway = new Simulation();
        List<String> recorded = payloads("6lbr-mqttsn.m2h");
        assertEquals(10, recorded.size());
        for (String message : recorded) {
            gateway.send(message);
            if (message.startsWith("1a0a")) {
                // What the other gateway had to say to the client in between.
                gateway.gateway.message("0002000200020002/ctrl", Captures.hex("6f6e3dc0db"), 0);
            }
        }
        assertEquals(payloads("6lbr-mqttsn.h2m"), gateway.sent);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            expected.add(Simulation.NODE + " 0002000200020002/msg Message " + i + " 1 false");
        }
        assertEquals(expected, gateway.published);
    }
}
