package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.testing.Await;
import io.slipway.testing.MqttGate;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that is connected and has readings to send does so, whatever else goes wrong, and sleeps meanwhile. */
class UpstreamLivenessTest extends ThroughAGate {
    private static final String POISON = "this one kills";

    @Test
    void whatTheStoreHeldBackWhenTheConnectionCameToStandGoesToo() throws Exception {
        run(List.of(), List.of("order 'live_first'", "batch_readings '10'", QUICK), (gate, gateway, cloud) -> {
            gateway.outbox.commitNumbers(100);
            gateway.outbox.hold(true);
            gateway.start();
            gateway.awaitState("connected");
            long calls = gateway.outbox.calls();
            gateway.outbox.commitNumbers(10);
            Await.until("both lanes to have looked", 60, () -> gateway.outbox.calls() > calls);
            gateway.outbox.hold(false);
            gateway.awaitCursor(110);
            assertEquals(1, gateway.health.value(Counter.UPSTREAM_CONNECTED));
        });
    }

    @Test
    void aQuestionAboutOldReadingsThatTheStoreCannotAnswerDoesNotHoldUpNewOnes() throws Exception {
        run(List.of(), List.of("receipts '1'", "receipt_timeout_s '2'", "batch_readings '10'", QUICK),
            (gate, gateway, cloud) -> {
                gateway.start();
                gateway.awaitState("connected");
                gateway.outbox.forget();
                cloud.send("slipway/gw-01/missing",
                    "{\"epoch\":\"17-9f3a21c4\",\"ranges\":[{\"first\":1,\"last\":5}]}", false);
                gateway.awaitCount(Counter.UPSTREAM_ASKED, 1);
                gateway.outbox.commitNumbers(50);
                cloud.awaitReadings(50);
                Await.until("the cursor to move, not " + gateway.outbox.cursor() + "; " + gateway.state(), 60, () -> {
                    cloud.send("slipway/gw-01/receipt", "{\"epoch\":\"17-9f3a21c4\",\"upto\":50}", false);
                    return gateway.outbox.cursor() == 50;
                });
            });
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void whereTheSubscriptionForReceiptsWasRefusedAnotherConnectionAsksAgain(String version) throws Exception {
        run(List.of(), List.of(version, "receipts '1'", "receipt_timeout_s '1'", "batch_readings '10'", QUICK),
            (gate, gateway, cloud) -> {
                gate.refuseSubscribes(1);
                gateway.outbox.commitNumbers(50);
                gateway.start();
                cloud.awaitReadings(50);
                Await.until("the cursor to move, not " + gateway.outbox.cursor() + "; " + gateway.state(), 60, () -> {
                    cloud.send("slipway/gw-01/receipt", "{\"epoch\":\"17-9f3a21c4\",\"upto\":50}", false);
                    return gateway.outbox.cursor() == 50;
                });
            });
    }

    @Test
    void aReadingOverWhichTheLineBrokeOnceIsNotSetAsideForThoseBeforeIt() throws Exception {
        run(List.of(), List.of("order 'live_first'", "batch_readings '1'", QUICK), (gate, gateway, cloud) -> {
            AtomicInteger cuts = new AtomicInteger();
            // Each time over another one; the last time behind one that got through.
            gate.judge((topic, packet) -> {
                String text = new String(packet, StandardCharsets.ISO_8859_1);
                if (!topic.equals(BATCH) || cuts.get() > 4) {
                    return 0;
                }
                return text.contains("new " + cuts.get()) ? cut(cuts) : 0;
            });
            gateway.outbox.commit("old");
            gateway.outbox.afterLive(() -> {
                if (cuts.get() < 4) {
                    gateway.outbox.commit("new " + cuts.get());
                } else if (cuts.get() == 4) {
                    gateway.outbox.commit("new 4", "new 5");
                }
            });
            gateway.start();
            gateway.awaitCursor(7);
            assertEquals(List.of(), gateway.outbox.aside());
            cloud.awaitReadings(7);
        });
    }

    private static int swallow(AtomicInteger swallowed) {
        swallowed.incrementAndGet();
        return MqttGate.SWALLOW;
    }

    private static long waits() {
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(false, false)) {
            if (thread.getThreadName().equals("upstream-cloud")) {
                return thread.getWaitedCount();
            }
        }
        throw new AssertionError("there is no such thread");
    }

    private static void assertSleeps() {
        long begin = System.nanoTime();
        long before = waits();
        while (System.nanoTime() - begin < 2_000_000_000L) {
            Await.pauseBriefly();
        }
        long after = waits();
        assertTrue(after - before < 100, "it looked " + (after - before) + " times in 2 s");
    }

    @Test
    void whileAWitnessIsOnItsWayTheSenderSleeps() throws Exception {
        run(List.of(), List.of("batch_readings '1'", QUICK), (gate, gateway, cloud) -> {
            AtomicInteger witnesses = new AtomicInteger();
            gate.judge((topic, packet) -> {
                if (!topic.equals(BATCH)) {
                    return 0;
                }
                if (new String(packet, StandardCharsets.ISO_8859_1).contains(POISON)) {
                    return MqttGate.CUT;
                }
                return gateway.health.value(Counter.UPSTREAM_CONNECTED) > 4 && witnesses.incrementAndGet() == 1
                    ? MqttGate.SWALLOW : 0;
            });
            gateway.outbox.commit(POISON);
            gateway.outbox.commitNumbers(20);
            gateway.start();
            Await.until("a witness", 60, () -> witnesses.get() > 0);
            assertSleeps();
        });
    }

    @Test
    void whileABacklogIsHeldBackAndTheWindowIsFullTheSenderSleeps() throws Exception {
        run(List.of(), List.of("order 'live_first'", "batch_readings '10'", QUICK, "window '1'",
            "readings_per_s '10'"), (gate, gateway, cloud) -> {
                AtomicInteger swallowed = new AtomicInteger();
                gate.judge((topic, packet) -> topic.equals(BATCH)
                    && new String(packet, StandardCharsets.ISO_8859_1).contains("new")
                    ? swallow(swallowed) : 0);
                gateway.outbox.commitNumbers(200);
                gateway.start();
                gateway.awaitState("connected, held back");
                gateway.outbox.commit("new");
                Await.until("the new one to go", 60, () -> swallowed.get() > 0);
                assertSleeps();
            });
    }

    @Test
    void whatIsAskedForOnceMoreGoesInPartsWhereTheBrokerTakesNoMore() throws Exception {
        run(List.of("max_packet_size 3000"), List.of("receipts '1'", "batch_readings '200'", QUICK),
            (gate, gateway, cloud) -> {
                gateway.start();
                gateway.awaitState("connected");
                for (int i = 1; i <= 40; i++) {
                    gateway.outbox.commitNumbers(5);
                    cloud.awaitReadings(5 * i);
                    cloud.send("slipway/gw-01/receipt", "{\"epoch\":\"17-9f3a21c4\",\"upto\":200}", false);
                    gateway.awaitCursor(5 * i);
                }
                int before = cloud.arrived().size();
                Await.until("the answer", 60, () -> {
                    if (gateway.health.value(Counter.UPSTREAM_ASKED) < 10) {
                        cloud.send("slipway/gw-01/missing",
                            "{\"epoch\":\"17-9f3a21c4\",\"ranges\":[{\"first\":1,\"last\":200}]}", false);
                    }
                    List<Long> again = cloud.arrived();
                    return new TreeSet<>(again.subList(before, again.size())).size() == 200;
                });
            });
    }

    @Test
    void aBatchThatTakesLongerThanThePatienceGoesInParts() throws Exception {
        run(List.of(), List.of("batch_readings '100'", QUICK, "window '1'", "keep_alive_s '5'",
            "connect_timeout_s '1'", "deflate '0'"), (gate, gateway, cloud) -> {
                gate.bytesPerSecond(600);
                gateway.outbox.commitNumbers(100);
                gateway.start();
                gateway.awaitCursor(100);
            });
    }

    @Test
    void oneAnswerThatNeverComesIsNotForgottenOverOthersThatDo() throws Exception {
        run(List.of(), List.of("batch_readings '10'", QUICK, "keep_alive_s '5'", "connect_timeout_s '1'"),
            (gate, gateway, cloud) -> {
                AtomicInteger states = new AtomicInteger();
                gate.judge(thirdStateUnanswered(states));
                gateway.outbox.commitNumbers(100);
                gateway.start();
                AtomicLong reportedNs = new AtomicLong(System.nanoTime());
                Await.until("the cursor to move, not " + gateway.outbox.cursor(), 60, () -> {
                    if (System.nanoTime() - reportedNs.get() > 1_000_000_000L) {
                        reportedNs.set(System.nanoTime());
                        gateway.report("slipway/gw-01/cmd/1", "sent");
                    }
                    return gateway.outbox.cursor() == 100;
                });
            });
    }
}
