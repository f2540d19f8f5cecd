package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a store holds, read beside a gateway that runs, and off the file where none does. */
class HistoryTest extends StoreFixture {
    private static final String SMALL = "option block_readings '32'\n option queue_readings '100000'";

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final List<Reading> all = new ArrayList<>();

    private interface Source {
        Slice next(Position after, TimeRange range) throws StoreException;
    }

    @Test
    void everythingComesInOrderWhileTheStoreIsOpen() throws Exception {
        for (int life = 0; life < 3; life++) {
            try (Store store = open(SMALL)) {
                append(store, all, 150, random);
                flush(store);
                assertSameReadings(all, read(store::slice, TimeRange.ALL));
            }
        }
    }

    @Test
    void everythingComesOffTheFileOfAStoreThatWasClosedAndNothingIsChanged() throws Exception {
        for (int life = 0; life < 2; life++) {
            try (Store store = open(SMALL)) {
                append(store, all, 150, random);
            }
        }
        awaitClosed(health);
        Map<String, String> before = contents(directory);
        try (StoreFile file = StoreFile.open(directory)) {
            assertSameReadings(all, read(file::next, TimeRange.ALL));
        }
        assertEquals(before, contents(directory));
    }

    @Test
    void whatACrashLeftInTheLogComesTooAndStaysThere() throws Exception {
        Path crashed = Files.createDirectory(directory.resolve("crashed"));
        try (Store store = open(SMALL)) {
            append(store, all, 150, random);
            flush(store);
            copyTo(crashed);
        }
        assertTrue(Files.size(crashed.resolve("slipway.db-wal")) > 0);
        Map<String, String> before = contents(crashed);
        try (StoreFile file = StoreFile.open(crashed)) {
            assertSameReadings(all, read(file::next, TimeRange.ALL));
        }
        assertEquals(before, contents(crashed));
        byte[] noise = new byte[5000];
        random.nextBytes(noise);
        Files.write(crashed.resolve("slipway.db-wal"), noise);
        before = contents(crashed);
        assertThrows(StoreException.class, () -> StoreFile.open(crashed));
        assertEquals(before, contents(crashed));
    }

    @Test
    void blocksOutsideTheTimesAreNotHandedOut() throws Exception {
        try (Store store = open(SMALL)) {
            append(store, all, 3200, random);
            flush(store);
            long from = all.get(1600).at;
            int handed = 0;
            List<Reading> wanted = new ArrayList<>();
            for (Slice slice = store.slice(Position.START, new TimeRange(from, from + 64)); slice.next != null;
                 slice = store.slice(slice.next, new TimeRange(from, from + 64))) {
                for (Run run : slice.runs) {
                    handed += run.count();
                    wanted.addAll(run.readings());
                }
            }
            assertTrue(handed <= 96, handed + " readings");
            wanted.removeIf(reading -> !new TimeRange(from, from + 64).contains(reading));
            assertSameReadings(all.subList(1600, 1664), wanted);
        }
    }

    @Test
    void readingsOfABlockWithADoubtfulClockAreFoundByTheTimeThatTheyGotLater() throws Exception {
        try (Store store = open("option block_readings '16'")) {
            for (int seq = 1; seq <= 32; seq++) {
                store.append(new Reading("gw-01", store.epoch(), seq, seq <= 16 ? seq : 1_800_000_000_000L + seq,
                    seq > 16, seq, Eui64.of(1), "udp/1", new byte[0]));
            }
            flush(store);
            TimeRange range = new TimeRange(1_800_000_000_010L, 1_800_000_000_020L);
            List<Reading> wanted = read(store::slice, range);
            wanted.removeIf(reading -> !range.contains(reading));
            assertEquals(List.of(10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L),
                wanted.stream().map(reading -> reading.seq).toList());
            assertTrue(wanted.get(0).estimated && !wanted.get(0).clockOk);
            assertEquals(1_800_000_000_010L, wanted.get(0).at);
        }
    }

    @Test
    void aDamagedBlockIsNamedAndTheOthersCome() throws Exception {
        try (Store store = open(SMALL)) {
            append(store, all, 96, random);
        }
        try (Connection database = raw(); Statement statement = database.createStatement()) {
            statement.execute("UPDATE blk SET payload=x'07' WHERE first=33");
        }
        try (StoreFile file = StoreFile.open(directory)) {
            List<Run> runs = file.next(Position.START, TimeRange.ALL).runs;
            assertEquals(3, runs.size());
            assertSameReadings(all.subList(0, 32), runs.get(0).readings());
            assertThrows(StoreException.class, runs.get(1)::readings);
            assertEquals(32, runs.get(1).count());
            assertSameReadings(all.subList(64, 96), runs.get(2).readings());
        }
    }

    @Test
    void aSliceIsTheSameInAnotherProcess() throws Exception {
        try (Store store = open(SMALL)) {
            append(store, all, 100, random);
            flush(store);
            Slice slice = store.slice(Position.START, TimeRange.ALL);
            byte[] bytes = slice.toBytes();
            Slice there = Slice.parse(bytes);
            assertEquals(slice.next.toString(), there.next.toString());
            for (int i = 0; i < slice.runs.size(); i++) {
                assertSameReadings(slice.runs.get(i).readings(), there.runs.get(i).readings());
            }
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThrows(IOException.class, () -> Slice.parse(cut));
            }
        }
    }

    @Test
    void theExtentIsThatOfTheNewestBlocks() throws Exception {
        try (Store store = open(SMALL)) {
            assertEquals(0, store.extent().blocks);
            append(store, all, 100, random);
            flush(store);
            Extent extent = store.extent();
            assertEquals(3, extent.blocks);
            assertEquals(96, extent.readings);
            assertEquals(95, extent.spanMs);
            assertTrue(extent.payloadBytes > 96 && extent.usedBytes > extent.payloadBytes, extent.toString());
        }
    }

    @Test
    void aFileThatIsNoneOfOursIsRefusedInWords() throws Exception {
        assertFalse(failure().isEmpty());
        Path file = directory.resolve(Store.FILE_NAME);
        Files.write(file, new byte[0]);
        assertTrue(failure().contains("start the gateway once"), failure());
        Files.writeString(file, "not a database".repeat(200));
        assertTrue(failure().startsWith("cannot read " + file), failure());
    }

    private String failure() {
        return assertThrows(StoreException.class, () -> StoreFile.open(directory)).getMessage();
    }

    private static List<Reading> read(Source source, TimeRange range) throws StoreException {
        List<Reading> readings = new ArrayList<>();
        for (Position next = Position.START; next != null;) {
            Slice slice = source.next(next, range);
            for (Run run : slice.runs) {
                readings.addAll(run.readings());
            }
            next = slice.next;
        }
        return readings;
    }

    private void copyTo(Path target) throws IOException {
        for (String name : List.of("slipway.db", "slipway.db-wal")) {
            Files.copy(directory.resolve(name), target.resolve(name));
        }
    }

    private static Map<String, String> contents(Path directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.getFileName().toString(), Files.getLastModifiedTime(file) + " "
                    + Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
