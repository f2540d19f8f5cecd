package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.slipway.config.Config;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a destination has acknowledged can be had once more, and nothing else can be. */
class AcknowledgedTest {
    @TempDir
    Path directory;

    private final Health health = new Health();
    private Store store;
    private Outbox outbox;

    @BeforeEach
    void open() throws Exception {
        Config config = Config.parse("test", "config gateway\n option id 'gw'\nconfig mesh\n option link 'tcp://h:1'\n"
            + "config store\n option block_readings '16'\n");
        store = Store.open(config.store, directory, "gw", health, "cloud");
        outbox = store.outbox("cloud");
    }

    @AfterEach
    void close() {
        store.close();
        StoreFixture.awaitClosed(health);
    }

    private void append(long... numbers) {
        for (long seq : numbers) {
            store.append(new Reading("gw", store.epoch(), seq, 1_790_000_000_000L + seq, true, seq, Eui64.of(1),
                "udp/1", new byte[] {1}));
        }
        StoreFixture.flush(store);
    }

    private void acknowledge() throws Exception {
        Batch last = null;
        for (Batch batch = outbox.next(null, 64, 10_000); batch != null; batch = outbox.next(last, 64, 10_000)) {
            outbox.acknowledge(batch);
            last = batch;
        }
        StoreFixture.flush(store);
    }

    private String again(Epoch epoch, long first, long last) throws Exception {
        Again again = outbox.again(epoch, first, last, 64, 10_000);
        return (again.batch == null ? "none" : again.batch.first() + ".." + again.batch.last()) + " upto " + again.upto;
    }

    @Test
    void whatWasAcknowledgedComesOnceMoreAndMovesNothing() throws Exception {
        for (long seq = 1; seq <= 40; seq++) {
            append(seq);
        }
        acknowledge();
        assertEquals("5..16 upto 16", again(store.epoch(), 5, 40));
        assertEquals("33..40 upto 40", again(store.epoch(), 33, 100));
        assertEquals("7..7 upto 7", again(store.epoch(), 7, 7));
        assertEquals(0, outbox.backlog());
        assertNull(outbox.next(null, 10, 1000));
    }

    @Test
    void ofWhatWasNotAcknowledgedNothingIsSaid() throws Exception {
        append(1, 2, 3);
        assertEquals("none upto 0", again(store.epoch(), 1, 3));
        acknowledge();
        append(4, 5);
        assertEquals("2..3 upto 3", again(store.epoch(), 2, 5));
        assertEquals("none upto 3", again(store.epoch(), 4, 5));
    }

    @Test
    void numbersThatAreNotHeldAreKnownNotToBe() throws Exception {
        append(1, 2, 9);
        acknowledge();
        assertEquals("9..9 upto 9", again(store.epoch(), 3, 9));
        assertEquals("none upto 7", again(store.epoch(), 3, 7));
        assertEquals("none upto 50", again(new Epoch(99, 99), 1, 50));
    }

    @Test
    void livesOfWhichReadingsAreHeldAreNamedTheNewestFirst() throws Exception {
        append(1, 2, 3);
        Epoch first = store.epoch();
        close();
        open();
        append(1);
        List<HeldEpoch> held = outbox.held(10);
        assertEquals(store.epoch() + " 1 1, " + first + " 1 3", text(held.get(0)) + ", " + text(held.get(1)));
        assertEquals(1, outbox.held(1).size());
    }

    private static String text(HeldEpoch held) {
        return held.epoch + " " + held.first + " " + held.last;
    }
}
