package io.slipway.mesh;

import io.slipway.frame.Ipv6Address;
import io.slipway.frame.UdpPacket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What motes send. */
final class Packets {
    static final long PREFIX = 0xfd00_0000_0000_0000L;
    static final Ipv6Address HOST = Ipv6Address.of(PREFIX, 1);
    /** The interface identifier of node 0002000200020002. */
    static final long IID = 0x0202_0002_0002_0002L;

    private Packets() {
    }

    static Ipv6Address mote(int number) {
        return Ipv6Address.of(PREFIX, IID + number - 2);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A datagram to fd00::1 that made one hop. */
    static byte[] uplink(Ipv6Address from, int fromPort, int toPort, String payload) {
        return uplink(from, fromPort, HOST, toPort, 63, ascii(payload));
    }

    static byte[] uplink(Ipv6Address from, int fromPort, Ipv6Address to, int toPort, int hopLimit, byte[] payload) {
        byte[] packet = UdpPacket.encode(from, fromPort, to, toPort, payload);
        packet[7] = (byte) hopLimit;
        return packet;
    }

    /** The same with any addresses and ports, also those that {@link UdpPacket} refuses. */
    static byte[] unchecked(Ipv6Address from, int fromPort, Ipv6Address to, int toPort, String payload) {
        byte[] packet = UdpPacket.encode(HOST, 1, HOST, 1, ascii(payload));
        ByteBuffer.wrap(packet).position(8).putLong(from.high()).putLong(from.low()).putLong(to.high())
            .putLong(to.low()).putShort((short) fromPort).putShort((short) toPort);
        return withChecksum(packet, 46);
    }

    /** An ICMPv6 error of a mote to the host about one of the host's packets. */
    static byte[] error(int type, int code, Ipv6Address from, byte[] about) {
        ByteBuffer packet = ByteBuffer.allocate(48 + about.length);
        packet.putInt(0x60000000).putShort((short) (8 + about.length)).put((byte) 58).put((byte) 63)
            .putLong(from.high()).putLong(from.low()).putLong(HOST.high()).putLong(HOST.low())
            .put((byte) type).put((byte) code).putShort((short) 0).putInt(0).put(about);
        return withChecksum(packet.array(), 42);
    }

    /** RFC 8200 section 8.1, worked out apart from the code under test. */
    static byte[] withChecksum(byte[] packet, int at) {
        packet[at] = 0;
        packet[at + 1] = 0;
        long sum = packet.length - 40 + packet[6];
        for (int i = 8; i < packet.length; i++) {
            sum += (long) (packet[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        ByteBuffer.wrap(packet).putShort(at, (short) ~sum);
        return packet;
    }
}
