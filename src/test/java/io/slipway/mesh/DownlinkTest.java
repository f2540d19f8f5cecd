package io.slipway.mesh;

import static io.slipway.mesh.Packets.HOST;
import static io.slipway.mesh.Packets.ascii;
import static io.slipway.mesh.Packets.mote;
import static io.slipway.mesh.Packets.unchecked;
import static io.slipway.mesh.Packets.uplink;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import io.slipway.frame.FrameDecoder;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.Ipv6Packet;
import io.slipway.health.Counter;
import io.slipway.mesh.MeshFixture.Heard;
import io.slipway.reading.Eui64;
import io.slipway.slip.SlipDecoder;
import io.slipway.slip.SlipEncoder;
import io.slipway.slip.SlipError;
import io.slipway.slip.SlipSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands become the packets that a mote takes, or are refused with the reason. */
class DownlinkTest extends OnALine {
    private static byte[] unescaped(byte[] wire) {
        List<byte[]> frames = new ArrayList<>();
        new SlipDecoder(new SlipSink() {
            @Override
            public void frame(byte[] buffer, int length, long start, long end) {
                frames.add(Arrays.copyOf(buffer, length));
            }

            @Override
            public void invalid(SlipError reason, byte[] buffer, int length, long start, long end) {
                throw new AssertionError(reason);
            }
        }, 2048).push(wire, 0, wire.length);
        assertEquals(1, frames.size());
        return frames.get(0);
    }

    private Ipv6Packet packet() throws Exception {
        byte[] bytes = unescaped(line.frame());
        FrameDecoder decoder = new FrameDecoder(FrameDecoder.Mode.BORDER_ROUTER, false, false);
        return (Ipv6Packet) decoder.decode(bytes, bytes.length);
    }

    private String ends() throws Exception {
        Ipv6Packet packet = packet();
        return packet.src() + " " + packet.udp().srcPort() + " > " + packet.dst() + " " + packet.udp().dstPort();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cng-udp", "6lbr-udp"})
    void aCommandIsThePacketThatARealHostSentToTheSameMote(String capture) throws Exception {
        start();
        line.send(Captures.raw(capture + ".m2h"));
        assertEquals("2150fd00000000000000c0", line.read(11));
        fixture.awaitCount(Counter.MESH_UPLINKS, datagrams(capture + ".m2h").size());
        List<JsonNode> answers = datagrams(capture + ".h2m");
        assertTrue(answers.size() > 3);
        for (JsonNode answer : answers) {
            byte[] expected = Captures.hex(answer.get("hex").asText());
            // Linux puts a flow label there, with which motes do nothing.
            System.arraycopy(new byte[] {0x60, 0, 0, 0}, 0, expected, 0, 4);
            FrameDecoder decoder = new FrameDecoder(FrameDecoder.Mode.BORDER_ROUTER, false, false);
            Ipv6Packet real = (Ipv6Packet) decoder.decode(expected, expected.length);
            Heard heard = fixture.send(Eui64.ofInterfaceId(real.dst().low()), real.udp().dstPort(),
                real.udp().payload());
            assertArrayEquals(SlipEncoder.encode(expected), line.frame());
            heard.await("queued", "sent");
        }
        assertEquals(answers.size(), fixture.health.value(Counter.DOWNLINK_SENT));
    }

    private static List<JsonNode> datagrams(String capture) {
        List<JsonNode> datagrams = new ArrayList<>();
        for (JsonNode frame : Captures.json(capture + ".expected.json").get("frames")) {
            if (frame.has("udp")) {
                datagrams.add(frame);
            }
        }
        return datagrams;
    }

    @Test
    void thePortIsTheNodesOwnOrElseOursOrElseTakenForTheNodes() throws Exception {
        start();
        line.sendFrame(uplink(mote(2), 1025, 3000, "a"));
        line.sendFrame(uplink(mote(2), 8765, 5678, "b"));
        line.sendFrame(uplink(mote(2), 3000, 1883, "c"));
        line.sendFrame(uplink(mote(2), 7000, Ipv6Address.of(Packets.PREFIX, 0x99), 7001, 63, ascii("d")));
        fixture.awaitCount(Counter.MESH_UPLINKS, 4);
        String mote = "fd00::202:2:2:2 ";
        fixture.send(8765, "x");
        assertEquals("fd00::1 5678 > " + mote + "8765", ends());
        fixture.send(5678, "x");
        assertEquals("fd00::1 5678 > " + mote + "8765", ends());
        // 3000 is a port of ours in the first conversation, and of the node in the third, which comes first.
        fixture.send(3000, "x");
        assertEquals("fd00::1 1883 > " + mote + "3000", ends());
        fixture.send(7001, "x");
        assertEquals("fd00::99 7001 > " + mote + "7000", ends());
        fixture.send(61616, "x");
        assertEquals("fd00::99 7001 > " + mote + "61616", ends());
        // Heard again, an old conversation is the latest.
        line.sendFrame(uplink(mote(2), 1025, 3000, "e"));
        fixture.awaitCount(Counter.MESH_UPLINKS, 5);
        fixture.send(61616, "x");
        assertEquals("fd00::1 3000 > " + mote + "61616", ends());
    }

    @Test
    void theLatestOfSeveralConversationsWithOnePortIsAnswered() throws Exception {
        start();
        // A mote that was reset sends from another port to the same one of ours.
        line.sendFrame(uplink(mote(2), 1025, 3000, "a"));
        line.sendFrame(uplink(mote(2), 1026, 3000, "b"));
        fixture.awaitCount(Counter.MESH_UPLINKS, 2);
        fixture.send(3000, "x");
        assertEquals("fd00::1 3000 > fd00::202:2:2:2 1026", ends());
    }

    @Test
    void eightConversationsAreRememberedAndTheOldestGoesFirst() throws Exception {
        start();
        for (int i = 0; i < 9; i++) {
            line.sendFrame(uplink(mote(2), 1000 + i, 2000 + i, "x"));
        }
        fixture.awaitCount(Counter.MESH_UPLINKS, 9);
        fixture.send(1001, "x");
        assertEquals("fd00::1 2001 > fd00::202:2:2:2 1001", ends());
        fixture.send(1000, "x");
        assertEquals("fd00::1 2008 > fd00::202:2:2:2 1000", ends());
    }

    @Test
    void whatTheMotesBuffersDoNotTakeIsRefused() throws Exception {
        start("downlink_bytes 700");
        fixture.introduce(line);
        byte[] ends = new byte[700];
        Arrays.fill(ends, (byte) 0xc0);
        fixture.send(MeshFixture.NODE, 8765, new byte[701]).await("refused: longer than 700 bytes");
        fixture.send(MeshFixture.NODE, 8765, ends).await("refused: longer than 1280 bytes on the line once escaped");
        Heard fits = fixture.send(MeshFixture.NODE, 8765, Arrays.copyOf(ends, 600));
        assertEquals(600, packet().udp().payload().length);
        fits.await("queued", "sent");
        Heard longest = fixture.send(MeshFixture.NODE, 8765, new byte[700]);
        assertEquals(700, packet().udp().payload().length);
        longest.await("queued", "sent");
        assertEquals(2, fixture.health.value(Counter.DOWNLINK_REFUSED));
    }

    @Test
    void anUnknownNodeIsNotOurs() throws Exception {
        start();
        fixture.introduce(line);
        Heard heard = fixture.send(Eui64.parse("00000000000000ff"), 8765, new byte[1]);
        assertFalse(heard.known);
        assertEquals(List.of(), heard.states);
        assertTrue(fixture.send(8765, "x").known);
    }

    @Test
    void aConversationThatCannotBeAnsweredIsRefused() throws Exception {
        start();
        line.sendFrame(unchecked(mote(2), 0, HOST, 5678, "from port 0"));
        line.sendFrame(unchecked(mote(3), 1, Ipv6Address.of(0xfe80_0000_0000_0000L, 1), 2, "to a link-local address"));
        fixture.awaitCount(Counter.MESH_UPLINKS, 2);
        fixture.send(5678, "x").await("refused: UDP ports 5678, 0 are not 1 to 65535");
        fixture.send(Eui64.parse("0002000200020003"), 1, new byte[1])
            .await("refused: no route for a packet from fe80::1 to fd00::202:2:2:3");
        // Another port of the same node is still to be reached.
        Heard heard = fixture.send(8765, "x");
        assertEquals("fd00::1 5678 > fd00::202:2:2:2 8765", ends());
        heard.await("queued", "sent");
    }

    @Test
    void aFullQueueRefusesTheNewestAndStoppingAllThatWait() throws Exception {
        fixture = new MeshFixture(line.port(), "frame_gap_ms 10000", "downlink_queue 2");
        line.accept();
        // The END is out: nothing else goes for ten seconds.
        assertEquals("c0", line.read(1));
        fixture.introduce(line);
        Heard first = fixture.send(8765, "1");
        Heard second = fixture.send(8765, "2");
        fixture.send(8765, "3").await("refused: too many commands are waiting");
        assertEquals(2, fixture.health.gaugeValue("mesh0_downlink_queue"));
        fixture.close();
        first.await("queued", "refused: the gateway stops");
        second.await("queued", "refused: the gateway stops");
        fixture.send(8765, "4").await("refused: the gateway stops");
        assertEquals(4, fixture.health.value(Counter.DOWNLINK_REFUSED));
        assertEquals(0, fixture.health.value(Counter.DOWNLINK_SENT));
    }

    @Test
    void aCommandWhileTheLinkIsDownIsRefused() throws Exception {
        start();
        fixture.introduce(line);
        line.close();
        fixture.awaitState("link down");
        fixture.send(8765, "x").await("queued", "refused: the link is down: link mesh0 is not open");
        assertEquals(1, fixture.health.value(Counter.DOWNLINK_FAILED));
    }

    @Test
    void aListenerThatThrowsDoesNotStopTheCommandsOfOthers() throws Exception {
        start();
        fixture.introduce(line);
        fixture.mesh.send(MeshFixture.NODE, 8765, ascii("x"), (state, reason) -> {
            if (state == CommandListener.State.SENT) {
                throw new IllegalStateException("on purpose");
            }
        });
        Heard heard = fixture.send(8765, "y");
        line.frame();
        line.frame();
        heard.await("queued", "sent");
    }
}
