package io.slipway.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Ipv6PacketTest {
    private static final String ADDRESSES = "fd000000000000000202000200020002 fd000000000000000000000000000001";
    private static final String UDP = "223d 162e 000f 5768 68656c6c6f2030";

    /** A packet with this first next-header value and payload. */
    private static Frame packet(int nextHeader, String payload) {
        byte[] tail = Captures.hex(payload);
        byte[] packet = Arrays.copyOf(Captures.hex("60000000 0000 00 3f " + ADDRESSES), 40 + tail.length);
        packet[4] = (byte) (tail.length >> 8);
        packet[5] = (byte) tail.length;
        packet[6] = (byte) nextHeader;
        System.arraycopy(tail, 0, packet, 40, tail.length);
        return FrameDecoderTest.ROUTER.decode(packet, packet.length);
    }

    @Test
    void stepsOverExtensionHeaders() {
        Ipv6Packet packet = (Ipv6Packet) packet(0, "2b00000000000000 3c01000000000000 0000000000000000"
            + "1100000000000000" + UDP);
        assertEquals(0, packet.nextHeader());
        assertEquals(17, packet.protocol());
        assertEquals(3, packet.extensionHeaders().size());
        assertEquals(43, packet.extensionHeaders().get(1).type());
        assertEquals(48, packet.extensionHeaders().get(1).offset());
        assertEquals(16, packet.extensionHeaders().get(1).length());
        assertTrue(packet.udp().checksumOk());
        assertEquals(72 + 8, packet.udp().payloadOffset());
    }

    @Test
    void anExtensionHeaderThatIsLongerThanThePacketIsInvalid() {
        String[] cut = {"11000000000000", "1101000000000000", ""};
        for (String header : cut) {
            InvalidFrame frame = (InvalidFrame) packet(60, header);
            assertEquals(InvalidFrame.Reason.IPV6_EXT_TRUNCATED, frame.reason(), header);
        }
    }

    @Test
    void aFragmentHasNoTransportHeaderToReadUnlessItIsTheWhole() {
        assertNotNull(((Ipv6Packet) packet(44, "1100 0000 00000001" + UDP)).udp());
        Ipv6Packet first = (Ipv6Packet) packet(44, "1100 0001 00000001" + UDP);
        Ipv6Packet second = (Ipv6Packet) packet(44, "1100 0008 00000001" + UDP);
        assertEquals(17, first.protocol());
        assertNull(first.udp());
        assertNull(second.udp());
    }

    @Test
    void aUdpLengthThatIsNotThereIsAMismatchAndNeverReadsTooFar() {
        UdpDatagram good = ((Ipv6Packet) packet(17, UDP)).udp();
        assertFalse(good.lenMismatch());
        assertArrayEquals(Captures.hex("68656c6c6f2030"), good.payload());
        UdpDatagram longer = ((Ipv6Packet) packet(17, "223d 162e 0010 5768 68656c6c6f2030")).udp();
        assertTrue(longer.lenMismatch());
        assertEquals(7, longer.payload().length);
        UdpDatagram shorter = ((Ipv6Packet) packet(17, "223d 162e 000a 5768 68656c6c6f2030")).udp();
        assertTrue(shorter.lenMismatch());
        assertEquals(2, shorter.payload().length);
        UdpDatagram none = ((Ipv6Packet) packet(17, "223d 162e 0003 5768 68656c6c6f2030")).udp();
        assertTrue(none.lenMismatch());
        assertEquals(0, none.payload().length);
        assertNull(((Ipv6Packet) packet(17, "223d 162e 0007 57")).udp());
    }

    @Test
    void everyFlippedBitOfAUdpPacketIsSeenInItsChecksumOrItsLength() {
        byte[] packet = ((Ipv6Packet) packet(17, UDP)).bytes();
        // From the addresses on; what stands before them does not go into the checksum.
        for (int bit = 8 * 8; bit < packet.length * 8; bit++) {
            packet[bit / 8] ^= (byte) (1 << bit % 8);
            Ipv6Packet damaged = (Ipv6Packet) FrameDecoderTest.ROUTER.decode(packet, packet.length);
            assertTrue(!damaged.udp().checksumOk() || damaged.udp().lenMismatch(), "bit " + bit);
            packet[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void aTcpHeaderThatContradictsItselfIsNone() {
        String start = "0401 075b 00000001 00000002";
        assertNotNull(((Ipv6Packet) packet(6, start + "50 18 0020 0000 0000 41")).tcp());
        assertNull(((Ipv6Packet) packet(6, start + "40 18 0020 0000 0000 41")).tcp());
        assertNull(((Ipv6Packet) packet(6, start + "60 18 0020 0000 0000 41")).tcp());
        assertNull(((Ipv6Packet) packet(6, start + "50 18 0020 0000 00")).tcp());
        TcpSegment last = ((Ipv6Packet) packet(6, "0401 075b ffffffff80000000 6002 0020 0000 0000 020404c4 41")).tcp();
        assertEquals(0xffff_ffffL, last.sequence());
        assertEquals(0x8000_0000L, last.acknowledgement());
        assertEquals(last.buffer().length - 1, last.payloadOffset());
    }

    @Test
    void anIcmpErrorSaysWhichDatagramItIsAbout() {
        int seen = 0;
        for (JsonNode frame : Captures.json("cng-downlink-matrix.m2h.expected.json").get("frames")) {
            if (!frame.has("icmp6")) {
                continue;
            }
            byte[] bytes = Captures.hex(frame.get("hex").asText());
            Icmpv6Message message = ((Ipv6Packet) FrameDecoderTest.ROUTER.decode(bytes, bytes.length)).icmpv6();
            assertTrue(message.isError() && message.checksumOk());
            String dst = new String[] {"fd00::202:2:2:2", "fd00::202:2:2:2", "fd00::201:1:1:1"}[seen];
            assertEquals(dst, message.originalDst().toString());
            assertEquals(seen == 0 ? 5679 : 5678, message.originalUdpSrcPort());
            assertEquals(8765, message.originalUdpDstPort());
            seen++;
        }
        assertEquals(3, seen);
    }

    @Test
    void aCutIcmpErrorSaysWhatItStillKnows() {
        String whole = "0104 0000 00000000 60000000 0017 11 3f" + ADDRESSES + "162f 223d 0017 8ffa";
        byte[] bytes = Captures.hex(whole);
        for (int length = 0; length <= bytes.length; length++) {
            String cut = HexFormat.of().formatHex(bytes, 0, length);
            Icmpv6Message message = ((Ipv6Packet) packet(58, cut)).icmpv6();
            assertEquals(length >= 4, message != null);
            if (message != null) {
                assertEquals(length >= 48, message.originalDst() != null);
                assertEquals(length >= 52 ? 0x162f : -1, message.originalUdpSrcPort());
                assertEquals(length >= 52 ? 0x223d : -1, message.originalUdpDstPort());
            }
        }
        Icmpv6Message echo = ((Ipv6Packet) packet(58, "80" + whole.substring(2))).icmpv6();
        assertFalse(echo.isError());
        assertNull(echo.originalDst());
        Icmpv6Message tcp = ((Ipv6Packet) packet(58, whole.replace("0017 11", "0017 06"))).icmpv6();
        assertEquals(-1, tcp.originalUdpDstPort());
        assertNotNull(tcp.originalDst());
    }
}
