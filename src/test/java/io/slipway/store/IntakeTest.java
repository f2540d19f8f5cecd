package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.ConfigException;
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
    private static final int MANY = 1 << 30;

    /** Commits two readings at once, or what is a minute old. */
    private final Intake patient = intake("option commit_readings '2'\n option commit_interval_ms '60000'");

    private static Intake intake(String options) {
        try {
            return new Intake(StoreFixture.config("option queue_readings '64'\n " + options), 64 << 10);
        } catch (ConfigException wrong) {
            throw new AssertionError(wrong);
        }
    }

    private static Reading reading(long seq) {
        return reading(seq, 0);
    }

    private static Reading reading(long seq, int bytes) {
        return new Reading("gw", new Epoch(1, 1), seq, 0, true, 0, Eui64.LAN, "udp/1", new byte[bytes]);
    }

    private static List<Long> drain(Intake intake, int max, int maxBytes) {
        List<Reading> target = new ArrayList<>();
        intake.drainTo(target, max, maxBytes);
        return target.stream().map(reading -> reading.seq).toList();
    }

    /** A thread that waits for work as the store's does; ends when there is some. */
    private static Thread waiter(Intake intake) {
        Thread thread = new Thread(() -> {
            try {
                intake.await(true, System.nanoTime() + HOUR_NS);
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
        for (int i = 1; i <= 66; i++) {
            assertEquals(i <= 64, patient.offer(reading(i)));
        }
        assertEquals(64, patient.size());
        assertEquals(List.of(1L, 2L, 3L), drain(patient, 3, MANY));
        assertTrue(patient.offer(reading(67)));
        assertEquals(62, drain(patient, 100, MANY).size());
        assertEquals(List.of(), drain(patient, 100, MANY));
    }

    @Test
    void bytesAreBoundedTooButAnEmptyQueueTakesAnything() {
        Intake small = intake("option queue_bytes '64k'");
        assertTrue(small.offer(reading(1, 100_000)));
        assertFalse(small.offer(reading(2, 1)));
        assertEquals(List.of(1L), drain(small, 10, MANY));
        assertTrue(small.offer(reading(3, 60_000)));
        assertFalse(small.offer(reading(4, 6_000)));
        assertTrue(small.offer(reading(5, 5_000)));
        assertEquals(List.of(3L), drain(small, 10, 1));
    }

    @Test
    void isDueByNumberOrByAgeOrByClosing() {
        assertFalse(patient.isDue());
        patient.offer(reading(1));
        assertFalse(patient.isDue());
        patient.offer(reading(2));
        assertTrue(patient.isDue());
        drain(patient, 1, MANY);
        assertFalse(patient.isDue());
        patient.close();
        assertTrue(patient.isDue());
        drain(patient, 1, MANY);
        assertFalse(patient.isDue());
    }

    @Test
    void whatIsLeftBehindKeepsItsAge() {
        Intake quick = intake("option commit_interval_ms '20'");
        quick.offer(reading(1));
        quick.offer(reading(2));
        Await.until("age", 30, quick::isDue);
        drain(quick, 1, MANY);
        assertTrue(quick.isDue());
    }

    @Test
    void enoughReadingsWakeTheStore() throws Exception {
        Thread store = waiter(patient);
        patient.offer(reading(1));
        patient.offer(reading(2));
        ends(store);
    }

    @Test
    void theAgeOfTheFirstReadingWakesTheStore() throws Exception {
        Intake quick = intake("option commit_interval_ms '20'");
        Thread store = waiter(quick);
        quick.offer(reading(1));
        ends(store);
        assertTrue(quick.isDue());
    }

    @Test
    void aRequestWakesTheStoreAndIsRunOnce() throws Exception {
        Thread store = waiter(patient);
        FutureTask<String> task = new FutureTask<>(() -> "done");
        assertTrue(patient.request(task));
        ends(store);
        assertSame(task, patient.nextRequest());
        assertNull(patient.nextRequest());
    }

    @Test
    void closingWakesTheStoreAndLetsNothingIn() throws Exception {
        patient.offer(reading(1));
        Thread store = waiter(patient);
        patient.close();
        ends(store);
        assertTrue(patient.isClosed());
        assertFalse(patient.offer(reading(2)));
        assertFalse(patient.request(new FutureTask<>(() -> "never")));
        assertEquals(List.of(1L), drain(patient, 100, MANY));
    }
}
