package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.testing.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A store in a directory of its own, and what the tests of it have in common. */
public abstract class StoreFixture {
    @TempDir
    Path directory;

    final Health health = new Health();

    /** Or it would write into the directory that is being removed. */
    @AfterEach
    void awaitTheEnd() {
        awaitClosed(health);
    }

    Store open(String options, String... destinations) throws ConfigException, StoreException {
        awaitClosed(health);
        return Store.open(config(options), directory, "gw-01", health, destinations);
    }

    static StoreConfig config(String options) throws ConfigException {
        return Config.parse("test", "config gateway\n option id 'gw-01'\nconfig mesh\n option link 'file:/dev/null'\n"
            + "config store\n " + options + "\n").store;
    }

    Connection raw() throws SQLException {
        awaitClosed(health);
        return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Store.FILE_NAME));
    }

    static void append(Store store, List<Reading> appended, int count, Random random) {
        for (int seq = 1; seq <= count; seq++) {
            byte[] payload = new byte[random.nextInt(30)];
            random.nextBytes(payload);
            Reading reading = reading(store, seq, payload);
            assertTrue(store.append(reading));
            appended.add(reading);
        }
    }

    static Reading reading(Store store, long seq, byte[] payload) {
        return new Reading("gw-01", store.epoch(), seq, 1_790_000_000_000L + seq, true, seq, Eui64.of(seq % 7 + 1),
            "udp/5678", payload);
    }

    void awaitCommitted(long count) {
        Await.until(count + " committed readings", 60, () -> health.value(Counter.STORE_COMMITTED) >= count);
    }

    /** Commits what was appended, on a machine that may need longer for it than the store waits. */
    public static void flush(Store store) {
        Await.until("the commit of what was appended", 60, () -> {
            try {
                store.flush();
                return true;
            } catch (StoreBusyException slow) {
                return false;
            } catch (StoreException closed) {
                // Waiting would not help.
                throw new AssertionError(closed.getMessage(), closed);
            }
        });
    }

    /** Waits for the end of a store that was closed, if there was one: its close waits for a slow disk only so long. */
    public static void awaitClosed(Health health) {
        Await.until("the end of the store", 60,
            () -> health.stateOf("store") == null || "closed".equals(health.stateOf("store")));
    }

    static List<Reading> drain(Outbox outbox, int maxReadings, int maxBytes) throws StoreException {
        List<Reading> drained = new ArrayList<>();
        for (Batch batch = outbox.next(null, maxReadings, maxBytes); batch != null;
             batch = outbox.next(null, maxReadings, maxBytes)) {
            drained.addAll(batch.readings);
            outbox.acknowledge(batch);
        }
        assertNull(outbox.next(null, 1, 1));
        return drained;
    }

    static void assertSameReadings(List<Reading> expected, List<Reading> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            ReadingsCodecTest.assertSame(expected.get(i), actual.get(i), "reading " + i);
        }
    }
}
