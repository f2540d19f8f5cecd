package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Packet;
import io.slipway.health.Counter;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that do not get through are reported in words. */
class CoapCommandsTest {
    private static final Eui64 NODE = Eui64.parse("0012740200020002");
    private static final String STATE = "slipway/gw-01/" + NODE + "/down/coap/get/x/state ";
    /** A request that nobody answers goes again after that at the earliest (RFC 7252 section 4.8). */
    private static final long REPEATED_NS = 2_000_000_000L;

    private final LinkedBlockingQueue<Ipv6Packet> packets = new LinkedBlockingQueue<>();
    private EmulatedMote mote;
    private CoapFixture gateway;

    @BeforeEach
    void start() throws Exception {
        mote = new EmulatedMote(0, packets::add);
        gateway = new CoapFixture(mote.port(), "");
        Await.until("the prefix", 30, mote::isConfigured);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        mote.close();
    }

    /** "Port unreachable" (RFC 4443 section 3.1) of the packet's receiver to its sender. */
    private static byte[] unreachable(Ipv6Packet packet) {
        byte[] about = packet.bytes();
        ByteBuffer error = ByteBuffer.allocate(48 + about.length);
        error.putInt(0x60000000).putShort((short) (8 + about.length)).put((byte) 58).put((byte) 63)
            .putLong(packet.dst().high()).putLong(packet.dst().low())
            .putLong(packet.src().high()).putLong(packet.src().low())
            .put((byte) 1).put((byte) 4).putShort((short) 0).putInt(0).put(about);
        long sum = 8 + about.length + 58;
        for (int i = 8; i < error.capacity(); i++) {
            sum += (long) (error.get(i) & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return error.putShort(42, (short) ~sum).array();
    }

    @Test
    void anIcmpErrorIsReportedAtOnceAndNothingIsSentAgain() throws Exception {
        long begunNs = System.nanoTime();
        gateway.command(NODE, "get/x", "");
        Ipv6Packet request = packets.poll(30, TimeUnit.SECONDS);
        Await.until("the report that it left", 30, () -> gateway.reports.size() == 2);
        mote.send(unreachable(request));
        Await.until("the failure", 30, () -> gateway.reports.size() == 3);
        String id = "\"id\":\"1-00000001-1\"";
        assertEquals(List.of(STATE + "{\"state\":\"queued\"," + id + "}",
            STATE + "{\"state\":\"sent\"," + id + "}",
            STATE + "{\"state\":\"refused\"," + id + ",\"kind\":\"port_unreachable\","
                + "\"reason\":\"nothing listens on that port of the node\"}"), gateway.reports);
        // Where the error itself took so long, the request has rightly gone a second time before it.
        boolean wasDue = System.nanoTime() - begunNs >= REPEATED_NS;
        assertTrue(wasDue || gateway.health.value(Counter.COAP_RETRANSMITTED) == 0, "it was sent again");
        assertEquals(1, gateway.health.value(Counter.COAP_FAILED));
    }

    @Test
    void whatIsUnderWayWhenTheGatewayStopsIsNotSaidToHaveFailed() throws Exception {
        gateway.command(NODE, "get/x", "");
        packets.poll(30, TimeUnit.SECONDS);
        Await.until("the report that it left", 30, () -> gateway.reports.size() == 2);
        gateway.close();
        assertEquals(2, gateway.reports.size());
        gateway.command(NODE, "get/x", "");
        assertEquals(STATE + "{\"state\":\"refused\",\"kind\":\"stopping\",\"reason\":\"the gateway stops\"}",
            gateway.reports.get(2));
    }

    @Test
    void whatIsNoRequestIsRefused() {
        for (String request : List.of("patch/x", "GET/x", "", "get/%4", "put/" + "x".repeat(256))) {
            int before = gateway.reports.size();
            gateway.command(NODE, request, "");
            Await.until("the refusal of " + request, 30, () -> gateway.reports.size() == before + 1);
            assertTrue(gateway.reports.get(before)
                .contains("{\"state\":\"refused\",\"kind\":\"invalid\",\"reason\":\""), request);
        }
        assertEquals(5, gateway.health.value(Counter.DOWNLINK_REFUSED));
        assertEquals(0, packets.size());
    }
}
