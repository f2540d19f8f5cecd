package io.slipway.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
    static final FrameDecoder ROUTER = new FrameDecoder(FrameDecoder.Mode.BORDER_ROUTER, false, false);
    static final FrameDecoder RADIO = new FrameDecoder(FrameDecoder.Mode.SLIP_RADIO, false, false);
    private static final FrameDecoder CRC = new FrameDecoder(FrameDecoder.Mode.SLIP_RADIO, true, false);
    private static final FrameDecoder ATTRIBUTES = new FrameDecoder(FrameDecoder.Mode.SLIP_RADIO, false, true);

    static Frame decode(FrameDecoder decoder, String hex) {
        byte[] bytes = Captures.hex(hex);
        return decoder.decode(bytes, bytes.length);
    }

    private static Frame text(FrameDecoder decoder, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return decoder.decode(bytes, bytes.length);
    }

    private static InvalidFrame.Reason reason(Frame frame) {
        return ((InvalidFrame) frame).reason();
    }

    @Test
    void theFrameOutlivesTheBuffer() {
        byte[] buffer = Captures.hex("3F 50 00 00");
        Frame frame = ROUTER.decode(buffer, 2);
        assertNotSame(buffer, frame.bytes());
        assertArrayEquals(Captures.hex("3F 50"), frame.bytes());
    }

    @Test
    void nothingIsUnrecognised() {
        assertEquals(InvalidFrame.Reason.UNRECOGNISED, reason(decode(ROUTER, "")));
        assertEquals(InvalidFrame.Reason.UNRECOGNISED, reason(decode(CRC, "")));
    }

    @Test
    void onlyTheTwoByteQueryForThePrefixIsOne() {
        assertTrue(((QueryFrame) text(ROUTER, "?P")).isPrefixQuery());
        QueryFrame text = (QueryFrame) text(ROUTER, "?Problem: buffer\n");
        assertEquals('P', text.code());
        assertFalse(text.isPrefixQuery());
        assertFalse(((QueryFrame) text(ROUTER, "?M")).isPrefixQuery());
        QueryFrame alone = (QueryFrame) text(ROUTER, "?");
        assertEquals(-1, alone.code());
        assertFalse(alone.isPrefixQuery());
    }

    @Test
    void aMacAnswerTellsBorderRouterFromSlipRadio() {
        CommandFrame router = (CommandFrame) text(ROUTER, "!M0001000100010001");
        assertEquals("0001000100010001", router.borderRouterMac().toString());
        assertFalse(router.isSlipRadioMac());
        CommandFrame radio = (CommandFrame) decode(ROUTER, "214d 0001000100010001");
        assertTrue(radio.isSlipRadioMac());
        assertNull(radio.borderRouterMac());
        assertNull(((CommandFrame) text(ROUTER, "!M000100010001000x")).borderRouterMac());
        assertNull(((CommandFrame) text(ROUTER, "!X0001000100010001")).borderRouterMac());
        assertEquals(-1, ((CommandFrame) text(ROUTER, "!")).code());
    }

    @Test
    void aLongLineThatBeginsLikeIpv6IsTextAndADamagedPacketIsNot() {
        // 6LBR prints this one: o is 6f. Forty bytes and more, and no payload length of that size.
        String line = "off-link but no route src=fd00::1 dst=fd00::202:2:2:2\n";
        assertEquals(line, ((TextFrame) text(ROUTER, line)).text());
        assertEquals(InvalidFrame.Reason.IPV6_LENGTH_MISMATCH, reason(decode(ROUTER, "60" + "00".repeat(40))));
        assertEquals(FrameType.IPV6, decode(ROUTER, "60" + "00".repeat(5) + "3b" + "00".repeat(33)).type());
        assertEquals(InvalidFrame.Reason.UNRECOGNISED, reason(decode(ROUTER, "60" + "00".repeat(38))));
    }

    @Test
    void aLineThatBeginsWithAnEIsAnErrorOnASlipRadioOnly() {
        assertEquals(FrameType.ERROR, text(RADIO, "EUnknown command").type());
        assertEquals(FrameType.TEXT, text(ROUTER, "EUnknown command").type());
        assertEquals(FrameType.TEXT, text(RADIO, "Unknown").type());
    }

    @Test
    void debugTextMayHoldAnyByte() {
        TextFrame frame = (TextFrame) decode(ROUTER, "0D E9 00 41");
        assertEquals(FrameType.DEBUG, frame.type());
        assertEquals("\u00e9\0A", frame.text());
        assertEquals("", ((TextFrame) decode(ROUTER, "0D")).text());
    }

    @Test
    void theCrcIsCheckedAndTakenOff() {
        byte[] query = Crc8.append(Captures.hex("3F 4D"));
        assertArrayEquals(Captures.hex("3F 4D"), CRC.decode(query, 3).bytes());
        query[1] ^= 1;
        query[0] = 0;
        assertEquals(InvalidFrame.Reason.CRC8, reason(CRC.decode(query, 3)));
        assertEquals(InvalidFrame.Reason.EMPTY_AFTER_CRC, reason(decode(CRC, "00")));
        assertEquals(FrameType.DEBUG, decode(CRC, "0D 41 42").type());
        assertEquals("raw\n", ((TextFrame) text(CRC, "raw\n")).text());
    }

    @Test
    void mqttIsRecognisedByTypeFlagsAndExactLength() {
        assertEquals(3, ((MqttFrame) decode(ROUTER, "30 0C 0006 732f74656d70 32312e35")).mqttType());
        assertEquals(12, ((MqttFrame) decode(ROUTER, "C0 00")).mqttType());
        assertEquals(6, ((MqttFrame) decode(ROUTER, "62 02 0001")).mqttType());
        assertEquals(3, ((MqttFrame) decode(ROUTER, "32 81 01 0001 41 0001" + "00".repeat(124))).mqttType());
        String[] wrong = {
            "30 0C 0006 732f74656d70 3231",       // cut
            "30 0C 0006 732f74656d70 32312e3535", // a byte too many
            "36 0C 0006 732f74656d70 32312e35",   // QoS 3
            "30 04 0003 4142",                    // the topic does not fit
            "32 04 0002 4142",                    // no room for the packet id
            "30 03 0000 41",                      // no topic
            "C1 00",                              // flags that PINGREQ has not
            "C0 01 00",                           // a PINGREQ with a body
            "60 02 0001",                         // PUBREL must have flags 2
            "00 00", "F0 00",                     // reserved types
            "10", "30 80", "30 FF FF FF FF 01",   // no end of the remaining length
        };
        for (String hex : wrong) {
            assertEquals(InvalidFrame.Reason.UNRECOGNISED, reason(decode(ROUTER, hex)), hex);
        }
        assertEquals(FrameType.INVALID, decode(RADIO, "C0 00").type());
    }

    @Test
    void theSlipRadiosFieldsAreReadOnASlipRadiosLinkOnly() {
        assertTrue(((CommandFrame) decode(RADIO, "2152 01 02 03")).isTransmitReport());
        assertFalse(((CommandFrame) decode(ROUTER, "2152 01 02 03")).isTransmitReport());
        assertFalse(((CommandFrame) decode(RADIO, "2152 01 02")).isTransmitReport());
        CommandFrame send = (CommandFrame) decode(RADIO, "2153 07 01 06FFFE 4142");
        assertEquals(7, send.transmitRequest().sid());
        assertEquals(0xfffe, send.transmitRequest().attributes().unsignedValue(0));
        assertArrayEquals(Captures.hex("4142"), send.transmitRequest().frameBytes());
        assertNull(send.transmitRequest().frame());
        assertNull(((CommandFrame) decode(RADIO, "2153 07 02 06FFFE 4142")).transmitRequest());
        assertNull(((CommandFrame) decode(RADIO, "2153 07")).transmitRequest());
        assertNull(((CommandFrame) decode(ROUTER, "2153 07 01 06FFFE 4142")).transmitRequest());
    }

    @Test
    void radioFramesWithEveryKindOfAddressAreRead() {
        MacFrame broadcast = ((RadioFrame) decode(RADIO, "41D8 8F CDAB FFFF 0200020002000200 7a")).frame();
        assertEquals("abcd ffff null 0002000200020002", addresses(broadcast));
        assertEquals(2 + 1 + 2 + 2 + 8, broadcast.payloadOffset());
        MacFrame twoPans = ((RadioFrame) decode(RADIO, "0188 01 CDAB 0100 3412 0200")).frame();
        assertEquals("abcd 0001 1234 0002", addresses(twoPans));
        assertEquals(twoPans.bytes().length, twoPans.payloadOffset());
        MacFrame ack = ((RadioFrame) decode(RADIO, "0200 07")).frame();
        assertEquals("null null null null", addresses(ack));
        assertEquals(2, ack.type());
        String[] cutOrReserved = {"0200", "0500 07", "4104 01 CDAB FFFF", "4140 01 CDAB", "0188 01 CDAB 0100 3412"};
        for (String wrong : cutOrReserved) {
            assertEquals(InvalidFrame.Reason.UNRECOGNISED, reason(decode(RADIO, wrong)), wrong);
        }
    }

    private static String addresses(MacFrame frame) {
        return frame.dstPan() + " " + frame.dst() + " " + frame.srcPan() + " " + frame.src();
    }

    @Test
    void attributesThatDoNotFitMakeTheFrameInvalid() {
        RadioFrame frame = (RadioFrame) decode(ATTRIBUTES, "01 04FF9C 0200 07");
        assertEquals(-100, frame.attributes().signedValue(0));
        assertEquals(4, frame.attributes().id(0));
        assertEquals(InvalidFrame.Reason.UNRECOGNISED, reason(decode(ATTRIBUTES, "03 04FF9C 0200 07")));
        assertNull(((RadioFrame) decode(RADIO, "0200 07")).attributes());
    }

    @Test
    void theHostsCommandsAreThoseOfTheBorderRouter() {
        assertArrayEquals(Captures.hex("2150 fd00000000000001"), HostCommand.prefix(0xfd00_0000_0000_0001L));
        assertArrayEquals(Captures.hex("3F4D"), HostCommand.macQuery());
    }
}
