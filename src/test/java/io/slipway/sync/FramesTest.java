package io.slipway.sync;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Epoch;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The frames, byte by byte. What stands here is what other versions will send and expect. */
class FramesTest {
    private static final StreamKey KEY = new StreamKey("gw-1", new Epoch(17, 0x9f3a21c4), StreamKey.TELEMETRY);
    private static final byte[] HASH = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

    private static final String KEY_HEX =
        "04" + "67772d31"      // origin: length, "gw-1"
        + "11" + "9f3a21c4"    // epoch: boot 17, nonce
        + "00";                // kind: telemetry

    @Test
    void theHeaderIsTwelveBytes() {
        assertEquals("52" + "01" + "05" + "03" + "a1b2c3d4" + "00000007",
            hex(new FrameOut(FrameType.NACK, 3, 0xa1b2c3d4, 7, 0)));
    }

    @Test
    void helloIsAsWritten() throws BadFrame {
        Hello hello = new Hello();
        hello.origin = "gw-1";
        hello.epoch = new Epoch(17, 0x9f3a21c4);
        hello.serial = 300;
        hello.wallMs = 1_700_000_000_000L;
        hello.clockOk = true;
        hello.creditBytes = 16384;
        hello.sinks = List.of("cloud");
        hello.lines = List.of(new Hello.Line(new StreamState(KEY, 3, 200, HASH, 9, true), false, 5, new long[] {128}));
        FrameOut out = new FrameOut(64);
        hello.writeTo(out);
        String golden = "01" + "01"          // versions
            + "0467772d31" + "119f3a21c4"    // who
            + "ac02" + "00"                  // statement 300, part 0
            + "0000018bcfe56800" + "01"      // wall clock, trusted
            + "808001"                       // credit
            + "01" + "05636c6f7564"          // one sink: "cloud"
            + "01" + KEY_HEX + "01"          // one stream, closed
            + "03" + "c801"                  // low, contig
            + "0001020304050607"             // hash8
            + "05" + "8001";                 // level 2, the sink's mark
        assertEquals(golden, hex(out));
        Hello read = Hello.read(in(golden));
        assertEquals(200, read.lines.get(0).contig);
        assertTrue(read.lines.get(0).closed);
        assertEquals(128, read.lines.get(0).sinks[0]);
    }

    @Test
    void aBlockIsAsWritten() throws BadFrame {
        Block block = new Block(KEY, 129, new Epoch(16, 1), new long[] {1000, 1511, 500},
            new long[] {1_700_000_000_000L, 1_700_000_000_500L}, 2, HASH, new byte[] {10, 20, 30});
        FrameOut out = new FrameOut(64);
        Frames.write(out, block);
        String golden = KEY_HEX + "8101"               // number
            + "1000000001"                             // the records' epoch
            + "e807" + "ff03" + "f403"                 // first, last - first, count
            + "0000018bcfe56800" + "f403"              // tmin, tmax - tmin
            + "02" + HexFormat.of().formatHex(HASH)    // codec, hash
            + "03" + "0a141e";                         // payload
        assertEquals(golden, hex(out));
        Block read = Frames.block(in(golden));
        assertEquals(1511, read.last);
        assertEquals(block.tmax, read.tmax);
        assertArrayEquals(block.payload, read.payload);
    }

    @Test
    void aGapIsAsWritten() throws BadFrame {
        FrameOut out = new FrameOut(64);
        Frames.write(out, new BlockGap(KEY, 1, 130, BlockGap.PRESSURE, 66000, null));
        String golden = KEY_HEX + "01" + "8201" + "02" + "d08304" + "00";
        assertEquals(golden, hex(out));
        assertEquals(66000, Frames.gap(in(golden)).total);
    }

    @Test
    void entriesAreAsWritten() {
        byte[] payload = EntriesCodec.encode(List.of(new Entry("k", new byte[] {7}, 0x0102030405060708L, KEY, 0),
            new Entry("gone", null, 1, KEY, 0)));
        assertEquals("02" + "016b" + "0102030405060708" + "01" + "01" + "07" + "04676f6e65" + "0000000000000001" + "00",
            HexFormat.of().formatHex(payload));
    }

    @Test
    void whatALaterVersionAddsIsPassedOver() throws BadFrame {
        FrameOut out = new FrameOut(64);
        Frames.write(out, new BlockGap(KEY, 1, 2, 9, 3, HASH));
        BlockGap read = Frames.gap(in(hex(out) + "7f" + "03" + "aabbcc" + "01" + "00"));
        assertEquals(9, read.reason);
        assertThrows(BadFrame.class, () -> Frames.gap(in(hex(out) + "7f" + "04" + "aabbcc")));
    }

    @Test
    void everyCutIsRefused() {
        FrameOut out = new FrameOut(64);
        Frames.write(out, new BlockGap(KEY, 1, 200, 2, 3, HASH));
        for (int length = 0; length < out.length(); length++) {
            byte[] cut = Arrays.copyOf(out.toBytes(), length);
            assertThrows(BadFrame.class, () -> Frames.gap(new FrameIn(cut)));
        }
    }

    @Test
    void numbersComeBackAsTheyWent() throws BadFrame {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            long number = random.nextLong() >>> 1 + random.nextInt(63);
            FrameOut out = new FrameOut(4).varint(number).u64(~number);
            FrameIn in = new FrameIn(out.toBytes());
            assertEquals(number, in.varint());
            assertEquals(~number, in.u64());
            assertTrue(in.isAtEnd());
        }
    }

    @Test
    void aHashChainsAsTheStoreSeals() {
        Block block = new Block(KEY, 1, new Epoch(17, 0x9f3a21c4), new long[] {1, 3, 3}, new long[] {0, 0}, 2,
            new byte[16], new byte[] {1, 2, 3});
        // SHA-256 over 16 zeros, nine numbers of eight bytes, and the payload; worked out with another program.
        assertEquals(GOLDEN_CHAIN, HexFormat.of().formatHex(Chain.hash(Chain.start(), block)));
    }

    private static final String GOLDEN_CHAIN = "42e23565f1082d69c4b83eb8ff5425f6";

    private static String hex(FrameOut out) {
        return HexFormat.of().formatHex(out.toBytes());
    }

    private static FrameIn in(String hex) {
        return new FrameIn(HexFormat.of().parseHex(hex));
    }
}
