package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The cursor and acknowledgements that come in any order. */
class WindowTest {
    private final MemoryOutbox outbox = new MemoryOutbox();
    private final Health health = new Health();
    private final Window window = new Window(8, outbox, health);
    private final List<Delivery> deliveries = new ArrayList<>();

    private void fill(int count) throws Exception {
        outbox.commitNumbers(count * 10);
        for (int i = 0; i < count; i++) {
            Delivery delivery = new Delivery(outbox.next(window.last(), 10, 1 << 20), new Signal());
            window.add(delivery);
            deliveries.add(delivery);
        }
    }

    @Test
    void movesTheCursorOnlyOverWhatHasNothingOpenBeforeIt() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        fill(8);
        assertFalse(window.hasRoom());
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));
        Collections.shuffle(order, new Random(seed));
        boolean[] acknowledged = new boolean[9];
        for (int i : order) {
            deliveries.get(i).accept("PUBACK", null);
            acknowledged[i] = true;
            window.settle();
            int contiguous = 0;
            while (acknowledged[contiguous]) {
                contiguous++;
            }
            assertEquals(contiguous * 10L, outbox.cursor(), "seed " + seed);
        }
        assertTrue(window.isEmpty());
        assertEquals(80, health.value(Counter.UPSTREAM_READINGS_ACKED));
        assertEquals(List.of(), outbox.wrongs());
    }

    @Test
    void doesNotPassABatchThatWasRefused() throws Exception {
        fill(3);
        deliveries.get(0).accept("PUBACK", null);
        deliveries.get(1).accept(null, new IOException("refused"));
        assertTrue(window.isAwaiting(), "the third is on its way");
        deliveries.get(2).accept("PUBACK", null);
        assertEquals(1, window.settle());
        assertEquals(10, outbox.cursor());
        assertFalse(window.isAwaiting());
        assertEquals(deliveries.get(1), window.firstFailed());
        assertTrue(window.isFirst(deliveries.get(1)));
    }

    @Test
    void beginsAtTheCursorAgainAfterItWasCleared() throws Exception {
        fill(3);
        deliveries.get(0).accept("PUBACK", null);
        window.settle();
        window.clear();
        assertNull(window.last());
        assertEquals(11, outbox.next(window.last(), 10, 1 << 20).first());
        assertEquals(2, health.value(Counter.UPSTREAM_BATCHES_FAILED));
    }
}
