package io.slipway.mesh.coap;

import static io.slipway.mesh.coap.Simulation.NODE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node's message is answered, good or not, new or repeated. Messages are bytes on the line. */
class CoapServerTest {
    /** CON, POST, id 4ec3, Uri-Path "actuators", "toggle", payload "Toggle!": as the stock example client sends it. */
    private static final String TOGGLE = "40024ec3" + "b9" + "6163747561746f7273" + "06" + "746f67676c65"
        + "ff" + "546f67676c6521";

    private final Simulation coap = Simulation.plain();

    private String answer(String request) {
        int before = coap.sent.size();
        coap.request(request);
        return coap.sent.size() == before ? "nothing" : coap.lastHex();
    }

    @Test
    void aConfirmablePostIsAReadingAndAcknowledgedWithChanged() {
        assertEquals("60444ec3", answer(TOGGLE));
        assertEquals(List.of(NODE + " coap/actuators/toggle -1 Toggle!"), coap.readings);
    }

    @Test
    void aRepetitionIsAnsweredAgainAndNoSecondReading() {
        answer(TOGGLE);
        coap.pass(RecentMessages.LIFETIME_MS - 1);
        assertEquals("60444ec3", answer(TOGGLE));
        assertEquals(1, coap.readings.size());
        assertEquals(1, coap.count(Counter.COAP_DUPLICATES));
        coap.pass(1);
        assertEquals("60444ec3", answer(TOGGLE));
        assertEquals(2, coap.readings.size());
    }

    @Test
    void theSameIdFromAnotherPortOrNodeIsAnotherMessage() {
        answer(TOGGLE);
        byte[] bytes = HexFormat.of().parseHex(TOGGLE);
        coap.endpoint.received(NODE, Simulation.from(Coap.PORT, 5684), bytes);
        Eui64 other = Eui64.parse("0003000300030003");
        coap.endpoint.received(other,
            new Route(Simulation.HOST, Coap.PORT, Simulation.address(other), Coap.PORT), bytes);
        assertEquals(3, coap.readings.size());
        assertEquals(0, coap.count(Counter.COAP_DUPLICATES));
    }

    @Test
    void anUnconfirmablePutIsAnsweredUnconfirmablyAndOnceOnly() {
        // NON, PUT, id 1, token aa, Uri-Path "t", Content-Format 110, payload "1".
        String put = "5103" + "0001" + "aa" + "b174" + "116e" + "ff31";
        String answer = answer(put);
        assertEquals("5144", answer.substring(0, 4));
        assertEquals("aa", answer.substring(8));
        assertEquals("nothing", answer(put));
        assertEquals(List.of(NODE + " coap/t 110 1"), coap.readings);
    }

    @ParameterizedTest
    @CsvSource({
        // A CoAP ping: an empty confirmable message.
        "40000007, 70000007, 0",
        // Confirmable and malformed: reset (RFC 7252 section 4.2).
        "49010007, 70000007, 1",             // token length 9
        "42010007aa, 70000007, 1",           // token longer than the message
        "40000007ff, 70000007, 1",           // empty, with something in it
        "4100000700, 70000007, 1",           // empty, with a token
        "40010007ff, 70000007, 1",           // a payload marker and no payload
        "40010007f0, 70000007, 1",           // option delta 15
        "400100070f, 70000007, 1",           // option length 15
        "40010007f000000000, 70000007, 1",   // the same, with bytes to take for it
        "400100070f00000000, 70000007, 1",
        "40010007b5, 70000007, 1",           // option longer than the message
        "40010007d0, 70000007, 1",           // extended delta not there
        "40010007e0ff, 70000007, 1",         // two bytes of delta, one there
        "40010007e0ffffe0ffff, 70000007, 1", // option number above 65535
        "40200007, 70000007, 1",             // code class 1 is reserved
        "40e00007, 70000007, 1",             // code class 7 is reserved
        // The same unconfirmable, or an acknowledgement or reset: ignored (section 4.3).
        "59010007, nothing, 1", "69010007, nothing, 1", "79010007, nothing, 1", "50010007ff, nothing, 1",
        "50000007, nothing, 1",              // empty and unconfirmable
        "60010007, nothing, 1",              // a request in an acknowledgement
        "70450007, nothing, 1",              // a reset that is not empty
        // Another version, or shorter than a header: ignored whatever else it says (section 3).
        "00010007, nothing, 1", "80010007, nothing, 1", "c0010007, nothing, 1", "400100, nothing, 1",
        // An acknowledgement and a reset of nothing.
        "60000007, nothing, 0", "70000007, nothing, 0", "60450007, nothing, 0",
        // An answer that nobody asked for is reset, confirmable or not (section 4.2; RFC 7641 section 3.6).
        "40450007, 70000007, 0", "50450007, 70000007, 0"})
    void whatIsNotAMessageIsResetOrIgnored(String message, String answer, int malformed) {
        assertEquals(answer, answer(message));
        assertEquals(malformed, coap.count(Counter.COAP_MALFORMED));
        assertEquals(1, coap.count(Counter.COAP_RECEIVED));
        assertEquals(List.of(), coap.readings);
    }

    @Test
    void anEmptyDatagramIsIgnored() {
        assertEquals("nothing", answer(""));
        assertEquals(1, coap.count(Counter.COAP_MALFORMED));
    }

    @ParameterizedTest
    @CsvSource({
        "40010007b174, 6085", "40040007b174, 6085", "40050007b174, 6085", "401f0007b174, 6085",
        "40010007, 6085",                                        // GET of nothing in particular
        "40020007bb2e77656c6c2d6b6e6f776e04636f7265, 6085",      // POST to /.well-known/core
        "400200071178, 6082",                                    // If-Match, which is not supported
        "4002000750, 6082"})                                     // If-None-Match
    void whatCannotBeDoneIsAnsweredWithTheReason(String request, String answer) {
        assertEquals(answer + "0007", answer(request));
        assertEquals(1, coap.count(Counter.COAP_REFUSED));
        assertEquals(List.of(), coap.readings);
    }

    private String answer(int type, int code, Options options, String payload) {
        return answer(HexFormat.of().formatHex(CoapEncoder.encode(
            new CoapMessage(type, code, 7, CoapMessage.NOTHING, options, Simulation.bytes(payload)))));
    }

    @Test
    void aCriticalOptionThatNobodyKnowsIsABadOptionAndAnElectiveOneIsNot() {
        assertEquals("60820007", answer(CoapMessage.CON, Code.POST, new Options().add(9, "x"), "1"));
        coap.pass(RecentMessages.LIFETIME_MS);
        assertEquals("nothing", answer(CoapMessage.NON, Code.POST, new Options().add(9, "y"), "1"));
        assertEquals(2, coap.count(Counter.COAP_REFUSED));
        Simulation fresh = Simulation.plain();
        fresh.request(HexFormat.of().formatHex(CoapEncoder.encode(new CoapMessage(CoapMessage.CON, Code.POST, 8,
            CoapMessage.NOTHING, new Options().add(2048, "x").add(Options.CONTENT_FORMAT, "xyz")
                .add(Options.MAX_AGE, 1).add(Options.MAX_AGE, 2), Simulation.bytes("1")))));
        assertEquals("60440008", fresh.lastHex());
        assertEquals(List.of(NODE + " coap/ -1 1"), fresh.readings);
        assertEquals(0, fresh.count(Counter.COAP_REFUSED));
    }

    @Test
    void aCriticalOptionTwiceOrOfAWrongLengthIsABadOption() {
        assertEquals("60820007", answer(CoapMessage.CON, Code.POST,
            new Options().add(Options.URI_PORT, 1).add(Options.URI_PORT, 2), "1"));
        Simulation other = Simulation.plain();
        other.request(HexFormat.of().formatHex(CoapEncoder.encode(new CoapMessage(CoapMessage.CON, Code.POST, 7,
            CoapMessage.NOTHING, new Options().add(Options.URI_PATH, "x".repeat(256)), Simulation.bytes("1")))));
        assertEquals("60820007", other.lastHex());
    }

    @ParameterizedTest
    @ValueSource(ints = {Options.PROXY_URI, Options.PROXY_SCHEME})
    void nothingIsProxied(int option) {
        assertEquals("60a50007", answer(CoapMessage.CON, Code.GET, new Options().add(option, "coap"), ""));
    }

    @Test
    void whatIsNotLinkFormatIsNotAcceptable() {
        Options core = UriPath.parse(".well-known/core").add(Options.ACCEPT, 50);
        assertEquals("60860007", answer(CoapMessage.CON, Code.GET, core, ""));
    }

    @Test
    void theLastMessagesOfAnEndpointAreBoundedAndSoAreTheEndpoints() {
        for (int i = 0; i < 3 * RecentMessages.LIMIT; i++) {
            coap.request("4002" + String.format("%04x", i) + "b174ff31");
        }
        for (int i = 2 * RecentMessages.LIMIT; i < 3 * RecentMessages.LIMIT; i++) {
            coap.request("4002" + String.format("%04x", i) + "b174ff31");
        }
        assertEquals(3 * RecentMessages.LIMIT, coap.readings.size());
        for (int port = 1; port < 5000; port++) {
            coap.endpoint.received(NODE, Simulation.from(Coap.PORT, port), HexFormat.of().parseHex("40020001b174ff31"));
        }
        assertTrue(coap.endpoint.remembered() <= 1024);
    }
}
