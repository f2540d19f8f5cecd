package io.slipway.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadFormTest {
    private static PayloadForm of(String text) {
        return PayloadForm.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "7", "21.50", "-273.15", "1e5", "1E+05", "2.5e-99", "123456789012345678",
        "1.23456789012345678"})
    void takesAJsonNumberForANumber(String text) {
        assertEquals(PayloadForm.NUMBER, of(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "+1", "01", "-00", ".5", "5.", "1e", "1e+", "1e100", "1234567890123456789",
        "0.123456789012345678", " 1", "1 ", "1\n", "0x10", "NaN", "1,5", "--1", "1.2.3", "1e5.0", "hello",
        "{\"t\":1}", "gr\u00fc\u00df", "\u20ac \ud83d\ude00", "a\tb\r\n"})
    void takesOtherPrintableTextForText(String text) {
        assertEquals(PayloadForm.TEXT, of(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "a\u0007", "\u001b[1m", "\u007f", "\u0085"})
    void takesControlCharactersForBytes(String text) {
        assertEquals(PayloadForm.BYTES, of(text));
    }

    @Test
    void takesBrokenUtf8ForBytes() {
        byte[][] broken = {
            {(byte) 0x80},                                       // a continuation byte alone
            {(byte) 0xc3},                                       // cut short
            {(byte) 0xc0, (byte) 0xaf},                          // overlong '/'
            {(byte) 0xe0, (byte) 0x80, (byte) 0xaf},             // overlong, three bytes
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80},             // a surrogate
            {(byte) 0xf0, (byte) 0x80, (byte) 0x80, (byte) 0x80}, // overlong, four bytes
            {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, // beyond U+10FFFF
            {(byte) 0xff},
        };
        for (byte[] payload : broken) {
            assertEquals(PayloadForm.BYTES, PayloadForm.of(payload));
        }
    }

    @Test
    void agreesWithTheJdkOnWhatIsUtf8() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            byte[] payload = new byte[1 + random.nextInt(5)];
            random.nextBytes(payload);
            // Mostly bytes with the high bit, so that many come out well-formed.
            for (int j = 0; j < payload.length; j++) {
                payload[j] |= random.nextInt(4) == 0 ? 0x20 : 0x80;
            }
            assertEquals(isPrintable(payload), PayloadForm.of(payload) != PayloadForm.BYTES, "seed " + seed + ", " + i);
        }
    }

    private static boolean isPrintable(byte[] payload) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).chars()
                .noneMatch(c -> Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r');
        } catch (CharacterCodingException broken) {
            return false;
        }
    }
}
