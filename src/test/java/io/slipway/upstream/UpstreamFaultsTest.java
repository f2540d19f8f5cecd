package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.testing.Await;
import io.slipway.testing.MqttGate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A line and a broker that do everything that they may, and some things that they may not. */
class UpstreamFaultsTest extends ThroughAGate {
    private static final String POISON = "this one kills";

    private static List<Long> upTo(int count) {
        List<Long> seqs = new ArrayList<>();
        for (long seq = 1; seq <= count; seq++) {
            seqs.add(seq);
        }
        return seqs;
    }

    /** Poison among numbers, each batch with it being treated in a way. */
    private static int judge(String topic, byte[] packet, int verdict) {
        return topic.isEmpty() || topic.equals(BATCH)
            ? new String(packet, StandardCharsets.ISO_8859_1).contains(POISON) ? verdict : 0 : 0;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void acknowledgementsMayComeLateAndInAnyOrder(String version) throws Exception {
        run(List.of("max_inflight_messages 0"), List.of(version, "batch_readings '5'", QUICK),
            (gate, gateway, cloud) -> {
                gate.delayAcks(60);
                gateway.outbox.commitNumbers(500);
                gateway.start();
                gateway.awaitCursor(500);
                cloud.awaitReadings(500);
                assertEquals(upTo(500), cloud.arrived(), "nothing came twice, seed " + seed);
                assertTrue(gate.mostInFlight() > 4, gate.mostInFlight() + " in flight");
            });
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void acknowledgementsMayGetLostOrComeTwice(String version) throws Exception {
        run(List.of(), List.of(version, "batch_readings '20'", QUICK, "keep_alive_s '5'", "connect_timeout_s '1'"),
            (gate, gateway, cloud) -> {
                gate.dropAcks(2);
                gate.duplicateAcks(3);
                gateway.outbox.commitNumbers(1000);
                gateway.start();
                gateway.awaitCursor(1000);
                cloud.awaitReadings(1000);
                assertEquals(upTo(1000), cloud.firstArrivals(), "seed " + seed);
            });
    }

    @Test
    void aLineThatIsGoneAndNobodySaysSoIsGivenUp() throws Exception {
        run(List.of(), List.of("batch_readings '10'", QUICK, "keep_alive_s '5'", "connect_timeout_s '1'"),
            (gate, gateway, cloud) -> {
                gateway.start();
                gateway.outbox.commitNumbers(100);
                gateway.awaitCursor(100);
                gate.deaf(true);
                gateway.outbox.commitNumbers(100);
                gateway.awaitState("waiting: ");
                assertEquals(100, gateway.outbox.cursor());
                gate.deaf(false);
                gateway.awaitCursor(200);
                cloud.awaitReadings(200);
                assertEquals(upTo(200), cloud.firstArrivals());
            });
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void aStateThatNobodyAnswersDoesNotHoldUpTheReadingsThatWaitForIt(String version) throws Exception {
        run(List.of(), List.of(version, "batch_readings '10'", QUICK, "keep_alive_s '5'", "connect_timeout_s '1'"),
            (gate, gateway, cloud) -> {
                AtomicInteger states = new AtomicInteger();
                gate.judge(thirdStateUnanswered(states));
                gateway.outbox.commitNumbers(100);
                gateway.start();
                gateway.awaitCursor(100);
                cloud.awaitReadings(100);
                assertEquals(upTo(100), cloud.firstArrivals());
                assertTrue(states.get() >= 4, states + " connections");
            });
    }

    @Test
    void whereNothingNewComesAfterTheAccusedReadingsTheOldOnesGo() throws Exception {
        run(List.of(), List.of("order 'live_first'", "batch_readings '1'", QUICK), (gate, gateway, cloud) -> {
            AtomicInteger cuts = new AtomicInteger();
            // Twice beside others, and twice alone as the suspect: then the broker's breaking off is laid to the lane.
            gate.judge((topic, packet) -> topic.equals(BATCH) && cuts.get() < 4
                && new String(packet, StandardCharsets.ISO_8859_1).contains("new " + cuts.get())
                ? cut(cuts) : 0);
            gateway.outbox.commit("old");
            gateway.outbox.afterLive(() -> {
                if (cuts.get() < 4) {
                    gateway.outbox.commit("new " + cuts.get());
                }
            });
            gateway.start();
            gateway.awaitCount(Counter.UPSTREAM_CONNECTED, 5);
            gateway.awaitCursor(5);
            cloud.awaitReadings(5);
            assertEquals(new TreeSet<>(upTo(5)), new TreeSet<>(cloud.arrived()));
            assertEquals(List.of(), gateway.outbox.aside());
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theBrokersReceiveMaximumIsKept(int most) throws Exception {
        run(List.of("max_inflight_messages " + most), List.of("batch_readings '3'", QUICK, "window '16'"),
            (gate, gateway, cloud) -> {
                gate.delayAcks(5);
                gateway.outbox.commitNumbers(300);
                gateway.start();
                gateway.awaitCursor(300);
                // Mosquitto drops the client that does not keep to it.
                assertEquals(0, gateway.health.value(Counter.UPSTREAM_DISCONNECTED));
                assertEquals(most, gate.mostInFlight());
            });
    }

    @Test
    void nothingWaitsInALibrarysQueueForTheBrokersReceiveMaximum() throws Exception {
        run(List.of("max_inflight_messages 2"), List.of("batch_readings '3'", QUICK, "window '16'", "keep_alive_s '5'",
            "connect_timeout_s '1'"), (gate, gateway, cloud) -> {
                gate.dropAcks(100);
                gateway.outbox.commitNumbers(300);
                gateway.start();
                gateway.awaitCount(Counter.UPSTREAM_BATCHES_SENT, 2);
                gateway.awaitState("waiting: nothing acknowledged");
                // The next connection may have begun by now, with two of its own.
                long sent = gateway.health.value(Counter.UPSTREAM_BATCHES_SENT);
                long connections = gateway.health.value(Counter.UPSTREAM_CONNECTED);
                assertTrue(sent <= 2 * connections, sent + " batches over " + connections + " connections");
            });
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x83, 0x87, 0x91, 0x97})
    void whatIsRefusedForNowIsSentAgainAndNotAtFullSpeed(int reason) throws Exception {
        AtomicInteger refusals = new AtomicInteger();
        run(List.of(), List.of("batch_readings '10'", QUICK, "window '1'"), (gate, gateway, cloud) -> {
            gate.judge((topic, packet) -> judge(topic, packet, refusals.incrementAndGet() > 8 ? 0 : reason));
            gateway.outbox.commit(POISON);
            gateway.outbox.commitNumbers(30);
            long begin = System.nanoTime();
            gateway.start();
            gateway.awaitState("waiting: publish refused");
            gateway.awaitCursor(31);
            cloud.awaitReadings(31);
            // 100, 200, 400, 400 … ms, each at least half of that.
            assertTrue(System.nanoTime() - begin > 1_000_000_000L, "refused 8 times at full speed");
            assertEquals(upTo(31), cloud.firstArrivals());
            assertEquals(List.of(), gateway.outbox.aside());
            assertEquals(1, gateway.health.value(Counter.UPSTREAM_CONNECTED), "the connection stands");
        });
    }

    @Test
    void theOneReadingThatABrokerNeverTakesIsFoundAndSetAside() throws Exception {
        run(List.of(), List.of("batch_readings '64'"), (gate, gateway, cloud) -> {
            gate.judge((topic, packet) -> judge(topic, packet, 0x99));
            gateway.outbox.commitNumbers(40);
            gateway.outbox.commit(POISON);
            gateway.outbox.commitNumbers(160);
            gateway.start();
            gateway.awaitCursor(201);
            cloud.awaitReadings(200);
            assertEquals(List.of(41L), gateway.outbox.aside());
            assertEquals(200, new TreeSet<>(cloud.arrived()).size());
            assertEquals(1, gateway.health.value(Counter.UPSTREAM_READINGS_SET_ASIDE));
        });
    }

    @Test
    void aBatchWhoseTopicTheBrokerNeverTakesIsSetAsideWholeAndDoesNotBlockTheRest() throws Exception {
        run(List.of(), List.of("batch_readings '10'"), (gate, gateway, cloud) -> {
            gate.judge((topic, packet) -> judge(topic, packet, 0x90));
            gateway.outbox.commitNumbers(10);
            gateway.outbox.commit(POISON);
            gateway.outbox.commitNumbers(29);
            gateway.start();
            gateway.awaitCursor(40);
            cloud.awaitReadings(30);
            assertEquals(upTo(20).subList(10, 20), gateway.outbox.aside());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void theReadingOverWhichTheBrokerGoesAgainAndAgainIsFoundAndSetAside(String version) throws Exception {
        run(List.of(), List.of(version, "batch_readings '16'"), (gate, gateway, cloud) -> {
            gate.judge((topic, packet) -> judge(topic, packet, MqttGate.CUT));
            gateway.outbox.commitNumbers(20);
            gateway.outbox.commit(POISON, POISON);
            gateway.outbox.commitNumbers(60);
            gateway.start();
            gateway.awaitCursor(82);
            cloud.awaitReadings(80);
            assertEquals(List.of(21L, 22L), gateway.outbox.aside());
            assertEquals(80, new TreeSet<>(cloud.arrived()).size());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'|message_size_limit 1500", "mqtt '3.1.1'|max_packet_size 2000"})
    void mosquittoWithALimitThatItDoesNotAnnounceGetsWhatItTakes(String versionAndLimit) throws Exception {
        String[] parts = versionAndLimit.split("\\|");
        run(List.of(parts[1]), List.of(parts[0], "batch_readings '16'"), (gate, gateway, cloud) -> {
            gateway.outbox.commitNumbers(20);
            gateway.outbox.commit("x".repeat(3000));
            gateway.outbox.commitNumbers(20);
            gateway.start();
            gateway.awaitCursor(41);
            cloud.awaitReadings(40);
            assertEquals(List.of(21L), gateway.outbox.aside());
        });
    }

    @Test
    void aLineThatKeepsBreakingSetsNothingAside() throws Exception {
        run(List.of(), List.of("batch_readings '4'", QUICK), (gate, gateway, cloud) -> {
            AtomicInteger cuts = new AtomicInteger();
            // Over what comes first each time: a line that lets something through is no such line.
            gate.judge((topic, packet) -> topic.equals(BATCH) && cuts.incrementAndGet() <= 12 ? MqttGate.CUT : 0);
            gateway.outbox.commitNumbers(60);
            gateway.start();
            gateway.awaitCursor(60);
            cloud.awaitReadings(60);
            assertEquals(new TreeSet<>(upTo(60)), new TreeSet<>(cloud.arrived()));
            assertEquals(List.of(), gateway.outbox.aside());
        });
    }

    @Test
    void theBytesOfTheBatchesAreCountedAsTheyGoOverTheLine() throws Exception {
        run(List.of(), List.of("batch_readings '10'"), (gate, gateway, cloud) -> {
            AtomicInteger counted = new AtomicInteger();
            gate.judge((topic, packet) -> {
                counted.addAndGet(topic.equals(BATCH) ? packet.length : 0);
                return 0;
            });
            gateway.outbox.commitNumbers(200);
            gateway.start();
            gateway.awaitCursor(200);
            // Three bytes a batch are for a topic alias, which this broker does not want.
            assertEquals(counted.get() + 20 * 3, gateway.health.value(Counter.UPSTREAM_BYTES_SENT));
        });
    }

    @Test
    void readingsThatWereSetAsideDoNotStopTheGateway() throws Exception {
        run(List.of(), List.of("batch_readings '2'", QUICK), (gate, gateway, cloud) -> {
            gate.judge((topic, packet) -> judge(topic, packet, 0x99));
            gateway.outbox.commit(POISON, POISON, POISON);
            gateway.start();
            gateway.awaitCursor(3);
            gateway.outbox.commitNumbers(3);
            cloud.awaitReadings(3);
            Await.until("connected", 10, () -> gateway.state().equals("connected"));
        });
    }
}
