package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.UdpPacket;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The finished jar between a node that speaks MQTT-SN and MQTT clients. */
class MqttSnIT {
    private static final Eui64 NODE = Eui64.parse("0012740200020002");
    private static final Ipv6Address GATEWAY = Ipv6Address.of(0xfd00_0000_0000_0000L, 1);

    @TempDir
    Path directory;
    private final List<String> answers = Collections.synchronizedList(new ArrayList<>());

    @Test
    void aNodesMessageIsStoredAndStandsOnTheLanAndItHearsWhatTheLanPublishes() throws Exception {
        EmulatedMote mote = new EmulatedMote(0, packet ->
            answers.add(HexFormat.of().formatHex(packet.udp().payload())));
        try (GatewayProcess gateway = new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.port(),
                 "config mqttsn\nconfig lwm2m\n").start(); Place lan = Place.lan(gateway.lanPort)) {
            Await.until("the prefix", 30, mote::isConfigured);
            exchange(mote, "07 04 04 01 0000 63", "03 05 00");
            exchange(mote, "08 0a 0000 0001 6162", "07 0b 0001 0001 00");
            exchange(mote, "09 0c 40 0001 0002 3231", "04 0f 0002");
            exchange(mote, "09 0c c0 0001 0002 3231", "04 0f 0002");
            exchange(mote, "04 10 0002", "04 0e 0002");
            exchange(mote, "08 12 20 0003 6c2f2b", "08 13 20 0000 0003 00");
            lan.publish("l/1", "on");
            exchange(null, "", "09 0a 0002 0001 6c2f31");
            Await.until("the reading", 30, () -> lan.size() == 1);
            assertEquals(List.of(NODE + " mqttsn/ab 3231"), lan.contents());
            assertTrue(status(gateway).contains("mqttsn_readings"));
            assertEquals(143, gateway.stop());
            assertEquals(lan.readings(), Place.store(gateway.dataDir).readings());
        } finally {
            mote.close();
        }
    }

    private void exchange(EmulatedMote mote, String hex, String answer) {
        int before = answers.size();
        if (mote != null) {
            mote.send(UdpPacket.encode(Ipv6Address.of(GATEWAY.high(), NODE.interfaceId()), 1883, GATEWAY, 1883,
                HexFormat.of().parseHex(hex.replace(" ", ""))));
        }
        Await.until(answer, 60, () -> answers.subList(mote == null ? 0 : before, answers.size())
            .contains(answer.replace(" ", "")));
    }

    private static String status(GatewayProcess gateway) throws Exception {
        Process status = GatewayProcess.command("status", "--json", "--config", gateway.config().toString()).start();
        String json = new String(status.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(status.waitFor(30, TimeUnit.SECONDS));
        return json;
    }
}
