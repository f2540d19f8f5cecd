package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final long HOUR_NS = 3_600_000_000_000L;

    private final Intake intake = new Intake(4);

    private static Reading reading(long seq) {
        return new Reading("gw", new Epoch(1, 1), seq, 0, true, 0, Eui64.LAN, "udp/1", new byte[0]);
    }

    private List<Long> drain(int max) {
        List<Reading> target = new ArrayList<>();
        intake.drainTo(target, max);
        return target.stream().map(reading -> reading.seq).toList();
    }

    /** A thread that waits for work as the store's does; ends when there is some. */
    private Thread waiter(int enough, long ageNs) {
        Thread thread = new Thread(() -> {
            try {
                intake.await(enough, ageNs, System.nanoTime() + HOUR_NS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
        Await.until("a thread that waits", 30, () -> thread.getState() == Thread.State.TIMED_WAITING);
        return thread;
    }

    private static void ends(Thread thread) throws InterruptedException {
        thread.join(30_000);
        assertFalse(thread.isAlive());
    }

    @Test
    void keepsTheOldestWhenFull() {
        for (int i = 1; i <= 6; i++) {
            assertEquals(i <= 4, intake.offer(reading(i), 64));
        }
        assertEquals(4, intake.size());
        assertEquals(List.of(1L, 2L, 3L), drain(3));
        assertTrue(intake.offer(reading(7), 64));
        assertEquals(List.of(4L, 7L), drain(100));
        assertEquals(List.of(), drain(100));
    }

    @Test
    void isDueByNumberOrByAgeOrByClosing() {
        assertFalse(intake.isDue(2, 0));
        intake.offer(reading(1), 2);
        assertFalse(intake.isDue(2, HOUR_NS));
        assertTrue(intake.isDue(2, 0));
        intake.offer(reading(2), 2);
        assertTrue(intake.isDue(2, HOUR_NS));
        drain(1);
        assertFalse(intake.isDue(2, HOUR_NS));
        intake.close();
        assertTrue(intake.isDue(2, HOUR_NS));
        drain(1);
        assertFalse(intake.isDue(2, 0));
    }

    @Test
    void whatIsLeftBehindKeepsItsAge() {
        long age = 20_000_000L;
        intake.offer(reading(1), 64);
        intake.offer(reading(2), 64);
        Await.until("age", 30, () -> intake.isDue(64, age));
        drain(1);
        assertTrue(intake.isDue(64, age));
        drain(1);
        intake.offer(reading(3), 64);
        assertFalse(intake.isDue(64, HOUR_NS), "the age of a queue that was empty begins anew");
    }

    @Test
    void enoughReadingsWakeTheStore() throws Exception {
        Thread store = waiter(2, HOUR_NS);
        intake.offer(reading(1), 2);
        intake.offer(reading(2), 2);
        ends(store);
    }

    @Test
    void theAgeOfTheFirstReadingWakesTheStore() throws Exception {
        Thread store = waiter(64, 20_000_000L);
        intake.offer(reading(1), 64);
        ends(store);
        assertTrue(intake.isDue(64, 20_000_000L));
    }

    @Test
    void aRequestWakesTheStoreAndIsRunOnce() throws Exception {
        Thread store = waiter(64, HOUR_NS);
        FutureTask<String> task = new FutureTask<>(() -> "done");
        assertTrue(intake.request(task));
        ends(store);
        assertSame(task, intake.nextRequest());
        assertNull(intake.nextRequest());
    }

    @Test
    void closingWakesTheStoreAndLetsNothingIn() throws Exception {
        intake.offer(reading(1), 64);
        Thread store = waiter(64, HOUR_NS);
        intake.close();
        ends(store);
        assertTrue(intake.isClosed());
        assertFalse(intake.offer(reading(2), 64));
        assertFalse(intake.request(new FutureTask<>(() -> "never")));
        assertEquals(List.of(1L), drain(100));
    }
}
