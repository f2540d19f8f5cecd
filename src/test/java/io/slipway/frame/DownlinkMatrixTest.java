package io.slipway.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.slip.SlipEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a real Contiki-NG border router and mote did with crafted downlink frames, case by case, and what our encoders
 * make of each: those that were delivered come out of them byte for byte, those that were lost for a fault of the frame
 * cannot come out of them.
 */
class DownlinkMatrixTest {
    private static final byte[] LINE = Captures.raw("cng-downlink-matrix.h2m");

    /** One crafted frame: its bytes on the line from {@code from} (inclusive, leading END too) to {@code to}. */
    private record Case(String name, boolean delivered, JsonNode frame, int from, int to) {
        byte[] wire() {
            return Arrays.copyOfRange(LINE, from, to);
        }

        boolean hasLeadingEnd() {
            return LINE[from] == (byte) 0xc0;
        }

        Ipv6Packet packet() {
            byte[] bytes = Captures.hex(frame.get("hex").asText());
            FrameDecoder decoder = new FrameDecoder(FrameDecoder.Mode.BORDER_ROUTER, false, false);
            return (Ipv6Packet) decoder.decode(bytes, bytes.length);
        }

        /** The same addresses, ports and payload through our encoders. */
        byte[] ours() {
            UdpDatagram udp = packet().udp();
            return SlipEncoder.encode(UdpPacket.encode(
                packet().src(), udp.srcPort(), packet().dst(), udp.dstPort(), udp.payload()));
        }

        /** The crafted wire bytes without the leading END that we never send. */
        byte[] wireWithoutLeadingEnd() {
            return hasLeadingEnd() ? Arrays.copyOfRange(LINE, from + 1, to) : wire();
        }
    }

    private static List<Case> cases() {
        JsonNode frames = Captures.json("cng-downlink-matrix.h2m.expected.json").get("frames");
        List<Case> cases = new ArrayList<>();
        // Frame 0 is the answer to ?P.
        int next = 1;
        int from = frames.get(0).get("end").asInt() + 1;
        for (JsonNode entry : Captures.json("downlink-matrix.json")) {
            for (JsonNode delivered : entry.get("delivered_contiki_ng")) {
                JsonNode frame = frames.get(next++);
                int to = frame.get("end").asInt() + 1;
                cases.add(new Case(entry.get("case").asText(), delivered.asBoolean(), frame, from, to));
                from = to;
            }
        }
        assertEquals(frames.size(), next);
        assertEquals(LINE.length, from);
        return cases;
    }

    private static Case named(String name) {
        return cases().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void whatWasDeliveredAndIsWellFormedComesOutOfOurEncodersByteForByte() {
        List<String> same = new ArrayList<>();
        for (Case c : cases()) {
            if (c.delivered() && !List.of("c04", "c07", "c11", "c15").contains(c.name())) {
                assertArrayEquals(c.wireWithoutLeadingEnd(), c.ours(), c.name());
                same.add(c.name());
            }
        }
        assertEquals(List.of("c01", "c02", "c08", "c10", "c12", "c13", "c23", "c24", "c27", "c29"), same);
        // c02 is the one that was sent without a leading END, as we do: it arrived.
        assertFalse(named("c02").hasLeadingEnd());
        assertArrayEquals(named("c02").wire(), named("c02").ours());
    }

    @Test
    void whatWasDeliveredThoughOddComesOutProper() {
        // c04: no UDP checksum, which IPv6 forbids.
        assertFalse(named("c04").packet().udp().checksumOk());
        assertTrue(decoded(named("c04").ours()).udp().checksumOk());
        // c07: hop limit 2 just arrives at a neighbour; c11: a flow label makes no difference.
        assertEquals(2, named("c07").packet().hopLimit());
        assertEquals(64, decoded(named("c07").ours()).hopLimit());
        assertEquals(0x60, decoded(named("c11").ours()).bytes()[0]);
        // c15: four bytes behind the packet. Our packets are as long as they say.
        assertEquals("ipv6-length-mismatch", named("c15").frame().get("reason").asText());
    }

    @Test
    void badChecksumsAndSpentHopLimitsCannotBeSent() {
        assertFalse(named("c05").delivered() || named("c05").packet().udp().checksumOk());
        assertTrue(decoded(named("c05").ours()).udp().checksumOk());
        assertFalse(named("c06").delivered());
        assertEquals(1, named("c06").packet().hopLimit());
        assertEquals(64, decoded(named("c06").ours()).hopLimit());
    }

    @Test
    void aLinkLocalSourceIsRefused() {
        assertFalse(named("c09").delivered());
        assertThrows(IllegalArgumentException.class, () -> named("c09").ours());
    }

    @Test
    void theSecondFrameOfABurstHasNoLeadingEndToBeLostBy() {
        List<Case> burst = cases().stream().filter(c -> c.name().equals("c13")).toList();
        assertTrue(burst.get(0).delivered() && burst.get(0).hasLeadingEnd());
        assertTrue(!burst.get(1).delivered() && burst.get(1).hasLeadingEnd());
        // The lost one is a good packet; only the leading END that we never send is wrong with it.
        assertArrayEquals(burst.get(1).wireWithoutLeadingEnd(), burst.get(1).ours());
        assertFalse(burst.get(1).ours()[0] == (byte) 0xc0);
    }

    @Test
    void theLengthFieldIsAlwaysTheLength() {
        assertFalse(named("c14").delivered());
        assertEquals("ipv6-length-mismatch", named("c14").frame().get("reason").asText());
        for (int length = 0; length <= 50; length++) {
            Ipv6Address host = named("c01").packet().src();
            byte[] packet = UdpPacket.encode(host, 1, host, 1, new byte[length]);
            assertTrue(Ipv6Decoder.hasRightLength(packet));
        }
    }

    @Test
    void onlyTheEscapesThatMotesKnowAreSent() {
        // c16: ESC before a letter; c17: DB DF for XOFF. Both were dropped.
        assertFalse(named("c16").delivered() || named("c17").delivered());
        assertTrue(contains(named("c17").wire(), 0xdb, 0xde) || contains(named("c17").wire(), 0xdb, 0xdf));
        byte[] ours = named("c17").ours();
        assertFalse(contains(ours, 0xdb, 0xde) || contains(ours, 0xdb, 0xdf));
    }

    @Test
    void whatTheMotesBuffersDoNotTakeIsRefused() {
        for (String name : List.of("c25", "c26", "c28")) {
            assertFalse(named(name).delivered());
            assertThrows(IllegalArgumentException.class, () -> named(name).ours(), name);
        }
    }

    @Test
    void theOtherLossesAreNotTheFramesFault() {
        // c03 wrong port, c18 no such node, c19 closed port: good packets, and whoever sends must know better.
        for (String name : List.of("c03", "c18", "c19")) {
            assertFalse(named(name).delivered());
            assertArrayEquals(named(name).wireWithoutLeadingEnd(), named(name).ours());
        }
        // c20 to c22 are queries and commands, which nobody delivers.
        for (String name : List.of("c20", "c21", "c22")) {
            assertFalse(named(name).delivered() || named(name).frame().get("type").asText().equals("ipv6"));
        }
        List<String> lost = cases().stream().filter(c -> !c.delivered()).map(Case::name).toList();
        assertEquals(List.of("c03", "c05", "c06", "c09", "c13", "c14", "c16", "c17", "c18", "c19", "c20", "c21", "c22",
            "c25", "c26", "c28"), lost);
    }

    private static Ipv6Packet decoded(byte[] wire) {
        // None of the packets asked for here holds a byte that is escaped.
        FrameDecoder decoder = new FrameDecoder(FrameDecoder.Mode.BORDER_ROUTER, false, false);
        return (Ipv6Packet) decoder.decode(wire, wire.length - 1);
    }

    private static boolean contains(byte[] bytes, int first, int second) {
        for (int i = 0; i + 1 < bytes.length; i++) {
            if (bytes[i] == (byte) first && bytes[i + 1] == (byte) second) {
                return true;
            }
        }
        return false;
    }
}
