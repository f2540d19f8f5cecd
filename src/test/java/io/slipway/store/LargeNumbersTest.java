package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What does not fit into 32 bits, on machines whose own numbers have no more. */
class LargeNumbersTest extends StoreFixture {
    private static final long TWO_GB = 1L << 31;
    private static final int PAGE_BYTES = 512;
    /** Of SQLite's header: file change counter, size in pages, the counter for which that size holds. */
    private static final int CHANGES = 24;
    private static final int PAGES = 28;
    private static final int SIZE_VALID_FOR = 92;
    /** The first and last of two seconds, of which 32 bits count from 1901 to 2038; milliseconds. */
    private static final long[] TIMES = {-62_167_219_200_000L, -2_208_988_800_001L, -1, 0, 2_147_483_647_999L,
        2_147_483_648_000L, 4_294_967_296_000L, 253_402_300_799_999L};

    @Test
    void numbersBeyondThirtyTwoBitsAndTimesOfAnyCenturyComeBack() throws Exception {
        List<Reading> appended = new ArrayList<>();
        try (Store store = open("")) {
            for (int i = 0; i < 100; i++) {
                long seq = (1L << 32) - 50 + i + (i >= 80 ? Long.MAX_VALUE - (1L << 33) : 0);
                appended.add(new Reading("gw-01", store.epoch(), seq, TIMES[i % TIMES.length], true,
                    (1L << 40) + i, Eui64.of(-1L - i), "udp/5678", new byte[] {(byte) i}));
                assertTrue(store.append(appended.get(i)));
            }
            awaitCommitted(100);
            assertSameReadings(appended, drain(store.outbox("cloud"), 64, 1 << 16));
        }
    }

    @Test
    void aDatabaseGrowsBeyondTwoGigabytes() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        open("option max_bytes '8G'").close();
        Path file = directory.resolve(Store.FILE_NAME);
        awaitClosed(health);
        enlarge(file, TWO_GB - 8 * PAGE_BYTES);
        List<Reading> appended = new ArrayList<>();
        try (Store store = open("option max_bytes '8G'")) {
            append(store, appended, 2000, new Random(seed));
            awaitCommitted(2000);
        }
        awaitClosed(health);
        assertTrue(Files.size(file) > TWO_GB + PAGE_BYTES, "the file has " + Files.size(file) + " bytes");
        try (Store store = open("option max_bytes '8G'")) {
            assertSameReadings(appended, drain(store.outbox("cloud"), 512, 1 << 20));
        }
        assertEquals(0, health.value(io.slipway.health.Counter.STORE_DAMAGED));
    }

    /** Makes a database believe that it has many pages more, all of them a hole in the file. */
    private static void enlarge(Path file, long bytes) throws Exception {
        try (RandomAccessFile database = new RandomAccessFile(file.toFile(), "rw")) {
            database.seek(CHANGES);
            int changes = database.readInt();
            database.seek(SIZE_VALID_FOR);
            database.writeInt(changes);
            database.seek(PAGES);
            database.writeInt((int) (bytes / PAGE_BYTES));
            database.setLength(bytes);
        }
    }
}
