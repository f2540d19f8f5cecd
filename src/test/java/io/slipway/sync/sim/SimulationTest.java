package io.slipway.sync.sim;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.slipway.sync.SyncEvent;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole clusters in virtual time, each out of one seed: cuts, loss, delay, crashes, restores, wipes, clones, clocks
 * that jump, retention, rows that rot. A seed that fails is named; {@code -Dseed=N} runs it alone and tells its story.
 */
class SimulationTest {
    /** So many schedules are run, and so many does a broken rule get to be found out. */
    static final int DEFAULT = 300;

    @Test
    void everyScheduleEndsInAgreementWithNothingLost() {
        run(0, DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MergeByArrival", "AcknowledgeBeforeCommit", "ContinueAfterRestore", "BelieveCheckpoint",
        "RottenCounts", "NeverFetches"})
    void aBrokenRuleIsFoundOut(String broken) throws Exception {
        Variant variant = (Variant) Class.forName(Variant.class.getName() + "$" + broken).getDeclaredConstructor()
            .newInstance();
        String found = null;
        for (long seed = 0; found == null && seed < DEFAULT; seed++) {
            try {
                Schedule.run(seed, variant, false);
            } catch (AssertionError violation) {
                found = "seed " + seed + ": " + violation.getMessage();
            }
        }
        assertNotNull(found, broken + " passed " + DEFAULT + " schedules");
        System.out.println(broken + " is found out by " + found);
    }

    /** Runs schedules, or the one that {@code -Dseed} names; says what happened in all of them. */
    static void run(long from, long count) {
        Map<SyncEvent, Integer> sum = new EnumMap<>(SyncEvent.class);
        Long only = Long.getLong("seed");
        for (long seed = only == null ? from : only; seed < (only == null ? from + count : only + 1); seed++) {
            try {
                Schedule.run(seed, new Variant(), only != null).world.counts
                    .forEach((event, times) -> sum.merge(event, times, Integer::sum));
            } catch (Schedule.StoryError told) {
                told.story.forEach(System.out::println);
                throw told;
            } catch (AssertionError violation) {
                throw new AssertionError("seed " + seed + " (-Dseed=" + seed + " tells its story): "
                    + violation.getMessage(), violation);
            }
        }
        System.out.println(sum);
    }
}
