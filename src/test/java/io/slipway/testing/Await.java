package io.slipway.testing;

import java.util.concurrent.Callable;

/** Waits for a condition with a deadline: the one place in the tests where a thread sleeps. */
public final class Await {
    private static final long POLL_MS = 15;

    private Await() {
    }

    /**
     * Returns as soon as the condition holds. A condition that throws does not hold yet.
     *
     * @param what completes the sentence "waited in vain for ..."
     * @param seconds the deadline; only a test that fails ever waits for so long, so it may be generous
     * @throws AssertionError when the deadline has passed, with what the condition last threw as its cause
     */
    public static void until(String what, long seconds, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + seconds * 1_000_000_000L;
        Exception last;
        do {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (Exception notYet) {
                last = notYet;
            }
            pause(what);
        } while (System.nanoTime() < deadline);
        throw new AssertionError("waited " + seconds + " s in vain for " + what, last);
    }

    /** Lets some milliseconds pass, for whoever paces something and measures how long it took. */
    public static void pauseBriefly() {
        pause("nothing");
    }

    private static void pause(String what) {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, stop);
        }
    }
}
