package io.slipway.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordingReaderTest {
    private static final int FUZZ_ROUNDS = 20_000;

    private static byte[] written(String... pieces) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RecordingWriter writer = new RecordingWriter(out, 1)) {
            for (int i = 0; i < pieces.length; i++) {
                byte[] bytes = pieces[i].getBytes(StandardCharsets.ISO_8859_1);
                writer.append(LineRecord.Kind.values()[i % 3], bytes, 0, bytes.length);
            }
        }
        return out.toByteArray();
    }

    private static List<String> read(RecordingReader reader) throws IOException {
        List<String> records = new ArrayList<>();
        for (LineRecord record = reader.next(); record != null; record = reader.next()) {
            records.add(record.kind + " " + new String(record.data, StandardCharsets.ISO_8859_1));
        }
        return records;
    }

    private static RecordingReader reader(byte[] bytes) throws IOException {
        return new RecordingReader(new ByteArrayInputStream(bytes));
    }

    @Test
    void theBytesAreThoseOfTheDocumentation() throws IOException {
        byte[] record = Layout.record(1, 0x0102030405060708L, new byte[] {(byte) 0xc0, '?', 'P'}, 0, 3);
        // Mark, kind, length, time, CRC-32 as of any other program, data.
        assertEquals("a5" + "01" + "0003" + "0102030405060708" + "e1d4a8c0" + "c03f50",
            HexFormat.of().formatHex(record));
        assertEquals("534c4950524543" + "01" + "0000000000000007", HexFormat.of().formatHex(Layout.header(7)));
    }

    @Test
    void whatWasWrittenIsReadWithItsTimes() throws IOException {
        long beforeUs = System.currentTimeMillis() * 1000;
        byte[] bytes = written("up", "down", "event", "");
        RecordingReader reader = reader(bytes);
        LineRecord first = reader.next();
        LineRecord second = reader.next();
        assertEquals(LineRecord.Kind.UP, first.kind);
        assertArrayEquals(new byte[] {'u', 'p'}, first.data);
        assertTrue(first.wallUs >= beforeUs && first.wallUs <= System.currentTimeMillis() * 1000 + 1000);
        assertEquals(second.monoUs - first.monoUs, second.wallUs - first.wallUs);
        assertEquals(List.of("EVENT event"), read(reader));
        assertEquals(0, reader.damagedBytes());
    }

    @Test
    void aLongPieceComesInSeveralRecords() throws IOException {
        String text = "x".repeat(10_000);
        List<String> records = read(reader(written(text)));
        assertEquals(List.of(4100, 4100, 10_000 - 2 * 4096 + 3), List.of(records.get(0).length() + 1,
            records.get(1).length() + 1, records.get(2).length()));
    }

    @Test
    void filesThatWereJoinedAreReadAsOne() throws IOException {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(written("a", "b"));
        joined.write(written("c"));
        RecordingReader reader = reader(joined.toByteArray());
        assertEquals(List.of("UP a", "DOWN b", "UP c"), read(reader));
        assertEquals(0, reader.damagedBytes());
    }

    /** As a crash leaves it, wherever that struck. */
    @Test
    void aTornTailCostsNothingButTheRecordThatIsCut() throws IOException {
        byte[] bytes = written("first", "second", "third");
        List<String> all = read(reader(bytes));
        for (int length = Layout.HEADER; length < bytes.length; length++) {
            RecordingReader reader = reader(Arrays.copyOf(bytes, length));
            List<String> some = read(reader);
            assertEquals(all.subList(0, some.size()), some);
            assertTrue(some.size() < all.size());
            assertTrue(length > bytes.length - 21 + 1 ? some.size() == 2 : true, length + " " + some);
            assertNull(reader.next());
        }
    }

    @Test
    void aDamagedByteCostsItsRecordOnly() throws IOException {
        byte[] bytes = written("first", "second", "third");
        for (int at = Layout.HEADER; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 0x10;
            RecordingReader reader = reader(damaged);
            List<String> some = read(reader);
            // The clock is a record too, and no piece.
            int clockEnd = Layout.HEADER + Layout.RECORD_HEADER + 8;
            assertEquals(at < clockEnd ? 3 : 2, some.size(), "byte " + at + ": " + some);
            assertTrue(reader.damagedBytes() >= Layout.RECORD_HEADER);
        }
    }

    @Test
    void whatIsNoRecordingIsSaidSo() {
        assertEquals("it is empty", refusal(new byte[0]));
        assertEquals("it is no recording of slipway", refusal("SLIPREC".getBytes(StandardCharsets.US_ASCII)));
        assertEquals("it is no recording of slipway", refusal(new byte[5000]));
        byte[] later = Layout.header(1);
        later[7] = 2;
        assertEquals("it is a recording of a later version of slipway (format 2, this one reads 1)", refusal(later));
    }

    private static String refusal(byte[] bytes) {
        return assertThrows(IOException.class, () -> reader(bytes)).getMessage();
    }

    /** Far more than memory would hold, and nothing in it. */
    @Test
    void aHugeFileOfNothingIsReadInPieces() throws IOException {
        byte[] start = written("first");
        RecordingReader reader = new RecordingReader(new InputStream() {
            private long at;

            @Override
            public int read() {
                throw new AssertionError("byte by byte");
            }

            @Override
            public int read(byte[] buffer, int off, int length) {
                if (at >= 200_000_000L) {
                    return -1;
                }
                for (int i = 0; i < length; i++, at++) {
                    buffer[off + i] = at < start.length ? start[(int) at] : Layout.MARK;
                }
                return length;
            }
        });
        assertEquals(List.of("UP first"), read(reader));
        assertTrue(reader.damagedBytes() > 190_000_000L);
    }

    @Test
    void aRecordThatIsCutBeforeWhatTheNextBeginsWithDoesNotTakeIt() throws IOException {
        byte[] next = Layout.record(1, 1, new byte[] {'N', 'E', 'X', 'T'}, 0, 4);
        for (int shared = 1; shared < Layout.RECORD_HEADER; shared++) {
            byte[] data = Arrays.copyOf(new byte[] {'x'}, 1 + shared);
            System.arraycopy(next, 0, data, 1, shared);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            file.write(Layout.header(1));
            byte[] cut = Layout.record(1, 1, data, 0, data.length);
            file.write(cut, 0, cut.length - shared);
            file.write(next);
            file.write(Layout.record(1, 1, new byte[] {'L', 'A', 'S', 'T'}, 0, 4));
            List<String> records = read(reader(file.toByteArray()));
            assertEquals(List.of("UP NEXT", "UP LAST"), records.subList(records.size() - 2, records.size()));
        }
    }

    /** Cut, overwritten, doubled, mixed with noise: no exception, and a whole record behind it all comes out. */
    @Test
    void noDamageThrowsOrHidesTheRecordsBehindIt() throws IOException {
        long seed = Long.getLong("slipway.seed", new Random().nextLong());
        System.out.println("RecordingReaderTest: -Dslipway.seed=" + seed);
        Random random = new Random(seed);
        int whole = 0;
        for (int round = 0; round < FUZZ_ROUNDS; round++) {
            String[] pieces = new String[random.nextInt(6)];
            for (int i = 0; i < pieces.length; i++) {
                pieces[i] = "x".repeat(random.nextInt(random.nextInt(50) == 0 ? 5000 : 60));
            }
            byte[] bytes = damaged(written(pieces), random);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            file.write(bytes);
            file.write(Layout.record(1, 1, new byte[] {'L', 'A', 'S', 'T'}, 0, 4));
            RecordingReader reader;
            try {
                reader = reader(file.toByteArray());
            } catch (IOException refused) {
                continue;
            }
            List<String> records = read(reader);
            whole += records.size();
            assertEquals("UP LAST", records.isEmpty() ? null : records.get(records.size() - 1));
        }
        assertTrue(whole > FUZZ_ROUNDS, whole + " records came out whole");
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(4)) {
                case 0:
                    damaged[at] = (byte) random.nextInt(256);
                    break;
                case 1:
                    damaged = Arrays.copyOf(damaged, Math.max(1, at));
                    break;
                case 2:
                    byte[] noise = new byte[Math.min(200, damaged.length - at)];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, damaged, at, noise.length);
                    break;
                default:
                    int length = Math.min(damaged.length - at, random.nextInt(100));
                    System.arraycopy(damaged, at, damaged, random.nextInt(damaged.length - length + 1), length);
                    break;
            }
        }
        return damaged;
    }
}
