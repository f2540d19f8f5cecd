package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.store.Outbox;
import io.slipway.store.Store;
import io.slipway.testing.Await;
import io.slipway.testing.MqttGate;
import io.slipway.testing.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store on the disk, a real broker, and what goes first, how much, and when it counts as arrived. */
class StoreAndForwardTest {
    private static final String LIVE_FIRST = "order 'live_first'";
    private static final String QUICK = "batch_age_ms '0'";
    private static final String GAP = "slipway/gw-01/gap";
    private static final String RECEIPT = "slipway/gw-01/receipt";
    private static final String MISSING = "slipway/gw-01/missing";

    @TempDir
    private Path dir;

    private Mosquitto broker() throws Exception {
        return new Mosquitto(dir, "allow_anonymous true", "max_queued_messages 0", "max_topic_alias 0").start();
    }

    @Test
    void newReadingsGoAtOnceWhileTheBacklogDrainsBesideThem() throws Exception {
        try (Mosquitto broker = broker(); Cloud cloud = Cloud.at(broker.port());
             MqttGate gate = new MqttGate(broker.port(), 1);
             Site site = new Site(dir, gate.port(), LIVE_FIRST, QUICK, "batch_readings '50'").open()) {
            site.append(40_000);
            site.flush();
            gate.bytesPerSecond(20_000);
            site.start();
            awaitBacklog(site, 0);
            for (int i = 0; i < 5; i++) {
                site.append(1);
                site.flush();
                String id = site.store().epoch() + "/" + (40_001 + i);
                Await.until("reading " + id, 30, () -> cloud.identities().contains(id));
                assertTrue(site.outbox().backlog() > 5000, "it came with the backlog, " + site.outbox().backlog());
            }
            gate.bytesPerSecond(0);
            site.awaitDrained(60);
            cloud.awaitReadings(40_005);
            assertEquals(40_005, cloud.identities().size(), "nothing came twice");
        }
    }

    @Test
    void aBacklogLeavesAQuarterOfTheWindowFree() throws Exception {
        try (Mosquitto broker = broker(); MqttGate gate = new MqttGate(broker.port(), 1);
             Site site = new Site(dir, gate.port(), LIVE_FIRST, QUICK, "batch_readings '20'", "window '8'").open()) {
            site.append(2000);
            site.flush();
            gate.delayAcks(80);
            site.start();
            site.awaitDrained(60);
            // Six batches, and the state that is sent at first.
            assertTrue(gate.mostInFlight() <= 7, gate.mostInFlight() + " in flight");
        }
    }

    @Test
    void aRestartInTheMiddleSendsNothingTwiceAndForgetsNothing() throws Exception {
        try (Mosquitto broker = broker(); Cloud cloud = Cloud.at(broker.port());
             MqttGate gate = new MqttGate(broker.port(), 1);
             Site site = new Site(dir, gate.port(), LIVE_FIRST, QUICK, "batch_readings '50'", "window '8'").open()) {
            int answered = 0;
            int cutShort = 0;
            while (answered < 4 && cutShort < 8) {
                site.append(2000);
                site.flush();
                gate.bytesPerSecond(20_000);
                long sentBefore = site.count(Counter.UPSTREAM_BATCHES_SENT);
                site.start();
                awaitBacklog(site, sentBefore);
                site.append(20);
                site.flush();
                String last = site.store().epoch() + "/2020";
                Await.until("the newest", 60, () -> cloud.identities().contains(last));
                gate.bytesPerSecond(0);
                if (site.stop()) {
                    answered++;
                } else {
                    cutShort++;
                }
                site.open();
            }
            assertEquals(4, answered, "stops in which every answer came, of " + (answered + cutShort));
            site.start();
            site.awaitDrained(60);
            cloud.awaitReadings(2020);
            Await.until("everything", 30, () -> new TreeSet<>(cloud.identities()).equals(site.appended));
            int twice = cloud.identities().size() - site.appended.size();
            assertTrue(twice <= cutShort * 8 * 50, twice + " came twice, but an orderly stop repeats nothing");
        }
    }

    @Test
    void aSingleSlotGoesToWhatIsNewAndElseToTheBacklog() throws Exception {
        try (Mosquitto broker = broker(); Cloud cloud = Cloud.at(broker.port());
             Site site = new Site(dir, broker.port(), LIVE_FIRST, "window '1'", "batch_readings '7'").open()) {
            site.append(500);
            site.flush();
            site.start();
            site.append(100);
            site.awaitDrained(60);
            Await.until("everything", 30, () -> new TreeSet<>(cloud.identities()).equals(site.appended));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes_per_s '2k'", "readings_per_s '40'"})
    void aCapHoldsBackAndTheStateSaysWhich(String cap) throws Exception {
        try (Mosquitto broker = broker(); Cloud cloud = Cloud.at(broker.port());
             MqttGate gate = new MqttGate(broker.port(), 1);
             Site site = new Site(dir, gate.port(), cap, QUICK).open()) {
            site.append(200);
            site.flush();
            long begin = System.nanoTime();
            site.start();
            site.awaitState("connected, held back by " + cap.substring(0, cap.indexOf(' ')));
            Await.until("the seconds to wait", 10, () -> site.health.gaugeValue("held_back_s_cloud") > 0);
            site.awaitDrained(60);
            double seconds = (System.nanoTime() - begin) / 1e9;
            // What went is at most a second's burst and the rate from then on: the bucket's law, not a timing.
            if (cap.startsWith("bytes")) {
                assertTrue(gate.bytesUp() <= 2048 * (1 + seconds) + 300, gate.bytesUp() + " bytes, " + seconds + " s");
            } else {
                assertTrue(200 <= 40 * (1 + seconds), "200 readings in " + seconds + " s");
            }
            Await.until("everything", 30, () -> cloud.identities().size() == 200);
        }
    }

    @Test
    void theBytesOfAnHourAreKeptToOverRestartsToo() throws Exception {
        int lives = 5;
        try (Mosquitto broker = broker(); MqttGate gate = new MqttGate(broker.port(), 1);
             Site site = new Site(dir, gate.port(), "bytes_per_hour '64k'", QUICK).open()) {
            long begin = System.nanoTime();
            for (int life = 0; life < lives; life++) {
                site.append(2000);
                site.flush();
                site.start();
                site.awaitState("connected, held back by bytes_per_hour");
                site.stop();
                site.open();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            // The law of the bucket; connecting, saying so and taking leave are charged, and not held back.
            double most = 0.9 * (64 << 10) / 3600 * seconds + lives * 500;
            assertTrue(gate.bytesUp() <= most, gate.bytesUp() + " bytes in " + seconds + " s");
        }
    }

    @Test
    void aCapLeavesRoomForWhatIsNew() throws Exception {
        try (Mosquitto broker = broker(); Cloud cloud = Cloud.at(broker.port());
             Site site = new Site(dir, broker.port(), "bytes_per_s '4k'", LIVE_FIRST, QUICK).open()) {
            site.append(20_000);
            site.flush();
            site.start();
            site.awaitState("connected, held back by bytes_per_s");
            for (int i = 1; i <= 5; i++) {
                site.append(1);
                site.flush();
                String id = site.store().epoch() + "/" + (20_000 + i);
                Await.until("the newest", 60, () -> cloud.identities().contains(id));
            }
            assertTrue(site.outbox().backlog() > 10_000);
        }
    }

    @Test
    void onlyAReceiptMovesTheCursorAndWhatNobodyConfirmsComesAgain() throws Exception {
        try (Mosquitto broker = broker(); Cloud cloud = Cloud.at(broker.port());
             Site site = new Site(dir, broker.port(), "receipts '1'", "receipt_timeout_s '1'", "batch_readings '10'",
                 QUICK).open()) {
            site.append(100);
            site.flush();
            site.start();
            cloud.awaitReadings(80);
            site.awaitState("waiting: no receipt for 1 s");
            assertEquals(100, site.outbox().backlog());
            assertEquals(1, site.count(Counter.UPSTREAM_CONNECTED), "the connection stands");
            cloud.send(RECEIPT, "rubbish", false);
            // A receipt for more than was sent moves the cursor over what was sent.
            Await.until("the cursor to move", 30, () -> {
                cloud.send(RECEIPT, "{\"epoch\":\"" + site.store().epoch() + "\",\"upto\":50}", false);
                return site.outbox().backlog() == 50;
            });
            Await.until("the rest", 30, () -> {
                cloud.send(RECEIPT, "{\"epoch\":\"" + site.store().epoch()
                    + "\",\"ranges\":[{\"first\":51,\"last\":99999}]}", false);
                return site.outbox().backlog() == 0;
            });
            assertTrue(site.count(Counter.UPSTREAM_BATCHES_SENT) > 10);
            assertEquals(1, site.count(Counter.UPSTREAM_RECEIPTS_BAD));
            // With the answer to this, every receipt has been looked at that was sent once more while the first worked.
            cloud.send(MISSING, "{\"epoch\":\"" + site.store().epoch()
                + "\",\"ranges\":[{\"first\":1,\"last\":1}]}", false);
            Await.until("the answer", 30, () -> site.count(Counter.UPSTREAM_RESENT) == 1);
            site.append(10);
            site.flush();
            Await.until("the next readings", 30, () -> cloud.identities().contains(site.store().epoch() + "/110"));
            assertEquals(10, site.outbox().backlog(), "a receipt is not for what was not sent then");
        }
    }

    @Test
    void tellsOfReadingsThatWillNotComeOnceAndNotAgainAfterARestart() throws Exception {
        try (Mosquitto broker = broker(); Cloud cloud = Cloud.at(broker.port());
             MqttGate gate = new MqttGate(broker.port(), 1);
             Site site = new Site(dir, gate.port(), QUICK, "batch_readings '5'").open()) {
            AtomicInteger gaps = new AtomicInteger();
            gate.judge((topic, packet) -> topic.equals(GAP) && gaps.incrementAndGet() == 1 ? 0x97
                : new String(packet).contains("poison") ? 0x99 : 0);
            site.start();
            site.append(20);
            site.append(3, "poison");
            site.append(20);
            site.awaitDrained(30);
            Outbox outbox = site.outbox();
            Await.until("a refused report", 40, () -> gaps.get() > 0);
            assertTrue(outbox.backlog() == 0, "it holds up nothing");
            // The next connection tells it again.
            gate.cut();
            Await.until("the report", 40, () -> !cloud.texts(GAP).isEmpty());
            assertEquals("{\"origin\":\"gw-01\",\"epoch\":\"" + site.store().epoch()
                + "\",\"first\":21,\"last\":23,\"n\":3,\"reason\":\"refused\"}", last(cloud.texts(GAP)));
            Await.until("the end of it", 30, () -> !outbox.hasGaps());
            int told = cloud.texts(GAP).size();
            site.stop();
            site.open().start();
            site.append(5);
            site.awaitDrained(30);
            Await.until("the readings", 30, () -> cloud.identities().contains(site.store().epoch() + "/5"));
            assertEquals(told, cloud.texts(GAP).size());
            assertFalse(site.outbox().hasGaps());
        }
    }

    @Test
    void tellsOnceOfGapsWhoseSizeNobodyKnows() throws Exception {
        try (Mosquitto broker = broker(); Cloud cloud = Cloud.at(broker.port());
             Site site = new Site(dir, broker.port(), QUICK).open()) {
            site.start();
            site.append(20);
            site.awaitDrained(30);
            String epoch = site.store().epoch().toString();
            site.stop();
            Path database = dir.resolve("data").resolve(Store.FILE_NAME);
            try (Connection raw = DriverManager.getConnection("jdbc:sqlite:" + database);
                 Statement statement = raw.createStatement()) {
                statement.execute("INSERT INTO gap(sink, rec_sid, first, last, n, reason) VALUES('cloud',"
                    + " (SELECT MAX(sid) FROM strm), 4711, 9007199254740991, 0, 'damage')");
            }
            site.open().start();
            Await.until("the report", 40, () -> !cloud.texts(GAP).isEmpty());
            assertEquals("{\"origin\":\"gw-01\",\"epoch\":\"" + epoch
                + "\",\"first\":4711,\"last\":null,\"n\":null,\"reason\":\"damage\"}", last(cloud.texts(GAP)));
            Await.until("the end of it", 30, () -> !site.outbox().hasGaps());
            site.stop();
            // Now nobody can say any more whose readings there were.
            Files.write(database, new byte[(int) Files.size(database)]);
            site.open().start();
            Await.until("another report", 40, () -> cloud.texts(GAP).size() > 1);
            assertEquals("{\"origin\":\"gw-01\",\"epoch\":null,\"first\":null,\"last\":null,\"n\":null,"
                + "\"reason\":\"damage\"}", last(cloud.texts(GAP)));
            Await.until("the end of that", 30, () -> !site.outbox().hasGaps());
            site.stop();
            site.open().start();
            site.append(5);
            site.awaitDrained(30);
            Await.until("the readings", 30, () -> cloud.identities().contains(site.store().epoch() + "/5"));
            assertEquals(2, cloud.texts(GAP).size(), "told again after a restart");
        }
    }

    @Test
    void whatIsSetAsideStaysInTheStore() throws Exception {
        try (Mosquitto broker = broker(); Cloud cloud = Cloud.at(broker.port());
             MqttGate gate = new MqttGate(broker.port(), 1);
             Site site = new Site(dir, gate.port(), QUICK).open()) {
            gate.judge((topic, packet) -> new String(packet).contains("poison") ? 0x99 : 0);
            site.start();
            site.append(10);
            site.append(1, "poison");
            site.append(10);
            site.awaitDrained(30);
            Await.until("the others", 30, () -> new TreeSet<>(cloud.arrived()).size() == 20);
            assertEquals(21, site.store().readings());
            List<Long> seqs = new ArrayList<>(new TreeSet<>(cloud.arrived()));
            assertFalse(seqs.contains(11L), seqs.toString());
        }
    }

    /** With the first batch it is settled where the backlog ends; when the state says "connected", it may not be. */
    private static void awaitBacklog(Site site, long sentBefore) {
        Await.until("the backlog to begin", 30, () -> site.count(Counter.UPSTREAM_BATCHES_SENT) > sentBefore);
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }
}
