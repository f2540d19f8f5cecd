package io.slipway.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.frame.FrameDecoder.Mode;
import io.slipway.reading.Eui64;
import io.slipway.slip.SlipDecoder;
import io.slipway.slip.SlipEncoder;
import io.slipway.slip.SlipError;
import io.slipway.slip.SlipSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes as they stand on the line of real border routers and slip-radios, one example for each thing they say. */
class WireExamplesTest {
    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<Frame> line(Mode mode, boolean crc8, boolean attributes, String hex) {
        FrameDecoder decoder = new FrameDecoder(mode, crc8, attributes);
        List<Frame> frames = new ArrayList<>();
        SlipDecoder slip = new SlipDecoder(new SlipSink() {
            @Override
            public void frame(byte[] buffer, int length, long start, long end) {
                frames.add(decoder.decode(buffer, length));
            }

            @Override
            public void invalid(SlipError reason, byte[] buffer, int length, long start, long end) {
                throw new AssertionError(reason.text());
            }
        }, 2048);
        byte[] bytes = Captures.hex(hex);
        slip.push(bytes, 0, bytes.length);
        slip.end();
        return frames;
    }

    private static List<Frame> router(String hex) {
        return line(Mode.BORDER_ROUTER, false, false, hex);
    }

    private static Frame radio(String hex) {
        return line(Mode.SLIP_RADIO, false, false, hex).get(0);
    }

    @Test
    void theQueryForThePrefix() {
        assertTrue(((QueryFrame) router("C0 3F 50 C0").get(0)).isPrefixQuery());
    }

    @Test
    void theAnswerToItEscapesThePrefix() {
        byte[] answer = SlipEncoder.encode(HostCommand.prefix(0xfd00_c0db_0000_0011L));
        assertArrayEquals(Captures.hex("21 50 FD 00 DB DC DB DD 00 00 00 11 C0"), answer);
    }

    @Test
    void theBorderRoutersMac() {
        CommandFrame frame = (CommandFrame) router("C0" + hex("!M0001000100010001") + "C0").get(0);
        assertEquals(Eui64.of(0x0001_0001_0001_0001L), frame.borderRouterMac());
    }

    @Test
    void debugTextInAFrame() {
        TextFrame frame = (TextFrame) router("C0 0D" + hex("text\n") + "C0").get(0);
        assertEquals(FrameType.DEBUG, frame.type());
        assertEquals("text\n", frame.text());
    }

    @Test
    void rawTextLinesThatEndWhenAPacketBegins() {
        List<Frame> frames = router(hex("[INFO: BR        ] hello\nmore\n") + "C0 3F 50 C0");
        assertEquals("[INFO: BR        ] hello\n", ((TextFrame) frames.get(0)).text());
        assertEquals("more\n", ((TextFrame) frames.get(1)).text());
        assertEquals(FrameType.QUERY, frames.get(2).type());
    }

    @Test
    void debugTextThatAPacketBreaksInTwo() {
        List<Frame> frames = router("C0 0D" + hex("part") + "C0 3F 50 C0" + hex("rest\n") + "C0");
        List<FrameType> types = frames.stream().map(Frame::type).toList();
        assertEquals(List.of(FrameType.DEBUG, FrameType.QUERY, FrameType.TEXT), types);
    }

    @Test
    void utf8TextIsNotAsciiAndOnlyADebugFrameCarriesIt() {
        assertEquals(FrameType.DEBUG, router("C0 0D C3 A9 0A C0").get(0).type());
        assertEquals(FrameType.INVALID, router("C0 C3 A9 0A C0").get(0).type());
    }

    @Test
    void aDemoReadingWithItsPacket() {
        Ipv6Packet packet = (Ipv6Packet) router("C0 60000000 0027 11 3f fd000000000000000202000200020002"
            + "fd000000000000000000000000000001 0401 0bb8 0027 4590"
            + hex("1 | fe80::0201:0001:0001:0001|0") + "C0").get(0);
        assertEquals("fd00::202:2:2:2", packet.src().toString());
        assertEquals("0002000200020002", Eui64.ofInterfaceId(packet.src().low()).toString());
        assertEquals("fd00::1", packet.dst().toString());
        assertEquals(63, packet.hopLimit());
        UdpDatagram udp = packet.udp();
        assertEquals(1025, udp.srcPort());
        assertEquals(3000, udp.dstPort());
        assertTrue(udp.checksumOk());
        assertEquals("1 | fe80::0201:0001:0001:0001|0", new String(udp.payload(), StandardCharsets.US_ASCII));
    }

    @Test
    void aCrcBeforeTheEndEscapedLikeAnyByte() {
        Frame frame = line(Mode.SLIP_RADIO, true, false, "C0 60 00000000000000 DB DC DB DD 11 13 DE DF 24 C0").get(0);
        assertArrayEquals(Captures.hex("60 00000000000000 C0 DB 11 13 DE DF"), frame.bytes());
    }

    @Test
    void theEmptyFrameThatA6lbrHostSendsWithACrc() {
        Frame frame = line(Mode.SLIP_RADIO, true, false, "00 C0").get(0);
        assertEquals(InvalidFrame.Reason.EMPTY_AFTER_CRC, ((InvalidFrame) frame).reason());
    }

    @Test
    void aSlipRadiosMacAndReportAndError() {
        assertTrue(((CommandFrame) radio("C0 21 4D 0001000100010001 C0")).isSlipRadioMac());
        CommandFrame report = (CommandFrame) radio("C0 21 52 05 02 03 C0");
        assertEquals("5 2 3", report.sid() + " " + report.status() + " " + report.transmissions());
        assertEquals(FrameType.ERROR, radio("C0" + hex("EUnknown command 3f58 (2)") + "C0").type());
    }

    @Test
    void anOrderToSend() {
        CommandFrame frame = (CommandFrame) radio("21 53 00 03 06 0067 07 0001 0B 0001 41D8 67 CDAB FFFF"
            + "0100010001000100 7A3B C0");
        TransmitRequest request = frame.transmitRequest();
        assertEquals(3, request.attributes().count());
        assertEquals(0x67, request.attributes().unsignedValue(0));
        assertEquals("0001000100010001", request.frame().src());
        assertEquals("ffff", request.frame().dst());
    }

    @Test
    void whatTheRadioMeasured() {
        RadioFrame frame = (RadioFrame) line(Mode.SLIP_RADIO, false, true,
            "C0 03 03 00 69 04 FF 9C 0A 00 8F 41 D8 8F CDAB FFFF 0200020002000200 7A C0").get(0);
        assertEquals(105, frame.attributes().signedValue(0));
        assertEquals(-100, frame.attributes().signedValue(1));
        assertEquals(0x8f, frame.frame().sequence());
        assertEquals(1, frame.frame().type());
    }

    @Test
    void theSlipRadiosOtherCommandsAreCommandsWithoutFieldsHere() {
        for (String command : List.of("21 43 1A", "21 50 CD AB", "21 56 00 01 00 1A", "21 52")) {
            CommandFrame frame = (CommandFrame) radio(command + "C0");
            assertEquals(frame.bytes()[1], frame.code());
            assertNull(frame.transmitRequest());
            assertEquals(false, frame.isTransmitReport());
        }
        assertEquals('V', ((QueryFrame) radio("3F 56 00 01 C0")).code());
    }

    @Test
    void xonAndXoffThatTunslip6Escapes() {
        byte[] reading = router("C0 3F 50 DB DE DB DF C0").get(0).bytes();
        assertArrayEquals(Captures.hex("3F 50 11 13"), reading);
    }

    @Test
    void aPingOfMqttWhoseFirstByteIsAnEnd() {
        byte[] wire = SlipEncoder.encode(Captures.hex("C0 00"));
        assertArrayEquals(Captures.hex("DB DC 00 C0"), wire);
        assertEquals(12, ((MqttFrame) router("DB DC 00 C0").get(0)).mqttType());
    }

    @Test
    void anMqttPublishOfTenBytesIsNotTakenForALine() {
        String publish = "300A 0006 732f74656d70 3231";
        List<Frame> frames = router("C0" + publish + "C0");
        assertEquals(FrameType.MQTT, frames.get(0).type());
        assertEquals(1, frames.size());
        assertTrue(Arrays.equals(Captures.hex(publish), frames.get(0).bytes()));
    }
}
