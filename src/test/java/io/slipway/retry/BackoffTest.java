package io.slipway.retry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final long SEED = System.nanoTime();

    @Test
    void everyWaitIsWithinItsDoublingBounds() {
        for (int run = 0; run < 1000; run++) {
            Backoff backoff = new Backoff(500, 30_000, new Random(SEED + run));
            long floor = 500;
            for (int attempt = 0; attempt < 12; attempt++) {
                long ceiling = Math.min(30_000, floor * 2);
                long wait = backoff.nextMs();
                assertTrue(wait >= Math.min(floor, 15_000) && wait <= ceiling,
                    "seed " + (SEED + run) + ", attempt " + attempt + ": " + wait);
                floor = ceiling;
            }
        }
    }

    @Test
    void theLongestWaitsAreSpreadOverHalfOfTheCap() {
        Backoff backoff = new Backoff(500, 30_000, new Random(SEED));
        for (int i = 0; i < 10; i++) {
            backoff.nextMs();
        }
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 1000; i++) {
            long wait = backoff.nextMs();
            least = Math.min(least, wait);
            most = Math.max(most, wait);
        }
        assertTrue(least >= 15_000 && least < 17_000, "seed " + SEED + ": " + least);
        assertTrue(most <= 30_000 && most > 28_000, "seed " + SEED + ": " + most);
    }

    @Test
    void aResetBeginsWithTheShortestWaitAgain() {
        Backoff backoff = new Backoff(500, 30_000, new Random(SEED));
        for (int i = 0; i < 10; i++) {
            backoff.nextMs();
        }
        backoff.reset();
        long wait = backoff.nextMs();
        assertTrue(wait >= 500 && wait <= 1000, "seed " + SEED + ": " + wait);
    }

    @Test
    void theSameSeedGivesTheSameWaitsAndAnotherOneOthers() {
        assertEquals(waits(SEED), waits(SEED));
        assertNotEquals(waits(SEED), waits(SEED + 1));
    }

    private static String waits(long seed) {
        Backoff backoff = new Backoff(500, 30_000, new Random(seed));
        StringBuilder waits = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            waits.append(backoff.nextMs()).append(' ');
        }
        return waits.toString();
    }

    @Test
    void boundsThatAreNoneAreRefusedAndEqualOnesGiveAlwaysTheSame() {
        assertThrows(IllegalArgumentException.class, () -> new Backoff(0, 10, new Random()));
        assertThrows(IllegalArgumentException.class, () -> new Backoff(11, 10, new Random()));
        Backoff constant = new Backoff(Long.MAX_VALUE, Long.MAX_VALUE, new Random());
        assertEquals(Long.MAX_VALUE, constant.nextMs());
        assertEquals(Long.MAX_VALUE, constant.nextMs());
        Backoff seven = new Backoff(7, 7, new Random());
        assertEquals(7, seven.nextMs());
        assertEquals(7, seven.nextMs());
    }
}
