package io.slipway.mdns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What RFC 6762 asks of those who announce, in a time that the test makes. */
class ResponderTest {
    private final Air air = new Air();
    private final long seed = System.nanoTime();
    private final Responder responder = new Responder(Air.service(), air, new Random(seed));
    private long now = 1_000_000;

    /** Until so many milliseconds have passed; returns when the first message to all went out, or -1. */
    private long pass(long ms) {
        long first = -1;
        for (long start = now; now < start + ms; now++) {
            responder.run(now);
            first = first < 0 && !air.multicast.isEmpty() ? now - start : first;
        }
        return first;
    }

    private void establish() {
        responder.start(1, List.of(Air.address(1)), 0, now);
        pass(5000);
        assertTrue(responder.isEstablished());
        air.take();
    }

    @Test
    void asksThreeTimesWhoHasTheNamesAndThenSaysTwiceThatItHas() {
        responder.start(1, List.of(Air.address(1)), 0, now);
        pass(700);
        assertFalse(responder.isEstablished());
        pass(3000);
        List<Message> sent = air.take();
        assertEquals(5, sent.size(), "seed " + seed);
        for (Message probe : sent.subList(0, 3)) {
            assertFalse(probe.response);
            assertEquals(Air.NAME, probe.questions.get(0).name);
            assertEquals(Air.HOST, probe.questions.get(1).name);
            assertEquals(3, probe.authorities.size());
        }
        Message said = sent.get(4);
        assertTrue(said.response);
        assertEquals(5, said.answers.size());
        assertTrue(said.answers.get(0).isSame(Record.ptr(Air.TYPE, 0, Air.NAME)));
        assertTrue(said.answers.get(2).isSame(Record.srv(Air.NAME, 0, 7450, Air.HOST)));
        assertFalse(said.answers.get(0).unique);
        assertTrue(said.answers.get(2).unique);
    }

    @Test
    void answersAfterTwentyToAHundredAndTwentyMillisecondsAndOnceASecond() {
        establish();
        for (int i = 0; i < 50; i++) {
            responder.received(Air.query(new Question(Air.TYPE, Record.PTR, false)), Air.from(2), false, now);
            long after = pass(150);
            assertTrue(after >= 20 && after <= 121, "after " + after + " ms, seed " + seed);
            Message answer = air.take().get(0);
            assertEquals(1, answer.answers.size());
            assertEquals(3, answer.additional.size());
            responder.received(Air.query(new Question(Air.TYPE, Record.PTR, false)), Air.from(3), false, now);
            pass(150);
            assertEquals(List.of(), air.take(), "it was said less than a second ago");
            pass(1000);
        }
    }

    @Test
    void whatTheOtherKnowsIsNotSaid() {
        establish();
        Message query = Air.query(new Question(Air.TYPE, Record.PTR, false));
        query.answers.add(Record.ptr(Air.TYPE, 2251, Air.NAME));
        responder.received(query, Air.from(2), false, now);
        assertEquals(-1, pass(600));
        Message old = Air.query(new Question(Air.TYPE, Record.PTR, false));
        old.answers.add(Record.ptr(Air.TYPE, 2249, Air.NAME));
        responder.received(old, Air.from(2), false, now);
        assertTrue(pass(600) > 0, "what is known for less than half of its time is said again");
    }

    @Test
    void knownAnswersThatFollowInAnotherPacketCount() {
        establish();
        Message query = new Message(0, false, true);
        query.questions.add(new Question(Air.TYPE, Record.PTR, false));
        responder.received(query, Air.from(2), false, now);
        assertEquals(-1, pass(300));
        Message more = new Message(0, false, false);
        more.answers.add(Record.ptr(Air.TYPE, 4000, Air.NAME));
        responder.received(more, Air.from(2), false, now);
        assertEquals(-1, pass(600));
    }

    @Test
    void whoAsksForAnAnswerOfItsOwnGetsItUnlessAllShouldHearItAgain() {
        establish();
        Question question = new Question(Air.NAME, Record.SRV, true);
        responder.received(Air.query(question), Air.from(2), false, now);
        assertEquals(1, air.unicast.size());
        assertEquals(1, air.unicast.get(0).additional.size());
        assertEquals(-1, pass(300));
        pass(31_000);
        responder.received(Air.query(question), Air.from(2), false, now);
        assertEquals(1, air.unicast.size());
        assertTrue(pass(10) >= 0, "a quarter of its time is over");
    }

    @Test
    void whoKnowsNothingOfMulticastGetsAnAnswerThatItUnderstands() {
        establish();
        Message query = new Message(4711, false, false);
        query.questions.add(new Question(Air.TYPE, Record.PTR, false));
        responder.received(query, new InetSocketAddress(Air.address(2), 40_000), false, now);
        Message answer = air.unicast.get(0);
        assertEquals(4711, answer.id);
        assertEquals(Air.TYPE, answer.questions.get(0).name);
        for (Record record : answer.additional) {
            assertFalse(record.unique);
            assertTrue(record.ttlS <= 10);
        }
        assertEquals(-1, pass(300));
    }

    @Test
    void whoSaysSomethingElseUnderTheNameIsAskedAndThenItGetsAnotherName() {
        establish();
        Message other = Air.answer(Record.srv(Air.NAME, 120, 7450, "other.local."));
        assertFalse(responder.received(Air.answer(Record.srv(Air.NAME, 120, 7450, Air.HOST)), Air.from(2), false, now));
        assertFalse(responder.received(other, Air.from(1), true, now), "this machine says it");
        assertTrue(responder.isEstablished());
        assertFalse(responder.received(other, Air.from(2), false, now));
        assertFalse(responder.isEstablished());
        assertTrue(pass(600) >= 0);
        assertEquals(Air.NAME, air.take().get(0).questions.get(0).name);
        assertTrue(responder.received(other, Air.from(2), false, now));
        responder.start(2, List.of(Air.address(1)), 0, now);
        pass(3000);
        assertEquals("gw-01 (2)._slipway._tcp.local.", air.take().get(4).answers.get(0).target);
    }

    @Test
    void ofTwoThatAskForANameAtOnceTheLesserWaitsASecond() {
        Message greater = Air.query(new Question(Air.NAME, Record.ANY, false));
        greater.authorities.add(Record.srv(Air.NAME, 120, 7451, Air.HOST));
        greater.authorities.add(Record.txt(Air.NAME, 120, Map.of("id", "gw-01")));
        Message lesser = Air.query(new Question(Air.NAME, Record.ANY, false));
        lesser.authorities.add(Record.srv(Air.NAME, 120, 7449, Air.HOST));
        lesser.authorities.add(Record.txt(Air.NAME, 120, Map.of("id", "gw-01")));
        responder.start(1, List.of(Air.address(1)), 0, now);
        pass(400);
        air.take();
        responder.received(lesser, Air.from(2), false, now);
        long next = pass(260);
        assertTrue(next >= 0 && next <= 250, "it goes on");
        air.take();
        responder.received(greater, Air.from(2), false, now);
        assertEquals(1000, pass(1100));
        pass(3000);
        assertTrue(responder.isEstablished());
    }

    @Test
    void otherAddressesAreAnnouncedAndAtTheEndItSaysGoodbye() {
        establish();
        responder.moved(List.of(Air.address(7)), now);
        pass(2000);
        List<Message> sent = air.take();
        assertEquals(2, sent.size());
        assertTrue(sent.get(0).answers.get(4).isSame(Record.address(Air.HOST, 0, Air.address(7))));
        responder.goodbye();
        Message goodbye = air.take().get(0);
        assertEquals(4, goodbye.answers.size());
        for (Record record : goodbye.answers) {
            assertEquals(0, record.ttlS);
        }
    }
}
