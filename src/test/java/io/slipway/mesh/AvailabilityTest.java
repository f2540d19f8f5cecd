package io.slipway.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Whether a node is online, by a clock of the test's own: the unit is the time-out. */
class AvailabilityTest {
    private static final long TIMEOUT = 1000;

    private final Availability node = new Availability(TIMEOUT);

    /** Hears the node after each of these times, with a look in between every tenth; how often it came and went. */
    private int changes(long[] now, int uplinks, long interval) {
        int changes = 0;
        for (int i = 0; i < uplinks; i++) {
            long next = now[0] + interval;
            while (now[0] < next) {
                now[0] += TIMEOUT / 10;
                changes += node.missed(Math.min(now[0], next)) ? 1 : 0;
            }
            now[0] = next;
            changes += node.heard(next) ? 1 : 0;
        }
        return changes;
    }

    @Test
    void aNodeIsOnlineAtOnceAndOfflineAfterTheTimeout() {
        assertFalse(node.isOnline());
        assertTrue(node.heard(0));
        assertFalse(node.missed(TIMEOUT - 1));
        assertTrue(node.missed(TIMEOUT));
        assertFalse(node.missed(2 * TIMEOUT), "once");
        assertTrue(node.heard(9 * TIMEOUT));
    }

    @Test
    void aNodeThatIsSlowerThanTheTimeoutDoesNotGoToAndFro() {
        for (long interval : new long[] {1100, 1900, 2500, 3900}) {
            Availability before = new Availability(TIMEOUT);
            assertTrue(before.heard(0));
            long[] now = {0};
            int first = changes(now, 4, interval);
            assertTrue(first <= 5, first + " changes to begin with at " + interval);
            assertEquals(0, changes(now, 100, interval), "at " + interval);
        }
    }

    @Test
    void aNodeThatWasReallyAwayIsMissedAsSoonAsEver() {
        node.heard(0);
        assertTrue(node.missed(TIMEOUT));
        assertTrue(node.heard(TIMEOUT * 5));
        assertFalse(node.missed(TIMEOUT * 6 - 1));
        assertTrue(node.missed(TIMEOUT * 6));
    }

    @Test
    void sixteenUplinksInTimeMakeASlowNodeAnOrdinaryOneAgain() {
        long[] now = {0};
        node.heard(0);
        assertEquals(2, changes(now, 1, 1500));
        assertEquals(0, changes(now, 15, 500));
        assertFalse(node.missed(now[0] + TIMEOUT + 500));
        assertEquals(0, changes(now, 1, 500));
        assertTrue(node.missed(now[0] + TIMEOUT), "the sixteenth");
    }

    @Test
    void whatAnEarlierLifeKnewCountsWithTheSilenceSince() {
        node.restore(0, true, TIMEOUT / 2);
        assertTrue(node.isOnline());
        assertFalse(node.heard(TIMEOUT / 2));
        Availability silent = new Availability(TIMEOUT);
        silent.restore(0, true, TIMEOUT);
        assertFalse(silent.isOnline());
        Availability offline = new Availability(TIMEOUT);
        offline.restore(0, false, 1);
        assertFalse(offline.isOnline());
        assertTrue(offline.heard(2));
    }
}
