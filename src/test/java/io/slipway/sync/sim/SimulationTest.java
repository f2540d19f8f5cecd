package io.slipway.sync.sim;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole clusters in virtual time, each out of one seed: cuts, loss, delay, crashes, restores, wipes, clones, clocks
 * that jump, retention. A seed that fails is named; {@code -Dseed=N} runs it alone and tells its story.
 */
class SimulationTest {
    /** So many schedules are run, and so many does a broken rule get to be found out. */
    static final int DEFAULT = 300;

    @Test
    void everyScheduleEndsInAgreementWithNothingLost() {
        run(0, DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MergeByArrival", "AcknowledgeBeforeCommit", "ContinueAfterRestore", "BelieveCheckpoint"})
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

    /** Runs schedules, or the one that {@code -Dseed} names. */
    static void run(long from, long count) {
        Long only = Long.getLong("seed");
        for (long seed = only == null ? from : only; seed < (only == null ? from + count : only + 1); seed++) {
            try {
                Schedule.run(seed, new Variant(), only != null);
            } catch (Schedule.StoryError told) {
                told.story.forEach(System.out::println);
                throw told;
            } catch (AssertionError violation) {
                throw new AssertionError("seed " + seed + " (-Dseed=" + seed + " tells its story): "
                    + violation.getMessage(), violation);
            }
        }
    }
}
