package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.ConfigException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitPaceTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int DAY_S = 86_400;
    private static final double COMMIT_BYTES = 5300;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private double written;
    private long nowNs;

    private static CommitPace pace(String budget) throws ConfigException {
        return new CommitPace(StoreFixture.config("option wear_budget '" + budget + "'"), 0);
    }

    /** A disk: each commit costs, each reading costs, and a tenth of that is chance. */
    private void run(CommitPace pace, int seconds, double readingsPerS, double bytesPerReading) {
        for (int s = 0; s < seconds; s++) {
            double commits = Math.min(readingsPerS, Math.max(1000.0 / pace.intervalMs(),
                readingsPerS / pace.readings()));
            written += (commits * COMMIT_BYTES + readingsPerS * bytesPerReading) * (0.95 + 0.1 * random.nextDouble());
            nowNs += SECOND_NS;
            if (pace.isDue(nowNs)) {
                pace.adapt(nowNs, (long) written);
            }
        }
    }

    @Test
    void withoutABudgetThePaceIsThatOfTheConfiguration() throws Exception {
        CommitPace pace = pace("0");
        run(pace, DAY_S, 200, 60);
        assertEquals(250, pace.intervalMs());
        assertEquals(64, pace.readings());
    }

    @ParameterizedTest
    @CsvSource({"1, 200M, 60", "20, 200M, 60", "1, 100M, 60", "20, 300M, 60", "200, 2G, 60", "0.5, 100M, 60"})
    void aDayStaysWithinItsBudgetAndUsesIt(double readingsPerS, String budget, double each) throws Exception {
        CommitPace pace = pace(budget);
        run(pace, DAY_S, readingsPerS, each);
        double bytes = StoreFixture.config("option wear_budget '" + budget + "'").wearBudget;
        assertTrue(written <= bytes, written / bytes + " of the budget, seed " + seed);
        assertTrue(written > 0.8 * bytes, written / bytes + " of the budget, seed " + seed);
    }

    @Test
    void fewReadingsDoNotWaitForNothing() throws Exception {
        CommitPace pace = pace("200M");
        run(pace, DAY_S, 0.01, 60);
        assertEquals(250, pace.intervalMs());
    }

    @Test
    void moreThanTheBudgetCanBearWaitsAsLongAsItMayAndNoLonger() throws Exception {
        CommitPace pace = pace("10M");
        run(pace, 3600, 200, 60);
        assertEquals(10_000, pace.intervalMs());
        assertEquals(512, pace.readings());
    }

    @Test
    void theIntervalComesToRestFromOneSide() throws Exception {
        CommitPace pace = pace("200M");
        int before = pace.intervalMs();
        int turns = 0;
        for (int i = 0; i < 60; i++) {
            run(pace, 60, 20, 60);
            turns += pace.intervalMs() < before * 0.9 ? 1 : 0;
            before = pace.intervalMs();
        }
        assertEquals(0, turns, "seed " + seed);
        double atRest = pace.intervalMs();
        for (int i = 0; i < 100; i++) {
            run(pace, 300, 20, 60);
            assertEquals(1, pace.intervalMs() / atRest, 0.15, "seed " + seed);
        }
    }

    @Test
    void aBurstIsPaidForAndThenForgotten() throws Exception {
        CommitPace pace = pace("200M");
        run(pace, 3600, 1, 60);
        int quiet = pace.intervalMs();
        run(pace, 3600, 100, 60);
        assertTrue(pace.intervalMs() > quiet, pace.intervalMs() + " ms");
        run(pace, 7200, 1, 60);
        assertEquals(1, pace.intervalMs() / (double) quiet, 0.15, "seed " + seed);
    }
}
