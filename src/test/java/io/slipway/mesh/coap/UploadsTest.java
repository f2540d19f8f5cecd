package io.slipway.mesh.coap;

import static io.slipway.mesh.coap.Simulation.NODE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.frame.Ipv6Address;
import io.slipway.health.Counter;
import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bodies that nodes send in blocks: put together, or refused as RFC 7959 says, within bounds. */
class UploadsTest {
    private final Simulation coap = new Simulation(1, "\toption coap_body_bytes 1024\n");
    private int id;

    /** Sends a block of 16 bytes, and returns code and Block1 of the answer. */
    private String block(Route from, int method, String path, int number, boolean more, String payload) {
        Options options = UriPath.parse(path).add(Options.BLOCK1, new Block(number, more, 0).bits());
        return send(from, method, options, payload);
    }

    private String send(Route from, int method, Options options, String payload) {
        coap.endpoint.received(Eui64.ofInterfaceId(from.node.low()), from, CoapEncoder.encode(new CoapMessage(
            CoapMessage.CON, method, ++id, CoapMessage.NOTHING, options, Simulation.bytes(payload))));
        CoapMessage answer = coap.last();
        Block block = Block.of(answer.options, Options.BLOCK1);
        return Code.text(answer.code) + (block == null ? "" : " " + block.number + (block.more ? "+" : ""));
    }

    private String put(int number, boolean more, String payload) {
        return block(Simulation.from(Coap.PORT, Coap.PORT), Code.PUT, "log", number, more, payload);
    }

    private static final String FULL = "0123456789abcdef";

    @Test
    void blocksInOrderAreOneReading() {
        assertEquals("2.31 0+", put(0, true, FULL));
        assertEquals("2.31 1+", put(1, true, FULL));
        assertEquals(List.of(), coap.readings);
        assertEquals("2.04 2", put(2, false, "end"));
        assertEquals(List.of(NODE + " coap/log -1 " + FULL + FULL + "end"), coap.readings);
        assertEquals("4.08 3", put(3, false, "more"));
        assertEquals(0, coap.count(Counter.COAP_BODIES_DROPPED));
    }

    @Test
    void aMissingBlockMakesItIncompleteAndTheFirstBeginsAnew() {
        put(0, true, FULL);
        assertEquals("4.08 2+", put(2, true, FULL));
        assertEquals("4.08 1+", put(1, true, FULL));
        assertEquals("2.31 0+", put(0, true, FULL));
        assertEquals("2.31 0+", put(0, true, FULL));
        assertEquals("2.04 1", put(1, false, "x"));
        assertEquals(List.of(NODE + " coap/log -1 " + FULL + "x"), coap.readings);
        assertEquals(2, coap.count(Counter.COAP_BODIES_DROPPED));
    }

    @Test
    void anotherPathOrMethodDoesNotContinueIt() {
        put(0, true, FULL);
        Route from = Simulation.from(Coap.PORT, Coap.PORT);
        assertEquals("4.08 1", block(from, Code.PUT, "other", 1, false, "x"));
        put(0, true, FULL);
        assertEquals("4.08 1", block(from, Code.POST, "log", 1, false, "x"));
        assertEquals(List.of(), coap.readings);
    }

    @Test
    void whatIsLongerThanTheLimitIsTooLarge() {
        for (int i = 0; i < 64; i++) {
            assertEquals("2.31 " + i + "+", put(i, true, FULL));
        }
        assertEquals("4.13 64", put(64, false, "x"));
        assertEquals("4.08 65", put(65, false, "x"));
        Options announced = UriPath.parse("log").add(Options.BLOCK1, new Block(0, true, 0).bits())
            .add(Options.SIZE1, 1025);
        assertEquals("4.13 0+", send(Simulation.from(Coap.PORT, Coap.PORT), Code.PUT, announced, FULL));
        assertEquals(1024, coap.last().options.uint(Options.SIZE1, 0));
    }

    @Test
    void aBlockOfAWrongSizeIsABadRequest() {
        assertEquals("4.00", put(0, true, "short"));
        assertEquals("4.00", put(0, false, FULL + "long"));
        Options reserved = UriPath.parse("log").add(Options.BLOCK1, 7);
        assertEquals("4.00", send(Simulation.from(Coap.PORT, Coap.PORT), Code.PUT, reserved, FULL));
    }

    @Test
    void allTogetherAreBoundedAndWhatIsNotContinuedMakesRoom() {
        String kilobyte = "x".repeat(1024);
        int taken = 0;
        for (int i = 0; i < 2 * Uploads.BODIES; i++) {
            Route from = new Route(Simulation.HOST, Coap.PORT, Ipv6Address.of(0xfd00_0000_0000_0000L, 100 + i), 7);
            String answer = send(from, Code.PUT, UriPath.parse("log").add(Options.BLOCK1,
                new Block(0, true, 6).bits()), kilobyte);
            if (answer.startsWith("2.31")) {
                taken++;
            } else {
                assertEquals("5.03", answer);
            }
        }
        assertEquals(Uploads.BODIES, taken);
        coap.pass(RecentMessages.LIFETIME_MS);
        assertEquals("2.31 0+", put(0, true, FULL));
        assertEquals(2L * Uploads.BODIES, coap.count(Counter.COAP_BODIES_DROPPED));
    }
}
