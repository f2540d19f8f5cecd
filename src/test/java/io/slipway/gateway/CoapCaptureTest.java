package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Captures;
import io.slipway.frame.Ipv6Packet;
import io.slipway.health.Counter;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stock Contiki-NG examples as they were recorded: what the client sent is answered as its real host did. */
class CoapCaptureTest {
    private static final int COAP = 5683;

    private static String ends(String src, int sport, String dst, int dport, String payload) {
        return src + " " + sport + " > " + dst + " " + dport + " " + payload;
    }

    /** Every datagram of a recording whose gateway's port is 5683, or is not. */
    private static List<String> datagrams(String capture, String gatewayPort, boolean isCoap) throws Exception {
        List<String> found = new ArrayList<>();
        for (JsonNode frame : Captures.json(capture + ".expected.json").get("frames")) {
            JsonNode udp = frame.get("udp");
            if (udp != null && udp.get(gatewayPort).asInt() == COAP == isCoap) {
                found.add(ends(frame.get("src").asText(), udp.get("sport").asInt(), frame.get("dst").asText(),
                    udp.get("dport").asInt(), udp.get("payload").asText()));
            }
        }
        return found;
    }

    @Test
    void theExampleClientIsAnsweredByteForByteAndItsPostsAreReadings() throws Exception {
        List<Ipv6Packet> answers = Collections.synchronizedList(new ArrayList<>());
        try (EmulatedMote mote = new EmulatedMote(0, answers::add);
             CoapFixture gateway = new CoapFixture(mote.port(), "")) {
            Await.until("the prefix", 30, mote::isConfigured);
            synchronized (mote) {
                assertTrue(mote.sendRaw(Captures.raw("cng-coap.m2h")));
            }
            int posts = datagrams("cng-coap.m2h", "dport", true).size();
            int others = datagrams("cng-coap.m2h", "dport", false).size();
            assertEquals(8, posts);
            Await.until("the answers", 30, () -> answers.size() == posts
                && gateway.readings.size() == posts + others);
            List<String> said = new ArrayList<>();
            for (Ipv6Packet answer : answers) {
                said.add(ends(answer.src().toString(), answer.udp().srcPort(), answer.dst().toString(),
                    answer.udp().dstPort(), HexFormat.of().formatHex(answer.udp().payload())));
            }
            assertEquals(datagrams("cng-coap.h2m", "sport", true), said);
            String client = Eui64.of(0x0003_0003_0003_0003L).toString();
            assertEquals(Collections.nCopies(posts, client + " coap/actuators/toggle Toggle!"),
                gateway.readings.stream().filter(reading -> reading.contains("coap/")).toList());
            assertEquals(0, gateway.health.value(Counter.COAP_MALFORMED));
            assertEquals(0, mote.protocolErrors());
        }
    }
}
