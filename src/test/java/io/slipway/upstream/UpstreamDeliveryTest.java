package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.slipway.health.Counter;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.TcpGate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything arrives, in order, whatever happens to the broker. */
class UpstreamDeliveryTest {
    @TempDir
    private Path dir;

    private static List<Long> upTo(int count) {
        List<Long> seqs = new ArrayList<>();
        for (long seq = 1; seq <= count; seq++) {
            seqs.add(seq);
        }
        return seqs;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void sendsEveryReadingOnceAndInOrder(String version) throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Cloud cloud = Cloud.at(broker.port());
             Gateway gateway = Gateway.to(broker.port(), version, "batch_readings '7'", "batch_age_ms '50'").start()) {
            for (int i = 0; i < 10; i++) {
                gateway.outbox.commitNumbers(50);
            }
            gateway.awaitCursor(500);
            cloud.awaitReadings(500);
            assertEquals(upTo(500), cloud.arrived());
            assertEquals(500, gateway.health.value(Counter.UPSTREAM_READINGS_ACKED));
            assertEquals(0, gateway.health.value(Counter.UPSTREAM_BATCHES_FAILED));
        }
    }

    @Test
    void saysThatNobodySubscribesToTheBatches() throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Gateway gateway = Gateway.to(broker.port(), "batch_age_ms '50'").start()) {
            gateway.outbox.commitNumbers(5);
            gateway.awaitCursor(5);
            long unheard = gateway.health.value(Counter.UPSTREAM_BATCHES_UNHEARD);
            assertTrue(unheard > 0);
            try (Cloud cloud = Cloud.at(broker.port())) {
                gateway.outbox.commitNumbers(5);
                gateway.awaitCursor(10);
                cloud.awaitReadings(5);
            }
            assertEquals(unheard, gateway.health.value(Counter.UPSTREAM_BATCHES_UNHEARD));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"senml+cbor", "senml+json"})
    void namesFormatAndIdentityInTheProperties(String format) throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Cloud cloud = Cloud.at(broker.port());
             Gateway gateway = Gateway.to(broker.port(), "format '" + format + "'", "deflate '1'")) {
            gateway.outbox.commitNumbers(200);
            gateway.start();
            cloud.awaitReadings(200);
            Mqtt5Publish message = cloud.messages("slipway/gw-01/batch").get(0);
            assertEquals("application/" + format, message.getContentType().orElseThrow().toString());
            Map<String, String> properties = new TreeMap<>();
            message.getUserProperties().asList()
                .forEach(property -> properties.put(property.getName().toString(), property.getValue().toString()));
            assertEquals(Map.of("origin", "gw-01", "epoch", "17-9f3a21c4", "first", "1", "last", "200", "count", "200",
                "content-encoding", "deflate"), properties);
            assertEquals(0x78, message.getPayloadAsBytes()[0], "zlib's first byte");
        }
    }

    @Test
    void leavesASmallPackAsItIsWhereDeflatingWouldNotPay() throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Cloud cloud = Cloud.at(broker.port());
             Gateway gateway = Gateway.to(broker.port(), "deflate '1'", "batch_age_ms '0'").start()) {
            gateway.outbox.commitNumbers(1);
            cloud.awaitReadings(1);
            assertTrue(cloud.messages("slipway/gw-01/batch").get(0).getUserProperties().asList().stream()
                .noneMatch(property -> property.getName().toString().equals("content-encoding")));
        }
    }

    @Test
    void waitsForABrokerThatIsNotThereYet() throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true");
             TcpGate gate = new TcpGate(broker.port());
             Gateway gateway = Gateway.to(gate.port(), "batch_readings '10'").start()) {
            gateway.outbox.commitNumbers(95);
            gateway.awaitState("waiting: ");
            gateway.awaitCount(Counter.UPSTREAM_DISCONNECTED, 3);
            broker.start();
            try (Cloud cloud = Cloud.at(broker.port())) {
                gate.open();
                gateway.awaitCursor(95);
                gateway.awaitState("connected");
                cloud.awaitReadings(95);
                assertEquals(upTo(95), cloud.arrived());
            }
        }
    }

    @Test
    void letsABatchWaitForCompanyUntilItIsOldEnough() throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Cloud cloud = Cloud.at(broker.port());
             Gateway gateway = Gateway.to(broker.port(), "batch_age_ms '700'", "batch_readings '100'").start()) {
            gateway.awaitState("connected");
            int rounds = 0;
            int before;
            long tookNs;
            do {
                rounds++;
                before = cloud.messages("slipway/gw-01/batch").size();
                long began = System.nanoTime();
                for (int i = 0; i < 30; i++) {
                    gateway.outbox.commitNumbers(1);
                }
                tookNs = System.nanoTime() - began;
                cloud.awaitReadings(30 * rounds);
                // Where that took longer than a batch waits, there were rightly more of them.
            } while (tookNs >= 700_000_000L && rounds < 20);
            assertEquals(before + 1, cloud.messages("slipway/gw-01/batch").size());
        }
    }

    @Test
    void sendsAFullBatchAtOnceHoweverLongOthersMayWait() throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Gateway gateway = Gateway.to(broker.port(), "batch_age_ms '3600000'", "batch_readings '10'").start()) {
            gateway.outbox.commitNumbers(25);
            gateway.awaitCursor(20);
            gateway.outbox.commitNumbers(4);
            gateway.outbox.commitNumbers(1);
            gateway.awaitCursor(30);
            assertEquals(3, gateway.health.value(Counter.UPSTREAM_BATCHES_SENT));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt '5'", "mqtt '3.1.1'"})
    void losesNothingWhenTheBrokerIsKilledAgainAndAgain(String version) throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        // The subscriber gets a message before its sender's PUBACK: what it lacks then was not acknowledged either.
        Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
        Cloud cloud = Cloud.at(broker.port());
        try (TcpGate gate = new TcpGate(broker.port());
             Gateway gateway = Gateway.to(gate.port(), version, "batch_readings '3'", "batch_age_ms '0'").start()) {
            gate.open();
            int committed = 0;
            for (int round = 0; round < 6; round++) {
                int count = 100 + random.nextInt(400);
                gateway.outbox.commitNumbers(count);
                long kill = gateway.outbox.cursor() + random.nextInt(count);
                committed += count;
                Await.until("the cursor to pass " + kill, 30,
                    () -> gateway.outbox.cursor() >= kill);
                broker.kill();
                gate.shut();
                broker.start();
                cloud = cloud.again(broker.port());
                gate.open();
            }
            gateway.awaitCursor(committed);
            cloud.awaitReadings(committed);
            assertEquals(upTo(committed), cloud.firstArrivals(), "seed " + seed);
            assertTrue(gateway.health.value(Counter.UPSTREAM_CONNECTED) >= 6);
        } finally {
            cloud.close();
            broker.close();
        }
    }

    @Test
    void sleepsWhenThereIsNothingToDo() throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Gateway gateway = Gateway.to(broker.port(), "batch_age_ms '0'").start()) {
            gateway.outbox.commitNumbers(1);
            gateway.awaitCursor(1);
            for (int i = 2; i <= 20; i++) {
                gateway.outbox.commitNumbers(1);
                gateway.awaitCursor(i);
            }
            // At most: the batch, what follows it, its acknowledgement, and one more look.
            assertTrue(gateway.outbox.calls() <= 20 * 4, gateway.outbox.calls() + " calls for 20 readings");
        }
    }
}
