package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Reading;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectionTest extends StoreFixture {
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private void fill() throws Exception {
        for (int life = 0; life < 3; life++) {
            try (Store store = open("option block_readings '32'")) {
                List<Reading> all = new ArrayList<>();
                append(store, all, 100, random);
                flush(store);
                Outbox outbox = store.outbox("cloud");
                outbox.acknowledge(outbox.next(null, 20, 1 << 20));
            }
        }
    }

    private Inspection inspect() throws StoreException {
        awaitClosed(health);
        try (StoreFile file = StoreFile.open(directory)) {
            return Inspection.of(file);
        }
    }

    private void change(String sql) throws SQLException {
        try (Connection database = raw(); Statement statement = database.createStatement()) {
            assertTrue(statement.executeUpdate(sql) > 0, sql);
        }
    }

    @Test
    void nothingIsWrongWithAWholeDatabase() throws Exception {
        fill();
        Inspection found = inspect();
        assertEquals(List.of(), found.problems());
        assertEquals(List.of(), found.gaps());
        assertEquals(300, found.readings() + found.staged());
        assertEquals(4, found.staged());
        assertEquals(11, found.blocks());
        assertEquals(0, found.unchained());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "UPDATE blk SET payload=x'01000101' WHERE id=(SELECT min(id) FROM blk) | was changed",
        "UPDATE blk SET payload=x'07' WHERE id=(SELECT min(id) FROM blk) | cannot be read",
        "UPDATE blk SET n=31 WHERE first=33 | its checksum is wrong",
        "UPDATE blk SET hash=x'00000000000000000000000000000000' WHERE first=65 | was changed",
        "UPDATE blk SET last=last+1000 WHERE first=1 | its checksum is wrong",
        "DELETE FROM blk WHERE id=(SELECT max(id) FROM blk) | ends with block 3, but should end with block 4",
        "UPDATE strm SET hash=x'00' WHERE sid=1 | of another hash",
        "DELETE FROM strm WHERE sid=2 | belong to streams that are not there",
        "UPDATE stage SET body=x'07' | of the stage cannot be read",
        "UPDATE stage SET rec_sid=77 | of the stage is of stream 77, which is not there",
        "UPDATE sink_ack SET seq=1000000 | the cursor of 'cloud' stands behind reading 1000000",
        "UPDATE sink_ack SET sid=99 | stands behind reading 52 of stream 99, which is not there"})
    void whatIsWrongIsNamed(String sql, String expected) throws Exception {
        fill();
        change(sql.trim());
        List<String> problems = inspect().problems();
        assertTrue(problems.stream().anyMatch(problem -> problem.contains(expected.trim())), problems.toString());
    }

    @Test
    void deletedReadingsAreGapsAndNoProblem() throws Exception {
        try (Store store = open("option max_bytes '1M'\n option queue_readings '100000'\n option queue_bytes '16M'")) {
            store.outbox("cloud");
            append(store, new ArrayList<>(), 90_000, random);
            flush(store);
        }
        Inspection found = inspect();
        assertEquals(List.of(), found.problems());
        assertEquals(1, found.gaps().size());
        assertTrue(found.gaps().get(0).contains("gone before 'cloud' had acknowledged them (retention)"));
        assertEquals(1, found.unchained());
    }

    @Test
    void whateverPageIsDamagedItIsNoticedAndNothingIsThrown() throws Exception {
        fill();
        awaitClosed(health);
        byte[] good = Files.readAllBytes(directory.resolve(Store.FILE_NAME));
        int noticed = 0;
        int pages = good.length / 1024;
        for (int page = 0; page < pages; page++) {
            byte[] bad = good.clone();
            for (int i = 0; i < 1024; i++) {
                bad[page * 1024 + i] = (byte) random.nextInt();
            }
            Files.write(directory.resolve(Store.FILE_NAME), bad);
            try {
                noticed += inspect().problems().isEmpty() ? 0 : 1;
            } catch (StoreException unreadable) {
                assertFalse(unreadable.getMessage().isEmpty());
                noticed++;
            }
        }
        int free = pages - noticed;
        assertTrue(free * 10 < pages, "seed " + seed + ": " + free + " of " + pages + " pages passed");
    }
}
