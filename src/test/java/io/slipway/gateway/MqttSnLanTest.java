package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.UdpPacket;
import io.slipway.reading.Eui64;
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

/** Nodes that speak MQTT-SN and mosquitto's clients on the LAN, over the line of a border router. */
class MqttSnLanTest {
    private static final Eui64 NODE = Eui64.parse("0002000200020002");
    private static final Ipv6Address GATEWAY = Ipv6Address.of(0xfd00_0000_0000_0000L, 1);

    /** What the gateway sent to the node's port 1883. */
    private final List<String> answers = Collections.synchronizedList(new ArrayList<>());
    private EmulatedMote mote;
    private MqttSnFixture gateway;

    @BeforeEach
    void start() throws Exception {
        mote = new EmulatedMote(0, packet -> {
            if (packet.dst().low() == NODE.interfaceId() && packet.udp().dstPort() == 1883) {
                answers.add(HexFormat.of().formatHex(packet.udp().payload()));
            }
        });
        gateway = new MqttSnFixture(mote.port(), "", "\toption advertise_s 1\n");
        Await.until("the prefix", 30, mote::isConfigured);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        mote.close();
    }

    private void send(String hex) {
        mote.send(UdpPacket.encode(Ipv6Address.of(GATEWAY.high(), NODE.interfaceId()), 1883, GATEWAY, 1883,
            HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    private void exchange(String hex, String answer) {
        send(hex);
        awaitAnswer(answer);
    }

    private void awaitAnswer(String hex) {
        Await.until(hex, 60, () -> answers.contains(hex.replace(" ", "")));
    }

    /** What a program says, which must end by itself. */
    private String run(String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(1, List.of("-h", "127.0.0.1", "-p", "" + gateway.broker.port()));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    @Test
    void whatANodePublishesIsAReadingAndStandsOnItsTopicOnTheLan() throws Exception {
        exchange("07 04 04 01 0000 63", "03 05 00");
        exchange("08 0a 0000 0001 6162", "07 0b 0001 0001 00");
        // Retained, so that the subscriber may come later.
        exchange("09 0c 30 0001 0002 3231", "07 0d 0001 0002 00");
        assertEquals(List.of(NODE + " mqttsn/ab 21"), gateway.readings);
        assertEquals("ab 21\n", run("mosquitto_sub", "-t", "ab", "-C", "1", "-W", "30", "-v"));
    }

    @Test
    void aNodeGetsWhatTheLanPublishesAndWhatItRetains() throws Exception {
        run("mosquitto_pub", "-t", "lamp/1", "-m", "off", "-r", "-q", "1");
        exchange("07 04 04 01 0000 63", "03 05 00");
        exchange("0b 12 20 0001 6c616d702f2b", "08 13 20 0000 0001 00");
        awaitAnswer("0c 0a 0001 0001 6c616d702f31");
        exchange("07 0b 0001 0001 00", "0a 0c 30 0001 0002 6f6666");
        send("07 0d 0001 0002 00");
        run("mosquitto_pub", "-t", "lamp/1", "-m", "on", "-q", "2");
        awaitAnswer("09 0c 20 0001 0003 6f6e");
        send("07 0d 0001 0003 00");
        assertEquals(List.of(), gateway.readings);
    }

    @Test
    void aNodeHearsWhatConcernsItOfTheGatewaysOwnTopics() throws Exception {
        exchange("07 04 04 01 0000 63", "03 05 00");
        String filter = "slipway/gw-01/" + NODE + "/down/mqttsn/x";
        String name = HexFormat.of().formatHex(filter.getBytes(StandardCharsets.US_ASCII));
        exchange(String.format("%02x1200 0001", filter.length() + 5) + name, "08 13 00 0001 0001 00");
        run("mosquitto_pub", "-t", filter, "-m", "go");
        awaitAnswer("09 0c 00 0001 0000 676f");
    }

    @Test
    void theNodesThatAreHeardAreToldOfTheGateway() {
        send("02 17");
        awaitAnswer("05 00 01 0001");
    }
}
