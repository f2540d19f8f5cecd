package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Times that are filled in once the clock is right, and clocks that jump by years. */
class ClocksTest extends StoreFixture {
    private static final long NOW = 1_800_000_000_000L;
    private static final long TEN_YEARS = 315_576_000_000L;
    /** The clock's difference to the monotonic one that counts when it is right. */
    private static final long RIGHT = NOW;

    private long seq;

    /** Takes in a reading by a clock that is ahead of the monotonic one by so much. */
    private void say(Store store, long offset, long mono, boolean trusted) {
        assertTrue(store.append(new Reading("gw-01", store.epoch(), ++seq, offset + mono, trusted, mono, Eui64.of(1),
            "udp/1", new byte[] {(byte) seq})));
    }

    private static List<Reading> all(Store store) throws StoreException {
        flush(store);
        return drain(store.outbox("all" + System.nanoTime()), 100, 1 << 20);
    }

    @Test
    void readingsFromBeforeTheClockWasSetGetTheirTimesOnceItIs() throws Exception {
        try (Store store = open("")) {
            say(store, 0, 1000, false);
            List<Reading> before = all(store);
            assertEquals(1000, before.get(0).at);
            assertFalse(before.get(0).hasTime());
            say(store, RIGHT, 60_000, true);
            List<Reading> after = all(store);
            assertEquals(before.get(0).id(), after.get(0).id());
            assertEquals(NOW + 1000, after.get(0).at);
            assertTrue(after.get(0).estimated && !after.get(0).clockOk);
            assertEquals(NOW + 60_000, after.get(1).at);
            assertTrue(after.get(1).clockOk && !after.get(1).estimated);
        }
    }

    @Test
    void theTimesAreKnownInLaterLivesToo() throws Exception {
        try (Store store = open("")) {
            say(store, 0, 1000, false);
            say(store, RIGHT, 60_000, true);
        }
        seq = 0;
        try (Store store = open("")) {
            say(store, 0, 500, false);
            List<Reading> all = all(store);
            assertEquals(NOW + 1000, all.get(0).at);
            assertFalse(all.get(2).hasTime(), "the clock of this life was never right");
        }
    }

    @Test
    void aDifferenceThatStandsTakesTheFirstOnesPlace() throws Exception {
        try (Store store = open("")) {
            say(store, 0, 0, false);
            say(store, RIGHT - TEN_YEARS, 1000, true);
            flush(store);
            say(store, RIGHT, 2000, true);
            assertEquals(RIGHT - TEN_YEARS, all(store).get(0).at, "too early to tell");
            say(store, RIGHT + 30, 12_000, true);
            assertEquals(RIGHT + 30, all(store).get(0).at);
        }
    }

    @Test
    void aJumpByYearsThatIsTakenBackChangesNothing() throws Exception {
        try (Store store = open("")) {
            say(store, 0, 0, false);
            say(store, RIGHT, 1000, true);
            for (int jump = 0; jump < 5; jump++) {
                say(store, RIGHT + TEN_YEARS, 20_000 + jump * 20_000, true);
                say(store, RIGHT + 1500, 30_000 + jump * 20_000, true);
            }
            List<Reading> all = all(store);
            assertEquals(RIGHT, all.get(0).at);
            assertEquals(RIGHT + TEN_YEARS + 20_000, all.get(2).at, "a time that was trusted stays as it is");
        }
    }

    @Test
    void whateverTheClockDoesTheOrderIsThatOfTheNumbersAndNothingIsDeletedEarly() throws Exception {
        long[] offsets = {0, RIGHT, RIGHT - 86_400_000L, RIGHT + TEN_YEARS, Long.MIN_VALUE / 2, -RIGHT, RIGHT - 1000,
            RIGHT + 1000, Long.MAX_VALUE / 2, RIGHT};
        try (Store store = open("option block_readings '16'\n option block_age_s '1'")) {
            for (int i = 0; i < 400; i++) {
                say(store, offsets[i / 10 % offsets.length], i, i % 3 > 0);
            }
            List<Reading> all = all(store);
            assertEquals(400, all.size());
            for (int i = 0; i < 400; i++) {
                assertEquals(i + 1, all.get(i).seq);
            }
        }
        awaitClosed(health);
        try (StoreFile file = StoreFile.open(directory)) {
            assertEquals(List.of(), Inspection.of(file).problems());
        }
    }
}
