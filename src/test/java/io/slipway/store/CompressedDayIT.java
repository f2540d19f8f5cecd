package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A day of a serial line of 115200 baud, about 150 readings a second, as fast as it goes: at first with an upstream
 * that acknowledges, then without. Heap, files and threads must not grow. A tenth of a day on a store of 3 MB runs with
 * all other tests;
 * {@code mvn verify -Dtest=ArchitectureTest -Dit.test=CompressedDayIT -Dslipway.day=whole} runs all of it, 13 million
 * readings into 64 MB, which takes minutes.
 */
class CompressedDayIT extends StoreFixture {
    private static final boolean WHOLE = "whole".equals(System.getProperty("slipway.day"));
    private static final int READINGS = WHOLE ? 13_000_000 : 1_300_000;
    private static final long BYTES = WHOLE ? 64L << 20 : 3L << 20;
    private static final int STEPS = 20;
    private static final int NODES = 60;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Eui64[] nodes = new Eui64[NODES];
    private final int[] values = new int[NODES];
    private long seq;
    private long acknowledged;
    private long refused;

    /** Sends nothing anywhere, but acknowledges all the same. */
    private final class Upstream extends Thread {
        private final Outbox outbox;
        private boolean work = true;
        private boolean stop;

        Upstream(Outbox outbox) {
            super("acknowledging");
            this.outbox = outbox;
            outbox.onCommit(this::wake);
        }

        private synchronized void wake() {
            work = true;
            notifyAll();
        }

        private synchronized boolean awaitWork() throws InterruptedException {
            while (!work && !stop) {
                wait();
            }
            work = false;
            return !stop;
        }

        private synchronized void caughtUp() {
            notifyAll();
        }

        /** The line waits for nobody, but here it comes in a thousand times as fast as it does. */
        synchronized void awaitBacklogBelow(long readings) throws InterruptedException {
            while (outbox.backlog() > readings && isAlive()) {
                wait();
            }
        }

        synchronized void end() {
            stop = true;
            notifyAll();
        }

        @Override
        public void run() {
            try {
                while (awaitWork()) {
                    for (Batch b = outbox.next(null, 256, 32 << 10); b != null; b = outbox.next(null, 256, 32 << 10)) {
                        acknowledged += b.readings.size();
                        outbox.acknowledge(b);
                        caughtUp();
                    }
                }
            } catch (InterruptedException | StoreException failed) {
                throw new AssertionError(failed);
            }
        }
    }

    @Test
    void aDayOfTheLineLeavesHeapFilesAndThreadsAsTheyWere() throws Exception {
        for (int i = 0; i < NODES; i++) {
            nodes[i] = Eui64.of(0x0012_7402_0000_0000L + i);
        }
        try (Store store = open("option max_bytes '" + BYTES + "'")) {
            Upstream upstream = new Upstream(store.outbox("cloud"));
            upstream.start();
            long[] heap = new long[STEPS];
            int[] threads = new int[STEPS];
            for (int step = 0; step < STEPS; step++) {
                if (step == STEPS / 2) {
                    upstream.end();
                    upstream.join();
                    assertEquals(0, health.value(Counter.STORE_EXPIRED_UNSENT), "seed " + seed);
                }
                append(store, READINGS / STEPS, upstream);
                heap[step] = heapAfterCollection();
                threads[step] = Thread.activeCount();
                System.out.println((step + 1) * 24.0 / STEPS + " h: heap " + (heap[step] >> 10) + " KB, files "
                    + (bytes() >> 10) + " KB, " + threads[step] + " threads, " + store.readings()
                    + " readings, backlog " + health.gaugeValue("backlog_cloud") + ", " + acknowledged * 100 / seq
                    + " % acknowledged, " + health.gaugeValue("store_written_bytes_per_reading")
                    + " bytes written a reading");
                assertTrue(bytes() <= BYTES, bytes() + " bytes, seed " + seed);
                assertTrue(threads[step] <= threads[0], "seed " + seed);
                assertTrue(heap[step] < heap[1] + (4 << 20) || step == 0, heap[step] + " bytes, seed " + seed);
            }
            assertTrue(health.value(Counter.STORE_EXPIRED) > READINGS / 10);
            // What was acknowledged is gone by the time that anything else goes, but for a block that the cursor cuts.
            long held = store.readings() - health.gaugeValue("backlog_cloud");
            assertTrue(health.value(Counter.STORE_EXPIRED_UNSENT) == 0 ? WHOLE : held <= 512, held + ", seed " + seed);
            assertEquals(0, health.value(Counter.STORE_QUEUE_DROPPED) - refused, "seed " + seed);
            assertEquals(READINGS, health.value(Counter.STORE_COMMITTED));
            assertEquals(READINGS - health.value(Counter.STORE_EXPIRED), store.readings());
        }
    }

    private void append(Store store, int count, Upstream upstream) throws Exception {
        for (int i = 0; i < count; i++) {
            if (i % 5000 == 0) {
                upstream.awaitBacklogBelow(50_000);
            }
            seq++;
            int node = random.nextInt(NODES);
            values[node] += random.nextInt(21) - 10;
            long mono = seq * 20 / 3 + random.nextInt(5);
            Reading reading = new Reading("gw-01", store.epoch(), seq, 1_795_000_000_000L + mono, true, mono,
                nodes[node], "udp/5678", String.valueOf(20 + values[node] / 100.0).getBytes(StandardCharsets.US_ASCII));
            while (!store.append(reading)) {
                refused++;
                flush(store);
            }
        }
        flush(store);
    }

    /** Of the database and its log: the bound is theirs, and the reserve for a full disk lies beside it. */
    private long bytes() {
        long sum = 0;
        for (File file : directory.toFile().listFiles()) {
            sum += file.getName().startsWith(Store.FILE_NAME) ? file.length() : 0;
        }
        return sum;
    }

    private static long heapAfterCollection() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
