package io.slipway.mesh.coap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.mesh.Refusal;
import io.slipway.mesh.coap.Simulation.Heard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests to a node: sent again as RFC 7252 says, one at a time, in blocks where they are long. */
class CoapClientTest {
    private static final Refusal UNREACHABLE = new Refusal("port_unreachable", "nothing listens");
    private static final Options NONE = new Options();

    private final Simulation coap = Simulation.plain();

    private List<Long> gaps() {
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < coap.sent.size(); i++) {
            gaps.add(coap.sent.get(i).atMs() - coap.sent.get(i - 1).atMs());
        }
        return gaps;
    }

    @Test
    void aRequestIsTheBytesThatARealClientSent() {
        coap.ask("get", "test/hello", "");
        String hex = coap.lastHex();
        // libcoap's was 4101fe3301 b4 74657374 05 68656c6c6f; id and token are ours.
        assertEquals("4401", hex.substring(0, 4));
        assertEquals("b4746573740568656c6c6f", hex.substring(16));
        assertEquals(Coap.PORT, coap.sent.get(0).to().nodePort);
        assertEquals(Coap.CLIENT_PORT, coap.sent.get(0).to().hostPort);
    }

    @Test
    void withoutAnAnswerItIsSentFourTimesMoreWithDoubledWaitsAndThenFails() {
        Heard heard = coap.ask("get", "x", "");
        coap.pass(200_000);
        List<Long> gaps = gaps();
        assertEquals(4, gaps.size());
        assertTrue(gaps.get(0) >= 2000 && gaps.get(0) < 3000, gaps.toString());
        for (int i = 1; i < 4; i++) {
            assertEquals(gaps.get(i - 1) * 2, gaps.get(i));
            assertEquals(coap.sent.get(0).hex(), coap.sent.get(i).hex());
        }
        assertEquals(List.of("queued", "failed: timeout: no answer to 5 transmissions"), heard.states);
        assertEquals(4, coap.count(Counter.COAP_RETRANSMITTED));
        assertEquals(1, coap.count(Counter.COAP_TIMEOUTS));
        assertEquals(1, coap.count(Counter.COAP_FAILED));
    }

    @Test
    void whyItDidNotLeaveIsSaidInTheEnd() {
        Heard heard = coap.ask("get", "x", "");
        for (int i = 0; i < 5; i++) {
            coap.sent.get(coap.sent.size() - 1).delivery()
                .failed(new Refusal(Refusal.LINK_DOWN, "the link is down"), false);
            coap.pass(60_000);
        }
        assertEquals("failed: timeout: no answer to 5 transmissions; the link is down", heard.last());
    }

    @Test
    void whatTheMeshSendsBackFailsAtOnce() {
        Heard heard = coap.ask("get", "x", "");
        coap.sent.get(0).delivery().sent();
        coap.sent.get(0).delivery().failed(UNREACHABLE, true);
        coap.sent.get(0).delivery().failed(UNREACHABLE, true);
        assertEquals(List.of("queued", "sent", "refused: nothing listens"), heard.states);
        coap.pass(100_000);
        assertEquals(1, coap.sent.size());
    }

    @Test
    void aResetFailsIt() {
        Heard heard = coap.ask("get", "x", "");
        coap.answer(CoapMessage.empty(CoapMessage.RST, coap.last().id + 1 & 0xffff));
        assertEquals("queued", heard.last());
        coap.answer(CoapMessage.empty(CoapMessage.RST, coap.last().id));
        assertEquals("failed: the node reset the request", heard.last());
        assertEquals(1, coap.count(Counter.COAP_UNMATCHED));
    }

    @Test
    void aNodeIsAskedOneThingAtATimeInOrder() {
        Heard first = coap.ask("get", "a", "");
        Heard second = coap.ask("get", "b", "");
        assertEquals(1, coap.sent.size());
        coap.piggyback(Code.CONTENT, NONE, "1");
        assertEquals("2.05 1", first.last());
        assertEquals(2, coap.sent.size());
        coap.piggyback(Code.CONTENT, NONE, "2");
        assertEquals("2.05 2", second.last());
        coap.pass(100_000);
        assertEquals(2, coap.sent.size());
        assertNotEquals(coap.sent.get(0).message().id, coap.sent.get(1).message().id);
    }

    @Test
    void moreThanMayWaitAreRefused() {
        List<Heard> all = new ArrayList<>();
        for (int i = 0; i < 18; i++) {
            all.add(coap.ask("get", "a", ""));
        }
        assertEquals("queued", all.get(16).last());
        assertEquals("failed: too many requests are waiting", all.get(17).last());
        coap.endpoint.client.failAll("the gateway stops");
        for (int i = 0; i < 17; i++) {
            assertEquals("failed: the gateway stops", all.get(i).last());
        }
        coap.pass(500_000);
        assertEquals(1, coap.sent.size());
    }

    @Test
    void anUnknownNodeIsNotAsked() {
        coap.known = false;
        assertEquals("failed: the node was never heard of", coap.ask("get", "a", "").last());
        assertEquals(List.of(), coap.sent);
    }

    @Test
    void anAnswerOfItsOwnIsAcknowledgedEachTimeAndTakenOnce() {
        Heard heard = coap.ask("get", "slow", "");
        CoapMessage request = coap.last();
        coap.answer(CoapMessage.empty(CoapMessage.ACK, request.id));
        coap.pass(60_000);
        assertEquals(1, coap.sent.size());
        CoapMessage answer = new CoapMessage(CoapMessage.CON, Code.CONTENT, 77, request.token, NONE,
            Simulation.bytes("late"));
        coap.answer(answer);
        assertEquals("6000004d", coap.lastHex());
        assertEquals("2.05 late", heard.last());
        coap.answer(answer);
        assertEquals("6000004d", coap.lastHex());
        assertEquals(3, coap.sent.size());
        assertEquals(List.of("queued", "sent", "2.05 late"), heard.states);
    }

    @Test
    void anAcknowledgementThatNoAnswerFollowsFails() {
        Heard heard = coap.ask("get", "slow", "");
        coap.answer(CoapMessage.empty(CoapMessage.ACK, coap.last().id));
        coap.pass(93_000);
        assertEquals("failed: timeout: the node acknowledged and did not answer", heard.last());
        assertEquals(1, coap.sent.size());
    }

    @Test
    void anAnswerWithAnotherTokenOrFromElsewhereIsNotTaken() {
        Heard heard = coap.ask("get", "x", "");
        CoapMessage request = coap.last();
        byte[] other = request.token.clone();
        other[0]++;
        coap.answer(new CoapMessage(CoapMessage.ACK, Code.CONTENT, request.id, other, NONE, Simulation.bytes("no")));
        coap.answer(new CoapMessage(CoapMessage.CON, Code.CONTENT, 1, other, NONE, Simulation.bytes("no")));
        assertEquals("70000001", coap.lastHex());
        coap.endpoint.received(Simulation.NODE, Simulation.from(Coap.PORT, Coap.PORT), CoapEncoder.encode(
            new CoapMessage(CoapMessage.ACK, Code.CONTENT, request.id, request.token, NONE, Simulation.bytes("no"))));
        assertEquals("queued", heard.last());
        assertEquals(3, coap.count(Counter.COAP_UNMATCHED));
    }

    @Test
    void anAnswerWithACriticalOptionThatNobodyKnowsIsNone() {
        Heard heard = coap.ask("get", "x", "");
        coap.piggyback(Code.CONTENT, new Options().add(9, "x"), "1");
        assertEquals("failed: the answer has option 9, which is critical and not known", heard.last());
    }

    @Test
    void aLongPayloadGoesInBlocksWhoseSizeTheNodeMayLower() {
        String text = "0123456789abcdef".repeat(9) + "end";
        Heard heard = coap.ask("put", "x", text);
        StringBuilder got = new StringBuilder();
        int szx = 2;
        while (!heard.last().startsWith("2.04")) {
            CoapMessage message = coap.last();
            Block block = Block.of(message.options, Options.BLOCK1);
            assertEquals(szx, block.szx);
            assertEquals(got.length(), block.offset());
            got.append(new String(message.payload, java.nio.charset.StandardCharsets.UTF_8));
            // From the first answer on, blocks of 32.
            szx = 1;
            coap.piggyback(block.more ? Code.CONTINUE : Code.CHANGED,
                new Options().add(Options.BLOCK1, new Block(block.number, block.more, szx).bits()), "");
        }
        assertEquals(text, got.toString());
        assertEquals(text.length(), coap.sent.get(0).message().options.uint(Options.SIZE1, 0));
        // 64 bytes, then 83 by 32.
        assertEquals(4, coap.sent.size());
    }

    @Test
    void whatIsTooLargeInOnePieceGoesAgainInSmallerOnes() {
        Heard heard = coap.ask("post", "x", "0123456789abcdef".repeat(2));
        assertEquals(32, coap.last().payload.length);
        coap.piggyback(Code.REQUEST_ENTITY_TOO_LARGE, new Options().add(Options.BLOCK1, new Block(0, false, 0).bits()),
            "");
        assertEquals(16, coap.last().payload.length);
        coap.piggyback(Code.CONTINUE, new Options().add(Options.BLOCK1, new Block(0, true, 0).bits()), "");
        coap.piggyback(Code.CHANGED, new Options().add(Options.BLOCK1, new Block(1, false, 0).bits()), "done");
        assertEquals("2.04 done", heard.last());
    }

    @Test
    void anErrorAmidTheBlocksIsTheAnswer() {
        Heard heard = coap.ask("put", "x", "0".repeat(200));
        coap.piggyback(Code.REQUEST_ENTITY_TOO_LARGE, new Options().add(Options.BLOCK1, new Block(0, true, 6).bits()),
            "no");
        assertEquals("4.13 no", heard.last());
        assertEquals(1, coap.sent.size());
    }

    @Test
    void aLongAnswerIsReadBlockByBlock() {
        Heard heard = coap.ask("get", "x?y", "");
        coap.piggyback(Code.CONTENT, block2(0, true), "0123456789abcdef");
        assertEquals("x?y", UriPath.of(coap.last().options));
        assertEquals(1, Block.of(coap.last().options, Options.BLOCK2).number);
        assertArrayEquals(CoapMessage.NOTHING, coap.last().payload);
        coap.piggyback(Code.CONTENT, block2(1, true), "0123456789abcdef");
        coap.piggyback(Code.CONTENT, block2(2, false), "end");
        assertEquals("2.05 0123456789abcdef0123456789abcdefend", heard.last());
    }

    private static Options block2(int number, boolean more) {
        return new Options().add(Options.BLOCK2, new Block(number, more, 0).bits());
    }

    private String afterFirstBlock(int code, Options options, String payload) {
        Heard heard = coap.ask("get", "x", "");
        coap.piggyback(Code.CONTENT, block2(0, true), "0123456789abcdef");
        coap.piggyback(code, options, payload);
        return heard.last();
    }

    @Test
    void blocksThatMakeNoWholeFail() {
        assertEquals("failed: the answer's blocks do not fit together",
            afterFirstBlock(Code.CONTENT, block2(2, false), "x"));
        assertEquals("failed: the answer's blocks do not fit together",
            afterFirstBlock(Code.CONTENT, block2(1, true), "short"));
        assertEquals("failed: the answer broke off with 4.04", afterFirstBlock(0x84, NONE, ""));
        assertEquals("failed: the answer broke off with 2.05", afterFirstBlock(Code.CONTENT, NONE, "x"));
        assertEquals("failed: the resource changed while it was read",
            afterFirstBlock(Code.CONTENT, block2(1, false).add(Options.ETAG, "b"), "x"));
    }

    @Test
    void anAnswerLongerThanTheLimitFails() {
        Heard heard = coap.ask("get", "x", "");
        int number = 0;
        while (heard.states.size() < 3) {
            coap.piggyback(Code.CONTENT, block2(number++, true), "0123456789abcdef");
        }
        assertEquals("failed: the answer is longer than 16384 bytes", heard.last());
        assertEquals(1025, number);
    }

    @Test
    void aNodeThatAlwaysWantsMoreGetsNoMoreThanThereIs() {
        Heard heard = coap.ask("put", "x", "0".repeat(100));
        for (int i = 0; i < 2; i++) {
            coap.piggyback(Code.CONTINUE, new Options().add(Options.BLOCK1, new Block(i, true, 2).bits()), "");
        }
        assertEquals("failed: the node wants more than there is", heard.last());
    }
}
