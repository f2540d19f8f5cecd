package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What goes, what stays, and what is said about it, where there is more than there is room for. */
class RetentionTest extends StoreFixture {
    private static final String QUICK = "option commit_interval_ms '10'\n option queue_readings '100000'\n"
        + "option queue_bytes '64M'\n";
    private static final String SMALL = QUICK + "option max_bytes '1M'\n";
    private static final String ALARMS =
        "config retention 'alarms'\n list match '+/coap/alarm/#'\n option priority '8'\n";
    private static final long HOUR_MS = 3_600_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private long seq;

    private Reading noise(Store store, String source) {
        byte[] payload = new byte[40];
        random.nextBytes(payload);
        seq++;
        return new Reading("gw-01", store.epoch(), seq, 1_790_000_000_000L + seq, true, seq, Eui64.of(seq % 7 + 1),
            source, payload);
    }

    /** Every twentieth is an alarm. */
    private List<Reading> fill(Store store, int count) {
        return fill(store, count, 20);
    }

    private List<Reading> fill(Store store, int count, int alarmEvery) {
        List<Reading> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Reading reading = noise(store, random.nextInt(alarmEvery) == 0 ? "coap/alarm/door" : "udp/5678");
            all.add(reading);
            assertTrue(store.append(reading));
            if (i % 500 == 499) {
                flush(store);
            }
        }
        flush(store);
        return all;
    }

    private static List<Reading> alarms(List<Reading> readings) {
        List<Reading> alarms = new ArrayList<>();
        for (Reading reading : readings) {
            if (reading.source.startsWith("coap/alarm")) {
                alarms.add(reading);
            }
        }
        return alarms;
    }

    private static Reading firstOther(List<Reading> readings) {
        for (Reading reading : readings) {
            if (!reading.source.startsWith("coap/alarm")) {
                return reading;
            }
        }
        throw new AssertionError("nothing but alarms");
    }

    private static void assertAscending(List<Reading> readings) {
        for (int i = 1; i < readings.size(); i++) {
            assertTrue(readings.get(i - 1).seq < readings.get(i).seq, readings.get(i) + " is out of order");
        }
    }

    private TreeMap<String, Long> gaps() throws Exception {
        TreeMap<String, Long> gaps = new TreeMap<>();
        try (Connection database = raw(); Statement statement = database.createStatement();
             ResultSet row = statement.executeQuery("SELECT sink, reason, SUM(n), MIN(n > 0 AND n <= last - first + 1)"
                 + " FROM gap GROUP BY sink, reason")) {
            while (row.next()) {
                gaps.put(row.getString(1) + " " + row.getString(2), row.getLong(3));
                assertEquals(1, row.getInt(4), "a gap counts more than its range holds");
            }
        }
        return gaps;
    }

    @Test
    void noMoreReadingsAreHeldThanTheConfigurationSays() throws Exception {
        long held;
        try (Store store = open(QUICK + "option max_readings '10000'")) {
            Outbox outbox = store.outbox("cloud");
            List<Reading> all = fill(store, 30_000);
            held = store.readings();
            assertTrue(held <= 10_000 && held > 8_000, held + " readings, seed " + seed);
            assertEquals(held, outbox.backlog());
            assertSameReadings(all.subList(30_000 - (int) held, 30_000), drain(outbox, 512, 1 << 20));
        }
        assertEquals("{cloud rows=" + (30_000 - held) + "}", gaps().toString());
    }

    @Test
    void whatIsWorthMoreIsCarriedOverAndKeepsItsIdentityAndPlace() throws Exception {
        List<Reading> all;
        List<Reading> left;
        try (Store store = open(SMALL + ALARMS)) {
            Outbox outbox = store.outbox("cloud");
            all = fill(store, 60_000);
            long backlog = outbox.backlog();
            left = drain(outbox, 300, 1 << 20);
            assertEquals(left.size(), backlog, "seed " + seed);
        }
        assertAscending(left);
        assertSameReadings(alarms(all), alarms(left));
        assertTrue(left.size() > alarms(left).size() + 1000 && left.size() < 30_000, left.size() + " left");
        assertEquals("{cloud retention=" + (60_000 - left.size()) + "}", gaps().toString());
        assertEquals(60_000 - left.size(), health.value(Counter.STORE_EXPIRED_UNSENT));
    }

    @Test
    void whatFailsHalfWayIsDoneAgainAndCountedOnce() throws Exception {
        open("").close();
        try (Connection database = raw(); Statement statement = database.createStatement()) {
            statement.execute("CREATE TRIGGER moody BEFORE DELETE ON blk WHEN abs(random()) % 5 = 0"
                + " BEGIN SELECT RAISE(ABORT, 'not now'); END");
        }
        try (Store store = open(SMALL + ALARMS)) {
            Outbox outbox = store.outbox("cloud");
            List<Reading> all = fill(store, 40_000);
            while (health.value(Counter.STORE_COMMITTED) < all.size()) {
                flush(store);
            }
            assertTrue(health.value(Counter.STORE_FAILED) > 0, "seed " + seed);
            long backlog = outbox.backlog();
            List<Reading> left = drain(outbox, 512, 1 << 20);
            assertEquals(left.size(), backlog);
            assertAscending(left);
            assertSameReadings(alarms(all), alarms(left));
            assertEquals(40_000 - left.size(), health.value(Counter.STORE_EXPIRED_UNSENT));
            List<Reading> others = new ArrayList<>(all);
            others.removeAll(alarms(all));
            int othersLeft = left.size() - alarms(all).size();
            assertEquals(others.get(others.size() - othersLeft).seq, firstOther(left).seq, "the oldest went first");
        }
        assertEquals("{cloud retention=" + health.value(Counter.STORE_EXPIRED_UNSENT) + "}", gaps().toString());
    }

    @Test
    void deletingThatFailsBeginsAgainWhereItWas() throws Exception {
        open("").close();
        try (Connection database = raw(); Statement statement = database.createStatement()) {
            statement.execute("CREATE TRIGGER moody BEFORE DELETE ON blk WHEN abs(random()) % 4 = 0"
                + " BEGIN SELECT RAISE(ABORT, 'not now'); END");
        }
        try (Store store = open(SMALL)) {
            Outbox outbox = store.outbox("cloud");
            List<Reading> all = fill(store, 30_000);
            while (health.value(Counter.STORE_COMMITTED) < all.size()) {
                flush(store);
            }
            assertTrue(health.value(Counter.STORE_FAILED) > 0, "seed " + seed);
            List<Reading> left = drain(outbox, 512, 1 << 20);
            assertSameReadings(all.subList(all.size() - left.size(), all.size()), left);
        }
    }

    @Test
    void theBacklogIsRightWhereABatchIsAcknowledgedOfWhichAPartIsGone() throws Exception {
        try (Store store = open(SMALL + ALARMS)) {
            Outbox outbox = store.outbox("cloud");
            fill(store, 1000);
            Batch onItsWay = outbox.next(null, 500, 1 << 20);
            fill(store, 40_000);
            assertTrue(health.value(Counter.STORE_EXPIRED_UNSENT) > 10_000);
            outbox.acknowledge(onItsWay);
            long backlog = outbox.backlog();
            assertEquals(drain(outbox, 512, 1 << 20).size(), backlog, "seed " + seed);
            assertEquals(0, outbox.backlog());
        }
    }

    @Test
    void readingsOfAnEarlierLifeThatWereCarriedOverStillComeFirst() throws Exception {
        List<Reading> all = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
            seq = 0;
            try (Store store = open(SMALL + ALARMS)) {
                store.outbox("cloud");
                all.addAll(fill(store, 12_000));
            }
        }
        try (Store store = open(SMALL + ALARMS)) {
            List<Reading> left = drain(store.outbox("cloud"), 512, 1 << 20);
            assertSameReadings(alarms(all), alarms(left));
            assertEquals(1, left.get(0).epoch.boot());
            assertEquals(0, store.outbox("cloud").backlog());
        }
    }

    @Test
    void whatWasAcknowledgedGoesBeforeAnythingThatWasNot() throws Exception {
        try (Store store = open(SMALL + ALARMS)) {
            Outbox outbox = store.outbox("cloud");
            // Acknowledged alarms would fill the store if they did not go before others that are not acknowledged.
            for (int round = 0; round < 20; round++) {
                fill(store, 3000, 2);
                drain(outbox, 512, 1 << 20);
            }
            List<Reading> fresh = fill(store, 3000, 2);
            assertTrue(health.value(Counter.STORE_EXPIRED) > 40_000);
            assertEquals(0, health.value(Counter.STORE_EXPIRED_UNSENT), "seed " + seed);
            assertSameReadings(fresh, drain(outbox, 512, 1 << 20));
        }
        assertEquals("{}", gaps().toString());
    }

    @Test
    void aDestinationThatIsBehindKeepsWhatAnotherHas() throws Exception {
        try (Store store = open(SMALL)) {
            Outbox quick = store.outbox("quick");
            Outbox slow = store.outbox("slow");
            List<Reading> all = fill(store, 4000);
            drain(quick, 512, 1 << 20);
            assertEquals(4000, slow.backlog());
            all.addAll(fill(store, 4000));
            assertSameReadings(all, drain(slow, 512, 1 << 20));
        }
        assertEquals("{}", gaps().toString());
    }

    @Test
    void aFullStoreThatKeepsWhatItHasRefusesNewReadingsUntilSomeAreAcknowledged() throws Exception {
        long refused;
        try (Store store = open(SMALL + "option policy 'newest'")) {
            Outbox outbox = store.outbox("cloud");
            List<Reading> all = fill(store, 30_000);
            refused = health.value(Counter.STORE_REFUSED);
            assertTrue(refused > 5_000, refused + " refused");
            assertEquals(0, health.value(Counter.STORE_EXPIRED), "seed " + seed);
            assertSameReadings(all.subList(0, 30_000 - (int) refused), drain(outbox, 512, 1 << 20));
            fill(store, 600);
            long refusedSince = health.value(Counter.STORE_REFUSED);
            List<Reading> fresh = fill(store, 2000);
            assertEquals(refusedSince, health.value(Counter.STORE_REFUSED), "it takes new ones again");
            List<Reading> next = drain(outbox, 512, 1 << 20);
            assertSameReadings(fresh, next.subList(next.size() - 2000, next.size()));
            refused = refusedSince;
        }
        assertEquals("{cloud newest=" + refused + "}", gaps().toString());
    }

    @Test
    void whatIsWorthMoreMakesRoomForItselfWhereOthersAreRefused() throws Exception {
        try (Store store = open(SMALL + "option policy 'newest'\n" + ALARMS)) {
            Outbox outbox = store.outbox("cloud");
            List<Reading> all = fill(store, 60_000);
            assertTrue(health.value(Counter.STORE_REFUSED) > 30_000);
            List<Reading> left = drain(outbox, 512, 1 << 20);
            assertSameReadings(alarms(all), alarms(left));
            assertEquals(60_000 - health.value(Counter.STORE_REFUSED) - health.value(Counter.STORE_EXPIRED),
                left.size(), "seed " + seed);
        }
    }

    @Test
    void readingsGoWhenTheGatewayHasRunForTheirAgeAndNotBefore() throws Exception {
        String options = QUICK + "option block_readings '16'\n option max_age_s '7200'\n" + ALARMS;
        try (Store store = open(options)) {
            Outbox outbox = store.outbox("cloud");
            // The wall clock jumps by years to and fro; the monotonic one says ten minutes a reading.
            for (seq = 1; seq <= 160; seq++) {
                long at = seq % 3 == 0 ? 0 : seq % 3 == 1 ? 4_000_000_000_000L : 1_795_000_000_000L;
                store.append(new Reading("gw-01", store.epoch(), seq, at, seq % 3 != 0, seq * HOUR_MS / 6,
                    Eui64.of(1), seq % 5 == 0 ? "coap/alarm/x" : "udp/1", new byte[4]));
                if (seq % 16 == 0) {
                    flush(store);
                    List<Reading> old = new ArrayList<>();
                    for (Batch b = outbox.next(null, 512, 1 << 20); b != null; b = outbox.next(b, 512, 1 << 20)) {
                        old.addAll(b.readings);
                    }
                    // A block goes when its last reading is older than two hours, twelve readings.
                    long goneUpTo = Math.max(0, (seq - 12 - 1) / 16 * 16);
                    long alarmsGone = goneUpTo / 5;
                    assertEquals(seq - goneUpTo + alarmsGone, old.size(), "at " + seq);
                }
            }
            assertTrue(health.value(Counter.STORE_EXPIRED_UNSENT) > 100);
        }
        assertEquals("[cloud age]", gaps().keySet().toString());
    }

    @Test
    void theAgeOfAnEarlierLifeIsTheTimeForWhichTheGatewayRanSince() throws Exception {
        String options = QUICK + "option block_readings '16'\n option max_age_s '36000'\n";
        for (int life = 0; life < 4; life++) {
            try (Store store = open(options)) {
                for (seq = 1; seq <= 16; seq++) {
                    // Four hours in each life; ten hours are over three hours into the fourth for the first's last.
                    store.append(new Reading("gw-01", store.epoch(), seq, life * 4_000_000_000_000L, true,
                        seq * HOUR_MS / 4, Eui64.of(1), "udp/1", new byte[4]));
                }
                flush(store);
                assertEquals(life < 3 ? 16 * (life + 1) : 48, store.readings(), "life " + life);
            }
        }
    }

    @Test
    void livesOfWhichNothingIsLeftAreForgottenAndTheirNumbersNeverComeAgain() throws Exception {
        try (Store store = open("")) {
            fill(store, 10);
        }
        for (int life = 0; life < 150; life++) {
            open("").close();
        }
        seq = 0;
        try (Store store = open("")) {
            assertEquals(152, store.epoch().boot());
            List<Reading> all = fill(store, 10);
            List<Reading> left = drain(store.outbox("cloud"), 512, 1 << 20);
            assertEquals(1, left.get(0).epoch.boot());
            assertSameReadings(all, left.subList(10, 20));
        }
        try (Connection database = raw(); Statement statement = database.createStatement();
             ResultSet row = statement.executeQuery("SELECT COUNT(*), MAX(sid), MIN(sid) FROM strm")) {
            // The first has readings, the second sealed them, the last is this one.
            assertEquals(3, row.getInt(1));
            assertEquals(152, row.getInt(2));
            assertEquals(1, row.getInt(3));
        }
    }

    @Test
    void theRunningTimeOfAForgottenLifeStillMakesOlderReadingsOlder() throws Exception {
        String options = QUICK + "option max_age_s '50400'\n option block_readings '16'\n";
        for (int life = 0; life < 5; life++) {
            try (Store store = open(options)) {
                for (seq = 1; seq <= 16; seq++) {
                    store.append(new Reading("gw-01", store.epoch(), seq, 0, true, seq * HOUR_MS / 4, Eui64.of(1),
                        "udp/1", new byte[4]));
                }
                flush(store);
                assertEquals(life == 0 ? 16 : 32, store.readings(), "life " + life);
            }
            try (Connection database = raw(); Statement statement = database.createStatement()) {
                // Nothing but their time is left of the second and third life: with it the first one's readings are
                // sixteen hours old at the end of the fifth, without it eight.
                statement.execute("DELETE FROM blk WHERE id>>40 IN (2, 3)");
            }
        }
        try (Connection database = raw(); Statement statement = database.createStatement();
             ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM strm WHERE sid IN (2, 3)")) {
            assertEquals(0, row.getInt(1));
        }
    }

    @Test
    void anOldDatabaseIsTakenAsItIs() throws Exception {
        try (Store store = open(SMALL)) {
            fill(store, 1000);
        }
        try (Connection database = raw(); Statement statement = database.createStatement()) {
            statement.execute("UPDATE blk SET cls=32, ran=-1");
            statement.execute("UPDATE strm SET ran=0");
        }
        seq = 0;
        try (Store store = open(SMALL + "option max_age_s '36000'\n" + ALARMS)) {
            Outbox outbox = store.outbox("cloud");
            fill(store, 60_000);
            assertEquals(drain(outbox, 512, 1 << 20).size(), store.readings());
        }
    }
}
