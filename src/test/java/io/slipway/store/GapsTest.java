package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Health;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GapsTest {
    @TempDir
    Path directory;
    private final Health health = new Health();
    private Database database;
    private Gaps gaps;

    @BeforeEach
    void open() throws Exception {
        database = Database.open(directory.resolve("gaps.db"));
        gaps = new Gaps(database, health);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private String rows() throws Exception {
        return database.text("SELECT group_concat(sink || ' ' || rec_sid || ' ' || first || '-' || last || ' ' || n"
            + " || ' ' || reason, ', ') FROM (SELECT * FROM gap ORDER BY id)");
    }

    @Test
    void aRangeThatGrowsIsOneRow() throws Exception {
        gaps.record("a", 1, 1, 10, 10, "x");
        gaps.record("a", 1, 11, 20, 5, "x");
        gaps.record("a", 1, 15, 18, 2, "x");
        assertEquals("a 1 1-20 17 x", rows());
    }

    @Test
    void rangesApartOrOfOthersStayApart() throws Exception {
        gaps.record("a", 1, 1, 10, 10, "x");
        gaps.record("a", 1, 12, 20, 9, "x");
        gaps.record("b", 1, 11, 11, 1, "x");
        gaps.record("a", 2, 11, 11, 1, "x");
        gaps.record("a", 1, 11, 11, 1, "y");
        assertEquals("a 1 1-10 10 x, a 1 12-20 9 x, b 1 11-11 1 x, a 2 11-11 1 x, a 1 11-11 1 y", rows());
    }

    @Test
    void theTableIsBoundedAndItsSumsStayTrue() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long sum = 0;
        database.begin();
        for (int i = 0; i < 3000; i++) {
            int count = 1 + random.nextInt(3);
            gaps.record(random.nextBoolean() ? "a" : "b", 1 + random.nextInt(3), i * 10L, i * 10L + 5, count,
                random.nextInt(5) == 0 ? "y" : "x");
            sum += count;
        }
        database.commit();
        assertEquals(Gaps.MOST, database.number("SELECT COUNT(*) FROM gap"));
        assertEquals(sum, database.number("SELECT SUM(n) FROM gap"), "seed " + seed);
        assertEquals(0, database.number("SELECT COUNT(*) FROM gap WHERE n > last - first + 1"), "seed " + seed);
        assertTrue(database.number("SELECT COUNT(*) FROM gap WHERE reason='several'") > 0);
    }

    @Test
    void whatTheDestinationWasToldIsForgottenFirst() throws Exception {
        database.begin();
        for (int sid = 1; sid <= Gaps.MOST; sid++) {
            gaps.record("a", sid, 1, 1, 1, "x");
        }
        database.execute("UPDATE gap SET reported=n WHERE rec_sid=100");
        gaps.record("a", 10_000, 1, 1, 1, "x");
        database.commit();
        assertEquals(Gaps.MOST, database.number("SELECT COUNT(*) FROM gap"));
        assertEquals(0, database.number("SELECT COUNT(*) FROM gap WHERE rec_sid=100"));
    }

    private String openRows() throws Exception {
        return database.text("SELECT group_concat(rec_sid || ' ' || first || '-' || last || ' ' || n, ', ')"
            + " FROM (SELECT * FROM gap WHERE " + Gaps.UNTOLD + " ORDER BY id)");
    }

    @Test
    void aRangeOfAnUnknownNumberIsOpenUntilItIsToldAndNotWrittenTwice() throws Exception {
        gaps.recordUnknown("a", 0, 0, 0, "x");
        gaps.recordUnknown("a", 3, 70, Gaps.UNKNOWN_END, "x");
        gaps.recordUnknown("a", 3, 70, Gaps.UNKNOWN_END, "x");
        assertEquals("0 0-0 0, 3 70-" + Gaps.UNKNOWN_END + " 0", openRows());
        database.execute("UPDATE gap SET reported=1 WHERE rec_sid=0");
        assertEquals("3 70-" + Gaps.UNKNOWN_END + " 0", openRows());
    }

    @Test
    void rangesOfUnknownNumbersAreJoinedWithEachOtherOnlyAndToldAgainThen() throws Exception {
        database.begin();
        gaps.recordUnknown("a", 1, 10, 20, "x");
        gaps.record("a", 1, 12, 15, 4, "y");
        gaps.recordUnknown("a", 1, 30, 40, "x");
        database.execute("UPDATE gap SET reported=1 WHERE n=0");
        for (int sid = 2; sid <= Gaps.MOST - 1; sid++) {
            gaps.record("a", sid, 1, 1, 1, "x");
        }
        database.commit();
        assertEquals("1 10-40 0", database.text("SELECT rec_sid || ' ' || first || '-' || last || ' ' || n FROM gap"
            + " WHERE rec_sid=1 AND n=0"));
        assertEquals("1 12-15 4", database.text("SELECT rec_sid || ' ' || first || '-' || last || ' ' || n FROM gap"
            + " WHERE rec_sid=1 AND n>0"));
        assertTrue(openRows().startsWith("1 10-40 0, "), "it has grown");
    }

    @Test
    void rangesOfUnknownNumbersAreNotForgottenBeforeWhatWasTold() throws Exception {
        database.begin();
        gaps.recordUnknown("a", 0, 0, 0, "x");
        for (int sid = 1; sid < Gaps.MOST; sid++) {
            gaps.record("a", sid, 1, 1, 1, "x");
        }
        database.execute("UPDATE gap SET reported=n WHERE rec_sid=100");
        gaps.record("a", 10_000, 1, 1, 1, "x");
        database.commit();
        assertEquals(1, database.number("SELECT COUNT(*) FROM gap WHERE rec_sid=0"));
    }
}
