package io.slipway.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures.Capture;
import org.junit.jupiter.api.Test;

class UdpPacketTest {
    private static final Ipv6Address HOST = Ipv6Address.of(0xfd00_0000_0000_0000L, 1);
    private static final Ipv6Address MOTE = Ipv6Address.of(0xfd00_0000_0000_0000L, 0x0202_0002_0002_0002L);

    @Test
    void buildsThePacketsThatLinuxBuilt() {
        int compared = 0;
        for (Capture capture : Captures.all()) {
            if (!capture.name().endsWith("h2m") || capture.name().startsWith("cng-downlink")) {
                continue;
            }
            for (JsonNode frame : capture.expected().get("frames")) {
                if (!frame.has("udp")) {
                    continue;
                }
                byte[] linux = Captures.hex(frame.get("hex").asText());
                // Linux makes up a flow label; the checksum does not cover it.
                linux[1] = 0;
                linux[2] = 0;
                linux[3] = 0;
                assertArrayEquals(linux, again(linux));
                compared++;
            }
        }
        assertEquals(53 + 20 + 27 + 11, compared);
    }

    /** Takes a packet apart and builds it from its parts. */
    private static byte[] again(byte[] bytes) {
        Ipv6Packet packet = packet(bytes);
        UdpDatagram udp = packet.udp();
        return UdpPacket.encode(packet.src(), udp.srcPort(), packet.dst(), udp.dstPort(), udp.payload());
    }

    private static Ipv6Packet packet(byte[] bytes) {
        FrameDecoder decoder = new FrameDecoder(FrameDecoder.Mode.BORDER_ROUTER, false, false);
        return (Ipv6Packet) decoder.decode(bytes, bytes.length);
    }

    @Test
    void sendsAChecksumOfZeroAsAllOnes() {
        int allOnes = 0;
        for (int i = 0; i <= 0xffff; i++) {
            byte[] packet = UdpPacket.encode(HOST, 5678, MOTE, 8765, new byte[] {(byte) (i >> 8), (byte) i});
            int checksum = Ipv6Decoder.word(packet, 46);
            assertTrue(checksum != 0 && packet(packet).udp().checksumOk(), "payload " + i);
            allOnes += checksum == 0xffff ? 1 : 0;
        }
        assertEquals(1, allOnes);
    }

    @Test
    void padsAnOddPayloadForTheChecksumOnly() {
        byte[] packet = UdpPacket.encode(HOST, 5678, MOTE, 8765, new byte[] {1, 2, 3});
        assertEquals(51, packet.length);
        assertTrue(packet(packet).udp().checksumOk());
        packet[50] ^= 1;
        assertEquals(false, packet(packet).udp().checksumOk());
    }

    @Test
    void anEmptyPayloadIsAPacketToo() {
        byte[] packet = UdpPacket.encode(HOST, 1, MOTE, 0xffff, new byte[0]);
        assertEquals(48, packet.length);
        assertEquals(0xffff, packet(packet).udp().dstPort());
        assertEquals(64, packet(packet).hopLimit());
    }

    @Test
    void refusesWhatCannotArrive() {
        Ipv6Address local = Ipv6Address.of(0xfe80_0000_0000_0000L, 1);
        Ipv6Address multicast = Ipv6Address.of(0xff02_0000_0000_0000L, 1);
        byte[] none = new byte[0];
        assertRefused(() -> UdpPacket.encode(local, 1, MOTE, 1, none), "no route for a packet from fe80::1 to fd00::");
        assertRefused(() -> UdpPacket.encode(HOST, 1, local, 1, none), "no route for a packet from fd00::1 to fe80::1");
        assertRefused(() -> UdpPacket.encode(multicast, 1, MOTE, 1, none), "no route for a packet from ff02::1 to fd0");
        assertRefused(() -> UdpPacket.encode(HOST, 0, MOTE, 1, none), "UDP ports 0, 1 are not 1 to 65535");
        assertRefused(() -> UdpPacket.encode(HOST, 1, MOTE, 65536, none), "UDP ports 1, 65536 are not 1 to 65535");
        assertRefused(() -> UdpPacket.encode(HOST, 1, MOTE, 1, new byte[1001]), "a payload of 1001 bytes; at most");
        assertEquals(1048, UdpPacket.encode(HOST, 1, MOTE, 1, new byte[1000]).length);
    }

    private static void assertRefused(Runnable encoding, String message) {
        String actual = assertThrows(IllegalArgumentException.class, encoding::run).getMessage();
        assertTrue(actual.startsWith(message), actual);
    }
}
