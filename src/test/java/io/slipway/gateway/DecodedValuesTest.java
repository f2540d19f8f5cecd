package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.Config;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.UdpPacket;
import io.slipway.health.Health;
import io.slipway.health.StatusPort;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.UdpMote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway between nodes, one of them libcoap's client, and mosquitto's clients. */
class DecodedValuesTest {
    private static final Eui64 NODE = Eui64.parse("0012740200020002");
    private static final String DECODED = "slipway/gw-01/" + NODE + "/decoded/";
    private static final String AUTO = "config decode coap\n\tlist source 'coap/#'\n\toption retain 1\n";
    private static final String HOME = "config homeassistant\n\toption enabled 1\n";

    @TempDir
    Path directory;
    private final int port = Mosquitto.freePort();
    private final List<Process> processes = new ArrayList<>();
    private UdpMote mote;
    private Gateway gateway;

    @BeforeEach
    void startNode() throws Exception {
        mote = new UdpMote(NODE, 1);
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        if (gateway != null) {
            gateway.close();
        }
        mote.close();
    }

    private void start(String sections) throws Exception {
        gateway = Gateway.start(Config.parse("test", "config gateway\n\toption id gw-01\n\toption data_dir '"
            + directory.resolve("data") + "'\nconfig mesh\n\toption link tcp://127.0.0.1:" + mote.mote.port()
            + "\nconfig broker\n\toption listen 127.0.0.1:" + port + "\n" + sections), new Health());
        Await.until("the prefix", 60, mote.mote::isConfigured);
    }

    private void restart(String sections) throws Exception {
        gateway.close();
        mote.mote.forgetPrefix();
        start(sections);
    }

    /** Lines of {@code RETAINED TOPIC MESSAGE}, as mosquitto_sub writes them into this file. */
    private Path subscribe(String name) throws IOException {
        Path file = directory.resolve(name);
        processes.add(new ProcessBuilder("mosquitto_sub", "-p", "" + port, "-t", DECODED + "#",
            "-t", "slipway/gw-01/state", "-t", "homeassistant/sensor/#", "-F", "%r %t %p").redirectErrorStream(true)
            .redirectOutput(file.toFile()).start());
        Await.until("the subscription", 60, () -> Files.readString(file).contains("1 slipway/gw-01/state online"));
        return file;
    }

    private static String await(Path lines, String start) {
        String[] found = new String[1];
        Await.until(start + " in " + lines, 60, () -> {
            for (String line : Files.readAllLines(lines)) {
                found[0] = line.startsWith(start) ? line : found[0];
            }
            return found[0] != null;
        });
        return found[0];
    }

    private void client(String format, String payload, String path) throws Exception {
        Process client = new ProcessBuilder("coap-client-notls", "-B", "20", "-m", "post", "-t", format, "-e", payload,
            "coap://127.0.0.1:" + mote.gatewayPort() + path).redirectErrorStream(true).start();
        processes.add(client);
        client.getOutputStream().close();
        assertEquals("", new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    private void udp(int toPort, byte[] payload) {
        assertTrue(mote.mote.send(UdpPacket.encode(Ipv6Address.of(0xfd00_0000_0000_0000L, NODE.interfaceId()), 1025,
            Ipv6Address.of(0xfd00_0000_0000_0000L, 1), toPort, payload)));
    }

    private String status() throws Exception {
        return new String(StatusPort.ask(directory.resolve("data"), "json"), StandardCharsets.UTF_8);
    }

    @Test
    void theContentFormatOfAMessageChoosesItsDecoderAndTheValueIsKeptForThoseWhoComeLater() throws Exception {
        start(AUTO);
        Path first = subscribe("first");
        client("110", "[{\"n\":\"temp\",\"u\":\"Cel\",\"v\":21.5}]", "/s/t");
        client("50", "{\"a\":[1,true]}", "/s/j");
        String senml = await(first, "0 " + DECODED + "coap/s/t ");
        assertTrue(senml.endsWith("\"fields\":{\"temp\":21.5},\"units\":{\"temp\":\"Cel\"}}"), senml);
        String json = await(first, "0 " + DECODED + "coap/s/j ");
        assertTrue(json.endsWith("\"fields\":{\"a.0\":1,\"a.1\":true}}"), json);
        assertEquals("1" + senml.substring(1), await(subscribe("later"), "1 " + DECODED + "coap/s/t "));
    }

    @Test
    void aDatagramIsDecodedByItsPortAndABadOneIsCounted() throws Exception {
        start("config decode weather\n\tlist source udp/5000\n\toption format packed\n\toption byte_order big\n"
            + "\tlist field 'temperature i16 scale=0.01 unit=Cel'\n\tlist field 'humidity u8 unit=%RH'\n");
        Path lan = subscribe("lan");
        udp(5000, new byte[] {1});
        udp(5000, new byte[] {8, 0x66, 55});
        String decoded = await(lan, "0 " + DECODED + "udp/5000 ");
        assertTrue(decoded.contains("/2\",\"at\":"), decoded);
        assertTrue(decoded.endsWith("\"fields\":{\"temperature\":21.50,\"humidity\":55},"
            + "\"units\":{\"temperature\":\"Cel\",\"humidity\":\"%RH\"}}"), decoded);
        String status = status();
        assertTrue(status.contains("\"decode\":[{\"name\":\"weather\",\"format\":\"packed\",\"done\":1,"
            + "\"failed\":1,\"last_reason\":\"a record shorter than its fields, which take 3 bytes\","
            + "\"last_node\":\"" + NODE + "\"}]"),
            status);
    }

    @Test
    void homeAssistantIsToldAndToldAgainAndToldWhenAValueIsNoMore() throws Exception {
        start(AUTO + HOME);
        Path lan = subscribe("lan");
        client("110", "[{\"n\":\"temp\",\"u\":\"Cel\",\"v\":21.5}]", "/s/t");
        String topic = "homeassistant/sensor/gw-01_" + NODE + "_coap_s_t_temp/config ";
        String announced = await(lan, "0 " + topic);
        assertTrue(announced.contains("\"device_class\":\"temperature\""), announced);
        Path later = subscribe("later");
        assertEquals("1" + announced.substring(1), await(later, "1 " + topic));
        assertEquals(0, new ProcessBuilder("mosquitto_pub", "-p", "" + port, "-t", "homeassistant/status", "-m",
            "online").start().waitFor());
        assertEquals(announced, await(later, "0 " + topic));
        restart(AUTO + HOME);
        assertEquals("1" + announced.substring(1), await(subscribe("next"), "1 " + topic));
        restart(HOME + "config decode\n\tlist source 'udp/1'\n");
        assertTrue(Files.readAllLines(subscribe("last")).stream().noneMatch(line -> line.contains(topic)));
        Await.until("the list to be empty", 60, () -> !Files.exists(directory.resolve("data/homeassistant")));
    }
}
