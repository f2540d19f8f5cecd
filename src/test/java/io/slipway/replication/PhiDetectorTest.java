package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PhiDetectorTest {
    private static long silenceUntil(PhiDetector detector, long last, double phi) {
        long now = last;
        double before = 0;
        while (detector.phi(now) < phi) {
            assertTrue(detector.phi(now) >= before, "it falls at " + (now - last));
            before = detector.phi(now);
            now += 10;
        }
        return now - last;
    }

    private static PhiDetector after(Random random, int spreadMs, long[] last) {
        PhiDetector detector = new PhiDetector(1000);
        for (int i = 0; i < 200; i++) {
            last[0] += 1000 + (spreadMs == 0 ? 0 : random.nextInt(2 * spreadMs) - spreadMs);
            detector.heard(last[0]);
        }
        return detector;
    }

    @Test
    void nothingIsSuspectBeforeTheFirstSignOfLife() {
        assertEquals(0, new PhiDetector(1000).phi(1_000_000));
    }

    @Test
    void aRegularLineIsSuspectSoonAfterThePauseThatIsAllowed() {
        long[] last = new long[1];
        PhiDetector detector = after(new Random(1), 0, last);
        long suspect = silenceUntil(detector, last[0], 8);
        long down = silenceUntil(detector, last[0], 12);
        assertTrue(suspect > 4000 && suspect < 6000, suspect + " ms");
        assertTrue(down > suspect && down < 7000, down + " ms");
    }

    @Test
    void anIrregularLineIsGivenMoreTime() {
        long[] last = new long[1];
        long regular = silenceUntil(after(new Random(1), 0, last), last[0], 8);
        last[0] = 0;
        long irregular = silenceUntil(after(new Random(1), 950, last), last[0], 8);
        assertTrue(irregular > regular + 500, irregular + " and " + regular);
    }
}
