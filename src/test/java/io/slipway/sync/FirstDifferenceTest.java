package io.slipway.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Epoch;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FirstDifferenceTest {
    private static final StreamKey KEY = new StreamKey("gw-1", new Epoch(1, 1), 0);

    @Test
    void theFirstBlockThatDiffersIsFoundInAFewQuestions() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            long end = random.nextInt(1 << random.nextInt(20));
            long different = random.nextInt(4) == 0 ? end + 1 : 1 + (long) (random.nextDouble() * end);
            assertEquals(different, find(end, different, 0), "of " + end);
        }
    }

    @Test
    void hashesThatAreNotKnownArePassedOver() {
        assertEquals(900, find(1000, 900, 7));
        assertEquals(1001, find(1000, 1001, 7));
    }

    /** @param unknown the hash of each block that this divides is not known; 0 for none */
    private static long find(long end, long different, int unknown) {
        FirstDifference open = new FirstDifference(KEY, end, 0);
        int asked = 0;
        while (!open.isFound()) {
            assertTrue(++asked <= 12, "asked too often");
            assertTrue(open.count <= Frames.MAX_DIGEST);
            long[] mine = new long[(int) open.count];
            long[] theirs = new long[(int) open.count];
            for (int i = 0; i < open.count; i++) {
                long number = open.from + i * open.step;
                assertTrue(number >= 1 && number <= end, number + " of " + end);
                mine[i] = unknown > 0 && number % unknown == 0 ? 0 : number;
                theirs[i] = number < different ? number : -number;
            }
            if (!open.answered(theirs, mine)) {
                break;
            }
        }
        return open.first();
    }
}
