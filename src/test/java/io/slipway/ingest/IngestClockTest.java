package io.slipway.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IngestClockTest {
    private final List<Reading> journal = new ArrayList<>();
    private final List<String> live = new ArrayList<>();

    /** Stands in 1970 until it is set, which happens right after it was looked at. */
    private static final class SetMeanwhile implements Clock {
        private final SystemClock real = new SystemClock(null);
        private long wall = 5000;

        @Override
        public long wall() {
            long before = wall;
            wall = 4_000_000_000_000L;
            return before;
        }

        @Override
        public boolean isTrusted(long time) {
            return real.isTrusted(time);
        }

        @Override
        public long mono() {
            return real.mono();
        }
    }

    @Test
    void aTimeFromBeforeTheClockWasSetIsNotToBeTrusted() {
        Ingest ingest = ingest(new SetMeanwhile());
        ingest.accept(Eui64.LAN, "udp/1", new byte[0]);
        ingest.accept(Eui64.LAN, "udp/1", new byte[0]);
        assertEquals(5000, journal.get(0).at);
        assertFalse(journal.get(0).clockOk);
        assertTrue(journal.get(1).clockOk);
    }

    @Test
    void whateverTheClockSaysTheReadingGoesOnItsWay() {
        long[] times = {Long.MIN_VALUE, -62_167_219_200_001L, -1, 0, 4_294_967_296_000L, 253_402_300_800_000L,
            Long.MAX_VALUE};
        for (long time : times) {
            ingest(new Clock() {
                @Override
                public long wall() {
                    return time;
                }

                @Override
                public boolean isTrusted(long wall) {
                    return true;
                }

                @Override
                public long mono() {
                    return 0;
                }
            }).accept(Eui64.LAN, "udp/1", new byte[0]);
        }
        assertEquals(times.length, journal.size());
        assertEquals(times.length, live.size());
    }

    private Ingest ingest(Clock clock) {
        return new Ingest("gw-01", new Epoch(1, 2), clock, List.of(),
            (topic, payload) -> live.add(new String(payload, StandardCharsets.UTF_8)), journal::add, new Health());
    }
}
