package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.ingest.ReadingJson;
import io.slipway.reading.Reading;
import io.slipway.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sqlite.ProgressHandler;

/** Databases that other versions of the program wrote: see the README.md beside the one of version 1. */
class MigrationTest extends StoreFixture {
    private static final Path VERSION_1 = Path.of("src/test/resources/store/v1");
    private static final List<String> PARTS = List.of(Store.FILE_NAME, Store.FILE_NAME + "-wal");

    @Test
    void everyReadingCursorAndIdentityOfVersion1IsThere() throws Exception {
        copy(VERSION_1, directory);
        assertBroughtForward(directory);
    }

    @Test
    void whateverInstantTheMigrationIsKilledAtItComesForward() throws Exception {
        copy(VERSION_1, directory);
        Map<String, Path> states = new LinkedHashMap<>();
        Database database = Database.connect(directory.resolve(Store.FILE_NAME));
        try (PreparedStatement any = database.prepare("SELECT 1")) {
            Connection connection = any.getConnection();
            // Called every few instructions of SQLite's machine, so several times within each statement.
            ProgressHandler.setHandler(connection, 5, new ProgressHandler() {
                @Override
                protected int progress() {
                    keepState(states);
                    return 0;
                }
            });
            keepState(states);
            Schema.upgrade(database);
            ProgressHandler.clearHandler(connection);
            keepState(states);
        } finally {
            database.close();
        }
        assertTrue(states.size() >= Schema.VERSION, states.size() + " states");
        for (Path state : states.values()) {
            assertBroughtForward(state);
        }
    }

    /** What the disk holds now, by its contents: the kernel keeps what was written when the process dies. */
    private void keepState(Map<String, Path> states) {
        try {
            String name = contents(directory).toString();
            if (!states.containsKey(name)) {
                Path state = Files.createDirectory(directory.resolve("state" + states.size()));
                copy(directory, state);
                states.put(name, state);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void aStepThatFailsLeavesTheVersionBeforeAndComesForwardLater() throws Exception {
        for (String inTheWay : List.of("TABLE sink_ahead(x)", "TABLE clk(x)")) {
            copy(VERSION_1, Files.createDirectories(directory));
            Database database = Database.connect(directory.resolve(Store.FILE_NAME));
            database.execute("CREATE " + inTheWay);
            assertThrows(Exception.class, () -> Schema.upgrade(database));
            assertEquals(1, database.number("PRAGMA user_version"));
            assertEquals(0, database.number("SELECT count(*) FROM pragma_table_info('blk') WHERE name='cls'"));
            database.execute("DROP " + inTheWay.replace("(x)", ""));
            database.close();
            assertBroughtForward(directory);
        }
    }

    @Test
    void oneThatIsDamagedBeforeItComesForwardIsSetAsideWholeAndTheDestinationIsTold() throws Exception {
        copy(VERSION_1, directory);
        // The log is merged, so that the page below is the one that counts.
        long root;
        Database database = Database.connect(directory.resolve(Store.FILE_NAME));
        root = database.number("SELECT rootpage FROM sqlite_master WHERE name='blk'");
        long page = database.pageBytes();
        database.close();
        Path file = directory.resolve(Store.FILE_NAME);
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, (int) ((root - 1) * page), (int) (root * page), (byte) 0x55);
        Files.write(file, bytes);
        try (Store store = Store.open(config(""), directory, "gw-01", health, "cloud")) {
            store.append(reading(store, 1, new byte[1]));
            Outbox outbox = store.outbox("cloud");
            Await.until("the new reading alone", 30, () -> outbox.backlog() == 1 && outbox.next(null, 9, 99) != null);
            Gap gap = outbox.gaps(9).get(0);
            assertNull(gap.epoch, "of lives that nobody knows any more");
            assertEquals(0, gap.count);
        }
        assertArrayEquals(bytes, Files.readAllBytes(directory.resolve(Store.FILE_NAME + ".damaged-1")));
    }

    @Test
    void aNewerDatabaseIsRefusedAndUntouchedAndSoIsItsLog() throws Exception {
        copy(VERSION_1, directory);
        Path newer = Files.createDirectory(directory.resolve("newer"));
        Database database = Database.connect(directory.resolve(Store.FILE_NAME));
        database.execute("PRAGMA user_version=" + (Schema.VERSION + 1));
        copy(directory, newer);
        database.close();
        Map<String, String> before = contents(newer);
        assertEquals(2, before.size());
        StoreException refused = assertThrows(StoreException.class,
            () -> Store.open(config(""), newer, "gw-01", health));
        assertTrue(refused.getMessage().contains("newer slipway"), refused.getMessage());
        refused = assertThrows(StoreException.class, () -> StoreFile.open(newer));
        assertTrue(refused.getMessage().contains("newer slipway"), refused.getMessage());
        Map<String, String> after = contents(newer);
        // Empty, and of nobody's interest.
        after.remove("slipway.lock");
        assertEquals(before, after);
    }

    @Test
    void anOlderDatabaseIsNotReadAlongAndNotChanged() throws Exception {
        copy(VERSION_1, directory);
        Map<String, String> before = contents(directory);
        StoreException refused = assertThrows(StoreException.class, () -> StoreFile.open(directory));
        assertTrue(refused.getMessage().endsWith("start the gateway once, which brings it up to date"));
        assertEquals(before, contents(directory));
    }

    /** Opens it with this program, and holds it against what LAN subscribers got of the old one. */
    private void assertBroughtForward(Path state) throws Exception {
        ReadingJson json = new ReadingJson();
        List<String> readings = new ArrayList<>();
        try (Store store = Store.open(config(""), state, "gw-01", health, "cloud", "second")) {
            assertEquals(3, store.epoch().boot());
            for (Position next = Position.START; next != null;) {
                Slice slice = store.slice(next, TimeRange.ALL);
                for (Run run : slice.runs) {
                    for (Reading reading : run.readings()) {
                        readings.add(new String(json.encode(reading), StandardCharsets.UTF_8));
                    }
                }
                next = slice.next;
            }
            List<String> expected = Files.readAllLines(VERSION_1.resolve("readings.jsonl"));
            assertEquals(90, expected.size());
            assertEquals(String.join("\n", expected), String.join("\n", readings));
            assertEquals(22, store.outbox("cloud").next(null, 1, 1).first());
            assertEquals(5, store.outbox("cloud").backlog());
            assertEquals(44, store.outbox("second").next(null, 1, 1).first());
            assertEquals(90 - 43, store.outbox("second").backlog());
        }
        awaitClosed(health);
        try (StoreFile file = StoreFile.open(state)) {
            assertEquals(List.of(), Inspection.of(file).problems());
        }
        assertTrue(health.value(Counter.STORE_DAMAGED) == 0, "damaged");
        try (Stream<Path> files = Files.list(state)) {
            assertTrue(files.noneMatch(file -> file.toString().contains("damaged")), "set aside");
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (String part : PARTS) {
            if (Files.exists(from.resolve(part))) {
                Files.write(to.resolve(part), Files.readAllBytes(from.resolve(part)));
            }
        }
    }

    private static Map<String, String> contents(Path directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                contents.put(file.getFileName().toString(), bytes.length + " " + Arrays.hashCode(bytes));
            }
        }
        return contents;
    }
}
