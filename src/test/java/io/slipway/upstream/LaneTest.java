package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.Config;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.store.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One lane of batches, and acknowledgements that come in any order. */
class LaneTest {
    private final MemoryOutbox outbox = new MemoryOutbox();
    private final Health health = new Health();
    private final BatchSize size = new BatchSize(config());
    private final Lane lane = new Lane(new BatchFeed(outbox, size, 0, new Signal()), outbox, health);
    private final List<Delivery> deliveries = new ArrayList<>();

    private static io.slipway.config.UpstreamConfig config() {
        try {
            return Config.parse("test", "config gateway\n option id 'gw-01'\nconfig mesh\n option link 'file:/x'\n"
                + "config upstream 'cloud'\n option url 'mqtt://x'\n option batch_readings '10'\n").upstreams.get(0);
        } catch (Exception wrong) {
            throw new AssertionError(wrong);
        }
    }

    private void fill(int count, boolean receipts) throws Exception {
        outbox.commitNumbers(count * 10);
        lane.feed.begin(null, null);
        for (int i = 0; i < count; i++) {
            Delivery delivery = new Delivery(lane.feed.next(0), new Signal(), receipts, i);
            lane.add(delivery);
            deliveries.add(delivery);
        }
    }

    @Test
    void tellsTheOutboxOnlyOfWhatHasNothingOpenBeforeIt() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        fill(8, false);
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));
        Collections.shuffle(order, new Random(seed));
        boolean[] acknowledged = new boolean[9];
        for (int i : order) {
            deliveries.get(i).accept("PUBACK", null);
            acknowledged[i] = true;
            lane.settle(0);
            int contiguous = 0;
            while (acknowledged[contiguous]) {
                contiguous++;
            }
            assertEquals(contiguous * 10L, outbox.cursor(), "seed " + seed);
        }
        assertEquals(0, lane.size());
        assertEquals(80, health.value(Counter.UPSTREAM_READINGS_ACKED));
        assertEquals(List.of(), outbox.wrongs());
    }

    @Test
    void doesNotPassABatchThatFailedUntilItIsSetAside() throws Exception {
        fill(3, false);
        deliveries.get(0).accept("PUBACK", null);
        deliveries.get(1).accept(null, new IOException("refused"));
        assertTrue(lane.isAwaiting(), "the third is on its way");
        deliveries.get(2).accept("PUBACK", null);
        assertEquals(1, lane.settle(0));
        assertEquals(10, outbox.cursor());
        assertFalse(lane.isAwaiting());
        assertEquals(deliveries.get(1), lane.firstFailed());
        deliveries.get(1).setAside();
        assertEquals(1, lane.settle(0), "what was set aside has not arrived");
        assertEquals(30, outbox.cursor());
        assertEquals(10, outbox.aside().size());
        assertEquals(10, health.value(Counter.UPSTREAM_READINGS_SET_ASIDE));
    }

    @Test
    void aReceiptConfirmsReadingByReadingAndNothingThatIsNotOnItsWay() throws Exception {
        fill(3, true);
        for (Delivery delivery : deliveries) {
            delivery.accept("PUBACK", null);
        }
        assertEquals(0, lane.settle(0), "a PUBACK is not enough");
        confirm("{\"epoch\":\"17-9f3a21c4\",\"upto\":14,\"new\":[{}]}");
        assertEquals(1, lane.settle(0));
        confirm("{\"epoch\":\"16-9f3a21c4\",\"upto\":30}");
        confirm("{\"epoch\":\"17-9f3a21c4\",\"ranges\":[{\"first\":15,\"last\":17},{\"first\":19,\"last\":4000}]}");
        assertEquals(0, lane.settle(0));
        assertEquals(10, outbox.cursor());
        confirm("{\"origin\":\"gw-01\",\"epoch\":\"17-9f3a21c4\",\"upto\":0,\"ranges\":[{\"first\":18,\"last\":18}]}");
        assertEquals(2, lane.settle(0));
        assertEquals(30, outbox.cursor());
    }

    private void confirm(String json) {
        Receipt receipt = Receipt.parse(json.getBytes(), "gw-01");
        deliveries.forEach(receipt::confirm);
    }

    @Test
    void whatIsNoReceiptIsNone() {
        for (String bad : new String[] {"", "{", "7", "[]", "{}", "{\"epoch\":\"17-9f3a21c4\"}", "{\"upto\":3}",
            "{\"epoch\":\"17-9f3a21c4\",\"upto\":\"3\"}", "{\"epoch\":17,\"upto\":3}",
            "{\"epoch\":\"17-9f3a21c4\",\"upto\":1.5}", "{\"epoch\":\"17-9f3a21c4\",\"upto\":3}x",
            "{\"epoch\":\"17-9f3a21c4\",\"upto\":3,\"origin\":\"gw-02\"}",
            "{\"epoch\":\"17-9f3a21c4\",\"ranges\":[{\"first\":1}]}", "[".repeat(5000)}) {
            assertEquals(null, Receipt.parse(bad.getBytes(), "gw-01"), bad);
        }
    }

    @Test
    void beginsWhereItIsToldAndEndsThere() throws Exception {
        outbox.commitNumbers(100);
        lane.feed.begin(new Position(1, 20), new Position(1, 25));
        assertEquals(21, lane.feed.next(0).first());
        assertEquals(null, lane.feed.next(0));
    }
}
