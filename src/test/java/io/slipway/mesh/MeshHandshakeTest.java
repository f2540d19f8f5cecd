package io.slipway.mesh;

import static io.slipway.mesh.Packets.ascii;
import static io.slipway.mesh.Packets.uplink;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.health.Counter;
import io.slipway.json.JsonWriter;
import io.slipway.testing.Await;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first words between host and mote, byte by byte. */
class MeshHandshakeTest extends OnALine {
    private static final Ipv6Address ELSEWHERE = Ipv6Address.of(0x2001_0db8_0000_0000L, Packets.IID);
    private static final Ipv6Address STRANGER = Ipv6Address.of(0x2001_0db8_0000_0001L, Packets.IID);

    @Test
    void opensWithOneEndAsksForTheMacAndAnswersWithTheEscapedPrefix() throws Exception {
        startUnheard("prefix 'fdc0:db01:c0db:2::/64'");
        // END; ? M END
        assertEquals("c0" + "3f4dc0", line.read(4));
        fixture.awaitState("waiting for the mote");
        line.sendFrame(ascii("?P"));
        // ! P fd (c0) (db) 01 (c0) (db) 00 02 END
        assertEquals("2150" + "fd" + "dbdc" + "dbdd" + "01" + "dbdc" + "dbdd" + "0002" + "c0", line.read(15));
        fixture.awaitState("prefix given");
    }

    @Test
    void aQueryThatComesBeforeTheGreetingIsOutPushesNothingOfItAway() throws Exception {
        startUnheard("frame_gap_ms 300");
        // In one piece: what comes after the answer is a question of its own.
        line.send(HexFormat.of().parseHex("c03f50c0".repeat(3)));
        assertEquals("c0" + "3f4dc0" + "2150fd00000000000000c0", line.read(15));
        // The three came in the gap: one answer is enough for them, and the next frame is another's.
        fixture.introduce(line);
        assertEquals(1, fixture.health.value(Counter.MESH_PREFIX_ANSWERED));
        fixture.send(8765, "x");
        assertEquals(0x60, line.frame()[0]);
    }

    @Test
    void textThatBeginsLikeTheQueryIsNotAnswered() throws Exception {
        startUnheard();
        line.greeting();
        for (String text : List.of("?Problem", "?p", "?", "?P\n", "?M", "P?")) {
            line.sendFrame(ascii(text));
        }
        fixture.introduce(line);
        assertEquals(5, fixture.health.value(Counter.FRAME_UNEXPECTED));
        assertEquals(1, fixture.health.value(Counter.FRAME_TEXT));
        assertEquals(0, fixture.health.value(Counter.MESH_PREFIX_ANSWERED));
        fixture.send(8765, "x");
        assertEquals(0x60, line.frame()[0]);
    }

    @Test
    void everyOpeningBeginsAnew() throws Exception {
        startUnheard();
        line.greeting();
        line.send(new byte[] {(byte) 0xc0, 0x60, 1, 2});
        line.hangUp();
        line.acceptGreeting();
        // What the first connection left half is not glued to what the second brings.
        fixture.introduce(line);
        assertEquals(1, fixture.health.value(Counter.SLIP_TRUNCATED));
        assertEquals(2, fixture.health.value(Counter.LINK_OPENED));
    }

    @Test
    void aMoteThatForgotItsPrefixIsGivenItAgain() throws Exception {
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { });
             MeshFixture emulated = new MeshFixture(mote.port())) {
            Await.until("the prefix", 30, mote::isConfigured);
            assertTrue(mote.send(uplink(Packets.mote(2), 1025, 3000, "a")));
            emulated.awaitState("running");
            mote.forgetPrefix();
            Await.until("the prefix again", 30, mote::isConfigured);
            assertEquals(2, mote.prefixAnswers());
            emulated.awaitState("prefix given");
            assertTrue(mote.send(uplink(Packets.mote(2), 1025, 3000, "b")));
            emulated.awaitState("running");
            mote.hangUp();
            emulated.awaitCount(Counter.LINK_OPENED, 2);
            Await.until("the line", 30, () -> mote.send(uplink(Packets.mote(2), 1025, 3000, "c")));
            emulated.awaitState("running");
            assertEquals(2, mote.prefixAnswers(), "a mote that is configured asks no more");
            assertEquals(0, mote.protocolErrors());
        }
    }

    @Test
    void aConfiguredMoteThatNeverAsksIsHeard() throws Exception {
        startUnheard("prefix 'fd00::/64'");
        fixture.introduce(line);
        fixture.awaitState("running");
        assertEquals(List.of("0002000200020002 online", "0002000200020002 udp/5678 6869"), fixture.events);
        assertEquals(0, fixture.health.value(Counter.MESH_PREFIX_ANSWERED));
    }

    @Test
    void thePrefixOfAConfiguredMoteIsLearntOnceWhereTheOptionIsAbsent() throws Exception {
        startUnheard();
        line.sendFrame(uplink(ELSEWHERE, 1, 2, "a"));
        line.sendFrame(uplink(STRANGER, 1, 2, "stray"));
        line.sendFrame(uplink(ELSEWHERE, 1, 2, "b"));
        fixture.awaitCount(Counter.MESH_UPLINKS, 2);
        assertEquals("2001:db8::202:2:2:2", fixture.mesh.nodes().get(0).address);
        assertEquals(1, fixture.health.value(Counter.MESH_FOREIGN_SOURCE));
        assertEquals("[]", errors());
    }

    @Test
    void aPrefixThatWeGaveIsNotUnlearnt() throws Exception {
        startUnheard();
        line.greeting();
        line.sendFrame(ascii("?P"));
        assertEquals("2150fd00000000000000c0", line.read(11));
        line.sendFrame(uplink(ELSEWHERE, 1, 2, "stray"));
        fixture.introduce(line);
        assertEquals(1, fixture.health.value(Counter.MESH_FOREIGN_SOURCE));
        assertEquals("fd00::202:2:2:2", fixture.mesh.nodes().get(0).address);
    }

    @Test
    void aForeignSourceIsDroppedAndNamedWhereTheOptionIsSet() throws Exception {
        startUnheard("prefix 'fd00::/64'");
        line.sendFrame(uplink(ELSEWHERE, 1, 2, "a"));
        line.sendFrame(uplink(ELSEWHERE, 1, 2, "b"));
        fixture.introduce(line);
        assertEquals(2, fixture.health.value(Counter.MESH_FOREIGN_SOURCE));
        assertEquals(1, fixture.mesh.nodes().size());
        assertTrue(errors().contains("\"mesh0: the mote has another prefix than option prefix says; reset it,"
            + " or take the option away\",\"count\":2"), errors());
    }

    @Test
    void slipRadioFirmwareIsNamedInPlainWords() throws Exception {
        startUnheard();
        line.greeting();
        // ! M and eight binary bytes; a border router answers with sixteen digits.
        line.sendFrame(HexFormat.of().parseHex("214d0012740100010001"));
        fixture.awaitState("slip-radio firmware");
        assertTrue(errors().contains("mesh0: the mote runs slip-radio firmware"), errors());
        assertTrue(errors().contains("flash rpl-border-router instead"), errors());
    }

    @Test
    void aBorderRoutersMacIsNoError() throws Exception {
        startUnheard();
        line.greeting();
        line.sendFrame(ascii("!M0012740100010001"));
        line.sendFrame(ascii("!Mnothexadecimal!!"));
        fixture.introduce(line);
        assertEquals("[]", errors());
        assertEquals(1, fixture.health.value(Counter.FRAME_UNEXPECTED));
    }

    @Test
    void framesFollowEachOtherWithTheGapAndNoEndInFrontOfAny() throws Exception {
        startUnheard("frame_gap_ms 40");
        line.greeting();
        fixture.introduce(line);
        long startNs = System.nanoTime();
        for (int i = 0; i < 6; i++) {
            fixture.send(8765, "command " + i);
        }
        for (int i = 0; i < 6; i++) {
            byte[] frame = line.frame();
            assertTrue(frame.length > 1, "an END in front of frame " + i);
            byte[] expected = ascii("command " + i);
            assertArrayEquals(expected,
                Arrays.copyOfRange(frame, frame.length - 1 - expected.length, frame.length - 1));
        }
        assertTrue(System.nanoTime() - startNs >= 5 * 40_000_000L, "five gaps of 40 ms took less");
    }

    private String errors() {
        JsonWriter json = new JsonWriter().object();
        fixture.health.writeTo(json);
        String text = json.endObject().toString();
        return text.substring(text.indexOf("\"errors\":") + 9, text.length() - 1);
    }
}
