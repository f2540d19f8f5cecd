package io.slipway.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.slip.SlipDecoder;
import io.slipway.slip.SlipError;
import io.slipway.slip.SlipSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An opinion that is not ours: the packets that the real tunslip6 took out of the same bytes and handed to the kernel
 * are those that we take out of them, none more and none less, in both directions.
 */
class TunCrossCheckTest {
    @ParameterizedTest
    @ValueSource(strings = {"6lbr-mqttsn", "6lbr-udp", "cng-coap", "cng-mqtt-tcp", "cng-udp"})
    void thePacketsAreThoseOfTunslip6(String name) throws IOException {
        List<String> fromMotes = new ArrayList<>();
        List<String> toMotes = new ArrayList<>();
        for (byte[] packet : pcap(name + ".tun0.pcap")) {
            Ipv6Packet ipv6 = (Ipv6Packet) FrameDecoderTest.ROUTER.decode(packet, packet.length);
            boolean isMote = ipv6.src().high() == 0xfd00_0000_0000_0000L && ipv6.src().low() != 1;
            (isMote ? fromMotes : toMotes).add(HexFormat.of().formatHex(packet));
        }
        assertTrue(fromMotes.size() >= 10 && toMotes.size() >= 10);
        assertEquals(fromMotes, packets(Captures.raw(name + ".m2h")));
        // The line was recorded before the kernel was: it has one router solicitation more, at its beginning.
        List<String> down = packets(Captures.raw(name + ".h2m"));
        assertEquals(toMotes, down.subList(1, down.size()));
    }

    private static List<String> packets(byte[] stream) {
        List<String> packets = new ArrayList<>();
        SlipDecoder slip = new SlipDecoder(new SlipSink() {
            @Override
            public void frame(byte[] buffer, int length, long start, long end) {
                Frame frame = FrameDecoderTest.ROUTER.decode(buffer, length);
                if (frame.type() == FrameType.IPV6) {
                    packets.add(HexFormat.of().formatHex(frame.bytes()));
                }
            }

            @Override
            public void invalid(SlipError reason, byte[] buffer, int length, long start, long end) {
                throw new AssertionError(reason.text());
            }
        }, 2048);
        slip.push(stream, 0, stream.length);
        return packets;
    }

    /** The packets of a little-endian pcap file with raw IP packets in it. */
    private static List<byte[]> pcap(String file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(Captures.DIRECTORY.resolve(file)));
        in.order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(0xa1b2c3d4, in.getInt(0));
        assertEquals(101, in.getInt(20));
        in.position(24);
        List<byte[]> packets = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] packet = new byte[in.getInt(in.position() + 8)];
            in.position(in.position() + 16);
            in.get(packet);
            packets.add(packet);
        }
        return packets;
    }
}
