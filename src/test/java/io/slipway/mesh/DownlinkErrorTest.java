package io.slipway.mesh;

import static io.slipway.mesh.Packets.ascii;
import static io.slipway.mesh.Packets.mote;
import static io.slipway.mesh.Packets.uplink;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import io.slipway.frame.Ipv6Address;
import io.slipway.health.Counter;
import io.slipway.mesh.MeshFixture.Heard;
import io.slipway.reading.Eui64;
import io.slipway.slip.SlipEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mote's ICMPv6 error refuses the command that it is about, and only that; and the recorded crafted cases. */
class DownlinkErrorTest {
    private static final String CLOSED = "refused: nothing listens on that port of the node";
    private static final Eui64 BORDER_ROUTER = Eui64.parse("0001000100010001");

    private LineEnd line;
    private MeshFixture fixture;

    @BeforeEach
    void start() throws Exception {
        line = new LineEnd();
        fixture = new MeshFixture(line.port(), "frame_gap_ms 10");
        line.acceptGreeting();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
        line.close();
    }

    /** The packet of the next frame; none of those asked for holds a byte that is escaped. */
    private byte[] sentPacket() throws Exception {
        byte[] frame = line.frame();
        return Arrays.copyOf(frame, frame.length - 1);
    }

    private List<byte[]> realErrors() {
        List<byte[]> errors = new ArrayList<>();
        for (JsonNode frame : Captures.json("cng-downlink-matrix.m2h.expected.json").get("frames")) {
            if (frame.has("icmp6")) {
                errors.add(Captures.hex(frame.get("hex").asText()));
            }
        }
        assertEquals(3, errors.size());
        return errors;
    }

    @Test
    void aRealMotesErrorsReachTheCommandsThatCausedThem() throws Exception {
        // As in the recording: c03 from a port that the mote does not know, c19 to a closed port of the border router.
        Ipv6Address borderRouter = Ipv6Address.of(Packets.PREFIX, BORDER_ROUTER.interfaceId());
        line.sendFrame(uplink(mote(2), 8765, 5679, "x"));
        line.sendFrame(uplink(borderRouter, 8765, 5678, "x"));
        fixture.awaitCount(Counter.MESH_UPLINKS, 2);
        Heard c03 = fixture.send(8765, "c03-wrong-sport");
        Heard other = fixture.send(8765, "another one");
        Heard c19 = fixture.send(BORDER_ROUTER, 8765, ascii("c19-br"));
        for (int i = 0; i < 3; i++) {
            line.frame();
        }
        for (byte[] error : realErrors()) {
            line.sendFrame(error);
        }
        fixture.awaitCount(Counter.MESH_ICMP_ERRORS, 3);
        c03.await("queued", "sent", CLOSED);
        c19.await("queued", "sent", CLOSED);
        // c06, whose hop limit was 1, is none of ours, though it went to the same port.
        other.await("queued", "sent");
    }

    @Test
    void twoCommandsToOnePortAreToldApart() throws Exception {
        fixture.introduce(line);
        Heard first = fixture.send(8765, "first");
        Heard second = fixture.send(8765, "second");
        byte[] firstPacket = sentPacket();
        byte[] secondPacket = sentPacket();
        second.await("queued", "sent");
        line.sendFrame(Packets.error(1, 4, mote(2), firstPacket));
        first.await("queued", "sent", CLOSED);
        // The same error again is about nothing any more.
        line.sendFrame(Packets.error(1, 4, mote(2), firstPacket));
        line.sendFrame(Packets.error(1, 0, mote(2), secondPacket));
        second.await("queued", "sent", "refused: the node cannot be reached (ICMPv6 code 0)");
        assertEquals(3, first.states.size());
    }

    @Test
    void anErrorThatQuotesOnlyThePortsIsTheLatestCommands() throws Exception {
        fixture.introduce(line);
        Heard first = fixture.send(8765, "first");
        Heard second = fixture.send(8765, "second");
        byte[] firstPacket = sentPacket();
        sentPacket();
        second.await("queued", "sent");
        line.sendFrame(Packets.error(3, 0, mote(2), Arrays.copyOf(firstPacket, 44)));
        second.await("queued", "sent", "refused: ICMPv6 error 3 code 0");
        first.await("queued", "sent");
    }

    @Test
    void anErrorAboutAnotherPortOrNodeIsNobodys() throws Exception {
        fixture.introduce(line);
        Heard heard = fixture.send(8765, "x");
        byte[] packet = sentPacket();
        heard.await("queued", "sent");
        for (int at : new int[] {39, 41, 43, 47}) {
            byte[] other = packet.clone();
            other[at] ^= 1;
            line.sendFrame(Packets.error(1, 4, mote(2), other));
        }
        fixture.awaitCount(Counter.MESH_ICMP_ERRORS, 4);
        fixture.introduce(line);
        assertEquals(List.of("queued", "sent"), heard.states);
    }

    @Test
    void aRefusedCommandIsNotRefusedAgain() throws Exception {
        fixture.introduce(line);
        Heard sent = fixture.send(8765, "x");
        byte[] packet = sentPacket();
        sent.await("queued", "sent");
        line.close();
        fixture.awaitState("link down");
        Heard lost = fixture.send(8765, "x");
        lost.await("queued", "refused: the link is down: link mesh0 is not open");
        line.listen();
        line.acceptGreeting();
        line.sendFrame(Packets.error(1, 4, mote(2), packet));
        // Two commands with the very same packet: the error is that of the one that went out.
        sent.await("queued", "sent", CLOSED);
        lost.await("queued", "refused: the link is down: link mesh0 is not open");
    }

    @Test
    void nothingFollowsARefusalWhoeverIsLate() {
        Heard heard = new Heard();
        Transmission command = new Transmission(null, new byte[0], 1, heard);
        command.refuse(new Refusal("a", "the mote was faster than our own thread"));
        command.sent();
        command.refuse(new Refusal("b", "again"));
        assertEquals(List.of("refused: the mote was faster than our own thread"), heard.states);
    }

    @Test
    void onlyTheLatestSixtyFourAreRemembered() throws Exception {
        fixture.introduce(line);
        List<Heard> all = new ArrayList<>();
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            all.add(fixture.send(8765, "command " + i));
            packets.add(sentPacket());
            all.get(i).await("queued", "sent");
        }
        line.sendFrame(Packets.error(1, 4, mote(2), packets.get(0)));
        line.sendFrame(Packets.error(1, 4, mote(2), packets.get(1)));
        all.get(1).await("queued", "sent", CLOSED);
        all.get(0).await("queued", "sent");
    }

    /** Cases of downlink-matrix.json that differ in the payload, the node or the port, which commands can choose. */
    @Test
    void theRecordedCasesThatACommandCanMakeEndAsTheRealMoteEndedThem() throws Exception {
        fixture.introduce(line);
        List<String> made = new ArrayList<>();
        int next = 1;
        JsonNode frames = Captures.json("cng-downlink-matrix.h2m.expected.json").get("frames");
        for (JsonNode entry : Captures.json("downlink-matrix.json")) {
            for (JsonNode delivered : entry.get("delivered_contiki_ng")) {
                JsonNode frame = frames.get(next++);
                if (frame.has("udp") && frame.get("dst").asText().equals("fd00::202:2:2:2")) {
                    byte[] payload = Captures.hex(frame.get("udp").get("payload").asText());
                    made.add(entry.get("case").asText() + " " + replay(frame, payload, delivered.asBoolean()));
                }
            }
        }
        // What the real mote lost for a fault of the frame is mended, or refused where it cannot be. Of c17 only the
        // escapes on the line were wrong, and of the second c13 the END in front.
        assertEquals(List.of("c01 same", "c02 same", "c03 mended", "c04 mended", "c05 mended", "c06 mended",
            "c07 mended", "c08 mended", "c09 mended", "c10 mended", "c11 mended", "c12 same", "c13 same", "c13 same",
            "c17 same", "c23 same", "c24 same", "c25 refused", "c26 refused", "c27 same", "c28 refused",
            "c29 same"), made);
    }

    private String replay(JsonNode frame, byte[] payload, boolean delivered) throws Exception {
        Heard heard = fixture.send(MeshFixture.NODE, 8765, payload);
        if (heard.states.get(0).startsWith("refused")) {
            assertFalse(delivered);
            return "refused";
        }
        byte[] wire = line.frame();
        heard.await("queued", "sent");
        byte[] crafted = Captures.hex(frame.get("hex").asText());
        byte[] expected = SlipEncoder.encode(crafted);
        if (Arrays.equals(expected, wire)) {
            return "same";
        }
        byte[] proper = uplink(Packets.HOST, 5678, mote(2), 8765, 64, payload);
        assertArrayEquals(SlipEncoder.encode(proper), wire);
        return "mended";
    }
}
