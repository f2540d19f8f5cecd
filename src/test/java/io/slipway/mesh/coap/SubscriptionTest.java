package io.slipway.mesh.coap;

import static io.slipway.mesh.coap.Simulation.NODE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Resources that the configuration wants: observed as RFC 7641 says, polled, described. */
class SubscriptionTest {
    private static final String OBSERVE = "config coap\n\toption node '0002000200020002'\n\toption path test/push\n"
        + "\toption interval_s 100\n";
    private static final String POLL = OBSERVE + "\toption mode poll\n";

    private int id = 100;

    private static Options observe(int number) {
        return new Options().add(Options.OBSERVE, number);
    }

    private static Simulation observing() {
        Simulation coap = new Simulation(1, OBSERVE);
        coap.untilSent();
        assertEquals(0, coap.last().options.uint(Options.OBSERVE, -1));
        coap.piggyback(Code.CONTENT, observe(5), "v5");
        return coap;
    }

    private void notify(Simulation coap, byte[] token, int code, Options options, String payload) {
        coap.answer(new CoapMessage(CoapMessage.CON, code, ++id, token, options, Simulation.bytes(payload)));
    }

    private static String values(Simulation coap) {
        StringBuilder values = new StringBuilder();
        for (String reading : coap.readings) {
            assertTrue(reading.startsWith(NODE + " coap/test/push -1 "), reading);
            values.append(reading.substring(reading.lastIndexOf(' ')));
        }
        return values.toString().trim();
    }

    @Test
    void notificationsAreReadingsAndAcknowledged() {
        Simulation coap = observing();
        byte[] token = coap.last().token;
        notify(coap, token, Code.CONTENT, observe(6), "v6");
        assertEquals("6000" + Integer.toHexString(0x10000 | id).substring(1), coap.lastHex());
        notify(coap, token, Code.CONTENT, observe(7), "v7");
        assertEquals("v5 v6 v7", values(coap));
    }

    @Test
    void anOlderNotificationThatComesLateIsDropped() {
        Simulation coap = observing();
        byte[] token = coap.last().token;
        notify(coap, token, Code.CONTENT, observe(7), "v7");
        notify(coap, token, Code.CONTENT, observe(6), "v6");
        notify(coap, token, Code.CONTENT, observe(7), "v7");
        // Numbers turn over at 2^24.
        notify(coap, token, Code.CONTENT, observe(7 + (1 << 23)), "old");
        notify(coap, token, Code.CONTENT, observe(8 + (1 << 22)), "v8");
        notify(coap, token, Code.CONTENT, observe(7 + (1 << 23)), "v9");
        notify(coap, token, Code.CONTENT, observe(3), "v10");
        assertEquals("v5 v7 v8 v9 v10", values(coap));
        assertEquals(3, coap.count(Counter.COAP_STALE));
    }

    @Test
    void afterTwoMinutesAnyNumberIsNewer() {
        Simulation coap = new Simulation(1, OBSERVE.replace("100", "1000"));
        coap.untilSent();
        coap.piggyback(Code.CONTENT, observe(5), "v5");
        byte[] token = coap.last().token;
        coap.pass(128_000);
        notify(coap, token, Code.CONTENT, observe(4), "v4");
        coap.pass(1);
        notify(coap, token, Code.CONTENT, observe(3), "v3");
        assertEquals("v5 v3", values(coap));
    }

    @Test
    void afterSilenceItRegistersAgainUnderTheSameToken() {
        Simulation coap = observing();
        byte[] token = coap.last().token;
        coap.pass(100_000);
        assertEquals(1, coap.sent.size());
        coap.untilSent();
        coap.pass(1000);
        assertEquals(2, coap.sent.size());
        assertArrayEquals(token, coap.last().token);
        assertEquals(0, coap.last().options.uint(Options.OBSERVE, -1));
        // The node has restarted and counts from the beginning.
        coap.piggyback(Code.CONTENT, observe(1), "again");
        notify(coap, token, Code.CONTENT, observe(2), "v2");
        assertEquals("v5 again v2", values(coap));
    }

    @Test
    void aNotificationPutsTheNextRegistrationOffForAsLongAsItIsFresh() {
        Simulation coap = observing();
        byte[] token = coap.last().token;
        coap.pass(90_000);
        notify(coap, token, Code.CONTENT, observe(6).add(Options.MAX_AGE, 500), "v6");
        int sent = coap.sent.size();
        coap.pass(500_000);
        assertEquals(sent, coap.sent.size());
        coap.untilSent();
        assertEquals(sent + 1, coap.sent.size());
        assertEquals(0, coap.last().options.uint(Options.OBSERVE, -1));
    }

    @Test
    void whatNobodyObservesIsResetSoThatTheNodeEndsIt() {
        Simulation coap = observing();
        byte[] foreign = coap.last().token.clone();
        foreign[3]++;
        notify(coap, foreign, Code.CONTENT, observe(6), "v6");
        assertEquals("7000" + Integer.toHexString(0x10000 | id).substring(1), coap.lastHex());
        assertEquals("v5", values(coap));
    }

    @Test
    void anErrorEndsItAndItIsBegunAnewLater() {
        Simulation coap = observing();
        byte[] token = coap.last().token;
        notify(coap, token, 0x84, new Options(), "");
        assertEquals("v5", values(coap));
        coap.pass(29_999);
        assertEquals(2, coap.sent.size());
        coap.pass(1);
        assertEquals(3, coap.sent.size());
        assertFalse(Arrays.equals(token, coap.last().token));
        notify(coap, token, Code.CONTENT, observe(9), "old");
        assertTrue(coap.lastHex().startsWith("7000"));
    }

    @Test
    void aNodeThatDoesNotAnswerIsAskedLessAndLessOften() {
        Simulation coap = new Simulation(1, OBSERVE);
        coap.pass(3_600_000);
        long requests = coap.count(Counter.COAP_REQUESTS);
        assertTrue(requests > 4 && requests < 12, "" + requests);
        coap.pass(24 * 3_600_000L);
        assertTrue(coap.count(Counter.COAP_REQUESTS) - requests <= 24, "" + coap.count(Counter.COAP_REQUESTS));
        int sent = coap.sent.size();
        coap.subscriptions.cameOnline(NODE);
        coap.pass(5_000);
        assertTrue(coap.sent.size() > sent);
    }

    @Test
    void aResourceThatCannotBeObservedIsPolled() {
        Simulation coap = new Simulation(1, OBSERVE);
        coap.untilSent();
        coap.piggyback(Code.CONTENT, new Options(), "a");
        byte[] token = coap.last().token;
        coap.pass(100_000);
        assertEquals(2, coap.sent.size());
        assertFalse(Arrays.equals(token, coap.last().token));
        coap.piggyback(Code.CONTENT, new Options(), "b");
        assertEquals("a b", values(coap));
    }

    @Test
    void aLongNotificationIsReadToItsEnd() {
        Simulation coap = observing();
        byte[] token = coap.last().token;
        Options first = observe(6).add(Options.BLOCK2, new Block(0, true, 0).bits());
        notify(coap, token, Code.CONTENT, first, "0123456789abcdef");
        coap.answer(CoapMessage.empty(CoapMessage.ACK, 1));
        CoapMessage rest = coap.sent.get(coap.sent.size() - 2).message();
        assertEquals(Code.GET, rest.code);
        assertFalse(rest.options.has(Options.OBSERVE));
        assertEquals(1, Block.of(rest.options, Options.BLOCK2).number);
        coap.answer(new CoapMessage(CoapMessage.ACK, Code.CONTENT, rest.id, rest.token,
            new Options().add(Options.BLOCK2, new Block(1, false, 0).bits()), Simulation.bytes("end")));
        assertEquals("v5 0123456789abcdefend", values(coap));
    }

    @Test
    void leaveIsTakenOfWhatIsObserved() {
        Simulation coap = observing();
        byte[] token = coap.last().token;
        coap.subscriptions.stop();
        assertEquals(1, coap.last().options.uint(Options.OBSERVE, -1));
        assertArrayEquals(token, coap.last().token);
        assertEquals("test/push", UriPath.of(coap.last().options));
    }

    @Test
    void aPolledResourceIsAskedForAfterEachInterval() {
        Simulation coap = new Simulation(1, POLL);
        coap.untilSent();
        for (int i = 1; i <= 3; i++) {
            assertEquals(i, coap.sent.size());
            assertFalse(coap.last().options.has(Options.OBSERVE));
            coap.piggyback(Code.CONTENT, new Options(), "v" + i);
            coap.pass(100_000);
        }
        assertEquals("v1 v2 v3", values(coap));
    }

    @Test
    void everyNodeThatIsHeardIsAskedWhereTheSectionSaysSo() {
        Simulation coap = new Simulation(1, "config coap\n\toption mode discover\n");
        coap.pass(10_000);
        assertEquals(List.of(), coap.sent);
        coap.subscriptions.cameOnline(NODE);
        coap.untilSent();
        assertEquals(".well-known/core", UriPath.of(coap.last().options));
        coap.piggyback(Code.CONTENT, new Options().add(Options.CONTENT_FORMAT, 40), "</a>;rt=\"x\",</b>;obs");
        assertEquals(2, coap.links.size());
        assertEquals(List.of(), coap.readings);
    }

    @Test
    void aNodeThatIsForgottenIsAskedNoMore() {
        Simulation coap = new Simulation(1, "config coap\n\toption path a\n\toption interval_s 10\n");
        coap.subscriptions.cameOnline(NODE);
        coap.untilSent();
        coap.piggyback(Code.CONTENT, observe(1), "x");
        coap.known = false;
        coap.pass(1_000_000);
        coap.known = true;
        int sent = coap.sent.size();
        coap.pass(10_000_000);
        assertEquals(sent, coap.sent.size());
    }
}
