package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.broker.LanBroker;
import io.slipway.config.Config;
import io.slipway.frame.Captures;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Mesh;
import io.slipway.reading.Topics;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mote that puts MQTT packets into SLIP frames: recorded bytes, single packets, mosquitto's clients. */
class MqttInSlipTest {
    private final Health health = new Health();
    /** {@code NODE SOURCE PAYLOAD}. */
    private final List<String> readings = Collections.synchronizedList(new ArrayList<>());
    private MqttLine line;
    private LanBroker broker;
    private Mesh mesh;

    @BeforeEach
    void start() throws Exception {
        line = new MqttLine();
        Config config = Config.parse("test", "config gateway\n\toption id gw-01\nconfig broker\n"
            + "\toption listen 127.0.0.1:0\nconfig mesh mesh0\n\toption link 'tcp://127.0.0.1:" + line.gatewayPort()
            + "'\n\toption frame_gap_ms 10\n\toption mqtt_in_slip 1\n");
        broker = new LanBroker(config.broker, config.gateway, new Topics("gw-01"),
            (client, topic, payload) -> { }, health);
        Uplinks listener = (node, source, format, payload) ->
            readings.add(node + " " + source + " " + new String(payload, StandardCharsets.ISO_8859_1));
        mesh = new Mesh(config.meshes.get(0), listener, health);
        WiredMqtt.add(config.meshes.get(0), mesh, new Topics("gw-01"), broker, listener, health);
        broker.start();
        mesh.start();
        line.accept();
    }

    @AfterEach
    void stop() throws Exception {
        mesh.close();
        broker.close();
        line.close();
    }

    private void exchange(String hex, String... answers) throws Exception {
        line.frames.clear();
        line.sendFrame(HexFormat.of().parseHex(hex.replace(" ", "")));
        List<String> wanted = new ArrayList<>();
        for (String answer : answers) {
            wanted.add(answer.replace(" ", ""));
        }
        await(wanted);
    }

    private void await(List<String> frames) {
        try {
            Await.until("" + frames, 30, () -> line.frames.size() >= frames.size());
        } finally {
            assertEquals(frames, List.copyOf(line.frames));
        }
    }

    private String run(int port, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(1, List.of("-h", "127.0.0.1", "-p", "" + port, "-V", "mqttv311"));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    @Test
    void theRecordedPacketsAreReadingsAndAreAnswered() throws Exception {
        line.send(Captures.raw("synth-mqtt-in-slip.m2h"));
        List<String> expected = new ArrayList<>();
        for (JsonNode frame : Captures.json("synth-mqtt-in-slip.m2h.expected.json").get("frames")) {
            byte[] packet = Captures.hex(frame.get("hex").asText());
            if (packet[0] >> 4 == 3) {
                int body = packet[1] < 0 ? 3 : 2;
                int end = body + 2 + packet[body + 1];
                String topic = new String(packet, body + 2, packet[body + 1], StandardCharsets.US_ASCII);
                int payload = end + ((packet[0] & 6) > 0 ? 2 : 0);
                expected.add("0000000000000000 mqtt/" + topic + " "
                    + new String(packet, payload, packet.length - payload, StandardCharsets.ISO_8859_1));
            }
        }
        assertEquals(10, expected.size());
        // Two CONNECT, two PUBLISH with QoS 1, PINGREQ.
        await(List.of("20020000", "20020000", "4002c0db", "40020002", "d000"));
        assertEquals(expected, readings);
        assertEquals(0, health.value(Counter.WIRED_MALFORMED));
    }

    @Test
    void theNameOfABorderRouterIsThatOfItsReadings() throws Exception {
        line.sendFrame("!M0012740100010001".getBytes(StandardCharsets.US_ASCII));
        line.sendFrame(HexFormat.of().parseHex("30040001" + "6121"));
        Await.until("the reading", 30, () -> readings.size() == 1);
        assertEquals(List.of("0012740100010001 mqtt/a !"), readings);
    }

    @Test
    void repetitionsAreAcknowledgedAndAreNoReadings() throws Exception {
        exchange("32 06 0001 61 0001 31", "40 02 0001");
        exchange("3a 06 0001 61 0001 31", "40 02 0001");
        exchange("34 06 0001 61 0002 32", "50 02 0002");
        exchange("3c 06 0001 61 0002 32", "50 02 0002");
        exchange("62 02 0002", "70 02 0002");
        exchange("62 02 0002", "70 02 0002");
        exchange("32 06 0001 61 0001 33", "40 02 0001");
        assertEquals(3, readings.size());
        assertEquals(2, health.value(Counter.WIRED_DUPLICATES));
    }

    @Test
    void aTopicThatIsNotTheClientsIsNoReading() throws Exception {
        exchange("32 11 000d" + HexFormat.of().formatHex("slipway/gw-01".getBytes(StandardCharsets.US_ASCII))
            + "0001", "40 02 0001");
        exchange("82 0c 0001 0007" + HexFormat.of().formatHex("slipway".getBytes(StandardCharsets.US_ASCII)) + "00",
            "90 03 0001 80");
        assertEquals(List.of(), readings);
        assertEquals(2, health.value(Counter.WIRED_REFUSED));
    }

    @Test
    void whatIsMalformedOrWrongIsNotTaken() throws Exception {
        // Version 5, an id of 0, a cut filter, a packet that brokers send.
        exchange("10 0d 0004 4d515454 05 02 0000 0001 61", "20 02 0001");
        line.sendFrame(HexFormat.of().parseHex("32060001" + "61000031"));
        line.sendFrame(HexFormat.of().parseHex("820600010005" + "6100"));
        line.sendFrame(HexFormat.of().parseHex("20020000"));
        exchange("c0 00", "d0 00");
        assertEquals(3, health.value(Counter.WIRED_MALFORMED));
        assertEquals(List.of(), readings);
    }

    @Test
    void aClientThatConnectsAnewWithoutLeavingHasItsOldWillPublishedOnce() throws Exception {
        // With the will "off" under "w", and then twice without one.
        exchange("10 15 0004 4d515454 04 06 0000 0001 61 0001 77 0003 6f6666", "20 02 0000");
        assertEquals(List.of(), readings);
        exchange("10 0d 0004 4d515454 04 02 0000 0001 61", "20 02 0000");
        exchange("10 0d 0004 4d515454 04 02 0000 0001 61", "20 02 0000");
        assertEquals(List.of("0000000000000000 mqtt/w off"), readings);
    }

    @Test
    void theClientGetsWhatItSubscribesToAndAgainUntilItHasIt() throws Exception {
        exchange("10 0d 0004 4d515454 04 02 0000 0001 61", "20 02 0000");
        exchange("82 06 0001 0001 23 01", "90 03 0001 01");
        line.frames.clear();
        run(broker.port(), "mosquitto_pub", "-t", "ab", "-m", "on", "-q", "1");
        await(List.of("3208000261620001" + "6f6e"));
        // Unanswered for five seconds.
        await(List.of("3208000261620001" + "6f6e", "3a08000261620001" + "6f6e"));
        line.sendFrame(HexFormat.of().parseHex("40020001"));
        exchange("a2 05 0002 0001 23", "b0 02 0002");
        line.frames.clear();
        run(broker.port(), "mosquitto_pub", "-t", "ab", "-m", "off", "-q", "1");
        exchange("c0 00", "d0 00");
    }

    @Test
    void mosquittosClientsFindABrokerBehindTheLine() throws Exception {
        for (int qos = 0; qos <= 2; qos++) {
            run(line.clientPort(), "mosquitto_pub", "-t", "s/t", "-m", "value " + qos, "-q", "" + qos, "-i", "mote");
        }
        Await.until("the readings", 30, () -> readings.size() == 3);
        assertEquals(List.of("0000000000000000 mqtt/s/t value 0", "0000000000000000 mqtt/s/t value 1",
            "0000000000000000 mqtt/s/t value 2"), readings);
        run(broker.port(), "mosquitto_pub", "-t", "lamp", "-m", "on", "-r", "-q", "2");
        assertEquals("lamp on\n", run(line.clientPort(), "mosquitto_sub", "-t", "lamp", "-C", "1", "-W", "30", "-v",
            "-q", "2"));
        assertEquals(0, health.value(Counter.WIRED_MALFORMED));
    }
}
