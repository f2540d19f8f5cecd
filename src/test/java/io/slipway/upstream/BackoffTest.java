package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void doublesUpToTheLongestWaitWithinAQuarterToEitherSide() {
        Backoff backoff = new Backoff(1000, 120_000, new Random(1));
        long expected = 1000;
        for (int i = 0; i < 100; i++) {
            long wait = backoff.nextMs();
            assertTrue(wait >= expected * 3 / 4 && wait <= expected * 5 / 4, "wait " + i + " is " + wait);
            expected = Math.min(expected * 2, 120_000);
        }
    }

    @Test
    void beginsAgainWithTheShortestWaitAfterSuccess() {
        Backoff backoff = new Backoff(1000, 120_000, new Random(1));
        for (int i = 0; i < 10; i++) {
            backoff.nextMs();
        }
        backoff.reset();
        assertTrue(backoff.nextMs() <= 1250);
    }

    @Test
    void spreadsTheGatewaysOfOneSite() {
        long distinct = new Random(2).ints(100).mapToObj(seed -> new Backoff(60_000, 60_000, new Random(seed)))
            .mapToLong(Backoff::nextMs).distinct().count();
        assertEquals(100, distinct, 2);
    }

    @Test
    void doesNotOverflowWithTheLongestWaits() {
        Backoff backoff = new Backoff(600_000, 86_400_000, new Random(3));
        for (int i = 0; i < 100; i++) {
            assertTrue(backoff.nextMs() > 0);
        }
    }
}
