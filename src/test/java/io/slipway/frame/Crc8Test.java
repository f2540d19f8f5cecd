package io.slipway.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.slip.SlipEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Crc8Test {
    @Test
    void hasTheCheckValueOfCrc8Maxim() {
        assertEquals(0xa1, Crc8.of("123456789".getBytes(StandardCharsets.US_ASCII), 9));
    }

    @Test
    void guardsAFrameAsTheEncoderOf6lbrDoes() {
        byte[] frame = Captures.hex("60 00000000000000 C0 DB 11 13 DE DF");
        byte[] guarded = Crc8.append(frame);
        assertEquals(0, Crc8.of(guarded, guarded.length));
        assertArrayEquals(Captures.hex("60 00000000000000 DB DC DB DD 11 13 DE DF 24 C0"), SlipEncoder.encode(guarded));
    }

    @Test
    void aCrcThatIsAnEndIsEscapedToo() {
        for (int i = 0; i < 256; i++) {
            byte[] guarded = Crc8.append(new byte[] {(byte) i});
            int expected = 3 + special(guarded[0]) + special(guarded[1]);
            assertEquals(expected, SlipEncoder.encode(guarded).length);
        }
    }

    private static int special(byte b) {
        return b == (byte) 0xc0 || b == (byte) 0xdb ? 1 : 0;
    }

    @Test
    void findsEveryFlippedBit() {
        byte[] guarded = Crc8.append(Captures.hex("41D88FCDABFFFF0200020002000200"));
        for (int bit = 0; bit < guarded.length * 8; bit++) {
            guarded[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(false, Crc8.of(guarded, guarded.length) == 0);
            guarded[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }
}
