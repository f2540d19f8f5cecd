package io.slipway.slip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.slipway.frame.Captures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SlipDecoderTest {
    static List<Path> streams() throws IOException {
        try (Stream<Path> files = Files.walk(Captures.DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".raw")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aStreamCutInTwoAnywhereGivesTheSame(Path file) throws IOException {
        byte[] stream = Files.readAllBytes(file);
        List<String> whole = decode(stream, stream.length);
        assertEquals(false, whole.isEmpty());
        for (int cut = 1; cut < stream.length; cut++) {
            Recorded seen = new Recorded();
            SlipDecoder decoder = new SlipDecoder(seen, 2048);
            decoder.push(stream, 0, cut);
            decoder.push(stream, cut, stream.length - cut);
            decoder.end();
            assertEquals(whole, seen.events, "cut at " + cut);
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aStreamPushedByteByByteGivesTheSame(Path file) throws IOException {
        byte[] stream = Files.readAllBytes(file);
        assertEquals(decode(stream, stream.length), decode(stream, 1));
    }

    @Test
    void undoesTheEscapesOfMotesAndThoseOfTunslip6() {
        assertEquals(List.of("1-13 60c061db62116313"), decode("C0 60 DB DC 61 DB DD 62 DB DE 63 DB DF C0"));
    }

    @Test
    void ignoresEmptyFrames() {
        assertEquals(List.of("4-6 3f50", "9-10 41"), decode("C0 C0 C0 C0 3F 50 C0 C0 C0 41 C0 C0"));
    }

    @Test
    void oneEndBetweenTwoFramesIsEnough() {
        assertEquals(List.of("1-2 41", "3-4 42"), decode("C0 41 C0 42 C0"));
    }

    @Test
    void escapeThenEndSpoilsOneFrameAndTheNextIsGood() {
        assertEquals(List.of("0-2 escape-then-end 41", "3-4 42"), decode("41 DB C0 42 C0"));
        assertEquals(List.of("0-1 escape-then-end ", "2-3 42"), decode("DB C0 42 C0"));
    }

    @Test
    void aWrongEscapeSpoilsOneFrameAndTheNextIsGood() {
        assertEquals(List.of("0-4 bad-escape 4143", "5-6 42"), decode("41 DB 42 43 C0 42 C0"));
        assertEquals(List.of("0-3 bad-escape ", "4-5 42"), decode("DB 01 DB C0 42 C0"));
    }

    @Test
    void aFrameOfTheLimitPassesAndOneByteMoreDoesNot() {
        byte[] stream = new byte[2048 + 1 + 2049 + 1 + 2];
        Arrays.fill(stream, (byte) 1);
        stream[2048] = (byte) 0xc0;
        stream[2048 + 1 + 2049] = (byte) 0xc0;
        stream[stream.length - 1] = (byte) 0xc0;
        Recorded seen = new Recorded();
        new SlipDecoder(seen, 2048).push(stream, 0, stream.length);
        assertEquals(3, seen.events.size());
        assertEquals(2048, seen.frames.get(0).length);
        assertEquals("2049-4098 oversize " + "01".repeat(2048), seen.events.get(1));
        assertEquals("4099-4100 01", seen.events.get(2));
    }

    @Test
    void anEscapeBeforeTheEndOfAnOversizeFrameDoesNotChangeTheReason() {
        Recorded seen = new Recorded();
        byte[] stream = Captures.hex("01 02 03 DB C0 04 C0");
        new SlipDecoder(seen, 2).push(stream, 0, stream.length);
        assertEquals(List.of("0-4 oversize 0102", "5-6 04"), seen.events);
    }

    @Test
    void refusesALimitForWhichTheTextRuleIsNotSafe() {
        assertThrows(IllegalArgumentException.class, () -> new SlipDecoder(new Recorded(), 2049));
        assertThrows(IllegalArgumentException.class, () -> new SlipDecoder(new Recorded(), 0));
    }

    @Test
    void theEndOfTheStreamTruncatesAFrameAndResetForgetsIt() {
        Recorded seen = new Recorded();
        SlipDecoder decoder = new SlipDecoder(seen, 2048);
        decoder.push(Captures.hex("C0 41 42"), 0, 3);
        decoder.end();
        decoder.end();
        decoder.push(Captures.hex("43 DB"), 0, 2);
        decoder.reset();
        decoder.push(Captures.hex("DC 44 C0"), 0, 3);
        assertEquals(List.of("1-3 truncated 4142", "0-2 dc44"), seen.events);
    }

    @Test
    void takesOnlyThePartOfTheArrayThatIsMeant() {
        Recorded seen = new Recorded();
        new SlipDecoder(seen, 2048).push(Captures.hex("41 42 43 C0 44"), 1, 3);
        assertEquals(List.of("0-2 4243"), seen.events);
    }

    @Test
    void aPacketGluedToATextLineIsSaved() {
        String line = HexFormat.of().formatHex("hello\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(List.of("0-5 68656c6c6f0a", "6-8 6000"), decode(line + "60 00 C0"));
    }

    @Test
    void aLineFeedInACommandAQueryOrADebugFrameEndsNothing() {
        for (String first : List.of("21", "3f", "0d")) {
            assertEquals(List.of("0-6 " + first + "414243440a"), decode(first + "41 42 43 44 0A C0"));
        }
    }

    @Test
    void noIpv6PacketIsTakenForTextWhateverItsHeaderAndPayload() {
        for (int payload = 0; payload <= 2048 - 40; payload++) {
            byte[] packet = new byte[40 + payload];
            Arrays.fill(packet, (byte) '\n');
            packet[0] = 0x60;
            packet[4] = (byte) (payload >> 8);
            packet[5] = (byte) payload;
            assertArrayEquals(packet, throughSlip(packet), "payload of " + payload);
        }
    }

    @Test
    void noMqttPublishIsTakenForTextWhateverItsLengthFlagsAndPayload() {
        for (int flags = 0; flags < 14; flags++) {
            for (int remaining = 3; remaining <= 2000; remaining++) {
                int header = remaining < 128 ? 2 : 3;
                byte[] publish = new byte[header + remaining];
                Arrays.fill(publish, (byte) '\n');
                publish[0] = (byte) (0x30 | flags);
                publish[1] = (byte) (remaining < 128 ? remaining : remaining & 0x7f | 0x80);
                if (header == 3) {
                    publish[2] = (byte) (remaining >> 7);
                }
                publish[header] = 0;
                publish[header + 1] = 1;
                assertArrayEquals(publish, throughSlip(publish), "remaining length " + remaining);
            }
        }
    }

    @Test
    void textThatBeginsWithADigitIsStillALine() {
        assertEquals(List.of("0-2 31320a", "3-5 6000"), decode("31 32 0A 60 00 C0"));
        assertEquals(List.of("0-3 310a320a"), decode("31 0A 32 0A C0"));
    }

    private static byte[] throughSlip(byte[] frame) {
        Recorded seen = new Recorded();
        SlipDecoder decoder = new SlipDecoder(seen, 2048);
        byte[] end = {(byte) 0xc0};
        for (byte b : frame) {
            switch (b & 0xff) {
                case 0xc0 -> decoder.push(Captures.hex("DBDC"), 0, 2);
                case 0xdb -> decoder.push(Captures.hex("DBDD"), 0, 2);
                default -> decoder.push(new byte[] {b}, 0, 1);
            }
        }
        decoder.push(end, 0, 1);
        assertEquals(1, seen.events.size());
        return seen.frames.get(0);
    }

    private static List<String> decode(String hex) {
        byte[] stream = Captures.hex(hex);
        return decode(stream, stream.length);
    }

    private static List<String> decode(byte[] stream, int piece) {
        Recorded seen = new Recorded();
        SlipDecoder decoder = new SlipDecoder(seen, 2048);
        for (int at = 0; at < stream.length; at += piece) {
            decoder.push(stream, at, Math.min(piece, stream.length - at));
        }
        decoder.end();
        return seen.events;
    }
}
