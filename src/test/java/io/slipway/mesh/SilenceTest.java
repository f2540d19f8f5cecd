package io.slipway.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which step is due when, second by second, by a clock of the test's own. */
class SilenceTest {
    private static final long SECOND = 1_000_000_000L;
    /** Near the end of the numbers: such a clock overflows. */
    private long now = Long.MAX_VALUE - 100 * SECOND;

    /** {@code SECOND STEP} for each step within so many seconds; the port is opened when that is wanted. */
    private List<String> steps(Silence silence, int seconds) {
        List<String> steps = new ArrayList<>();
        long start = now;
        for (int i = 0; i < seconds; i++) {
            now += SECOND;
            Silence.Step step = silence.due(now);
            if (step != Silence.Step.NONE) {
                steps.add((now - start) / SECOND + " " + step);
            }
            if (step == Silence.Step.REOPEN) {
                silence.opened(now);
            }
        }
        return steps;
    }

    @Test
    void asksTwiceThenOpensAnewThenResetsThenWaitsTwiceAsLongEachTime() {
        Silence silence = new Silence(100, true);
        silence.opened(now);
        assertEquals(List.of("100 ASK", "110 ASK", "120 REOPEN", "130 RESET", "240 REOPEN", "250 RESET", "460 REOPEN",
            "470 RESET"), steps(silence, 800));
    }

    @Test
    void leavesOutTheResetWhereNoLineIsConfigured() {
        Silence silence = new Silence(100, false);
        silence.opened(now);
        assertEquals(List.of("100 ASK", "110 ASK", "120 REOPEN", "230 REOPEN"), steps(silence, 300));
    }

    @Test
    void neverWaitsLongerThanAnHour() {
        Silence silence = new Silence(100, false);
        silence.opened(now);
        List<String> steps = steps(silence, 20 * 3600);
        assertTrue(steps.size() >= 20, steps.toString());
    }

    @Test
    void aWordFromTheMoteBeginsAllAnew() {
        Silence silence = new Silence(100, true);
        silence.opened(now);
        steps(silence, 300);
        assertTrue(silence.lasts());
        assertTrue(silence.heard(now));
        assertFalse(silence.heard(now));
        assertEquals(List.of("100 ASK", "110 ASK", "120 REOPEN", "130 RESET", "240 REOPEN"), steps(silence, 249));
    }

    @Test
    void anAnswerToTheFirstQuestionEndsNoSilence() {
        Silence silence = new Silence(100, true);
        silence.opened(now);
        assertEquals(List.of("100 ASK"), steps(silence, 109));
        assertFalse(silence.lasts() || silence.heard(now));
        assertEquals(List.of("100 ASK", "110 ASK"), steps(silence, 110));
        assertTrue(silence.lasts() && silence.heard(now));
    }

    @Test
    void anOpeningForAnotherReasonBeginsAllAnew() {
        Silence silence = new Silence(100, true);
        silence.opened(now);
        assertEquals(List.of("100 ASK"), steps(silence, 105));
        silence.opened(now);
        assertFalse(silence.lasts());
        assertEquals(List.of("100 ASK"), steps(silence, 109));
    }

    @Test
    void waitsNoLongerForAnAnswerThanForTheFirstWord() {
        Silence silence = new Silence(3, true);
        silence.opened(now);
        assertEquals(List.of("3 ASK", "6 ASK", "9 REOPEN", "12 RESET"), steps(silence, 13));
    }

    @Test
    void zeroIsASilenceThatNobodyMinds() {
        Silence silence = new Silence(0, true);
        silence.opened(now);
        assertEquals(List.of(), steps(silence, 10_000));
    }
}
