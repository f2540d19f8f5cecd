package io.slipway.slip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.slipway.frame.Captures;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SlipEncoderTest {
    @Test
    void escapesEndAndEscapeAndNothingElse() {
        byte[] every = new byte[256];
        for (int i = 0; i < 256; i++) {
            every[i] = (byte) i;
        }
        byte[] wire = SlipEncoder.encode(every);
        assertEquals(256 + 2 + 1, wire.length);
        assertArrayEquals(Captures.hex("BF DB DC C1"), Arrays.copyOfRange(wire, 0xbf, 0xbf + 4));
        assertArrayEquals(Captures.hex("DA DB DD DC"), Arrays.copyOfRange(wire, 0xdb, 0xdb + 4));
        assertEquals(0x11, wire[0x11]);
        assertEquals(0x13, wire[0x13]);
        Recorded seen = new Recorded();
        new SlipDecoder(seen, 2048).push(wire, 0, wire.length);
        assertArrayEquals(every, seen.frames.get(0));
    }

    @Test
    void putsAnEndBehindTheFrameAndNoneInFront() {
        assertArrayEquals(Captures.hex("41 C0"), SlipEncoder.encode(Captures.hex("41")));
        assertArrayEquals(Captures.hex("C0"), SlipEncoder.encode(new byte[0]));
    }

    @Test
    void refusesWhatAMotesRingDoesNotTake() {
        byte[] ends = new byte[(SlipEncoder.MAX_WIRE_LENGTH - 1) / 2];
        Arrays.fill(ends, (byte) 0xc0);
        assertEquals(SlipEncoder.wireLength(ends), SlipEncoder.encode(ends).length);
        byte[] more = Arrays.copyOf(ends, ends.length + 2);
        assertEquals(SlipEncoder.MAX_WIRE_LENGTH + 1, SlipEncoder.wireLength(more));
        assertThrows(IllegalArgumentException.class, () -> SlipEncoder.encode(more));
    }
}
