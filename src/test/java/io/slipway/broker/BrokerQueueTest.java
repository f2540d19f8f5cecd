package io.slipway.broker;

import static io.slipway.broker.RawClient.CONNACK;
import static io.slipway.broker.RawClient.PUBACK;
import static io.slipway.broker.RawClient.PUBLISH;
import static io.slipway.broker.RawClient.SUBACK;
import static io.slipway.broker.RawClient.connect;
import static io.slipway.broker.RawClient.reply;
import static io.slipway.broker.RawClient.subscribe5;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What slow and absent subscribers cost: a bounded amount, counted, and nobody else pays. */
class BrokerQueueTest {
    private static final int FLOOD = 20_000;
    private static final String[] SMALL = {"client_queue '100'", "client_queue_bytes '16k'"};

    static byte[] payload(int number, int length) {
        StringBuilder text = new StringBuilder(length).append(number).append(' ');
        while (text.length() < length) {
            text.append('x');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static int number(RawClient.Packet packet) {
        String text = packet.text();
        return Integer.parseInt(text.substring(0, text.indexOf(' ')));
    }

    /** Publishes 0, 1 … to the topic, each as soon as the broker takes it. */
    private static void flood(RunningBroker running, String topic, int count, int length, int qos) {
        for (int i = 0; i < count; i++) {
            byte[] payload = payload(i, length);
            RunningBroker.await("message " + i + " is taken",
                () -> running.broker.publish(topic, payload, qos, false));
        }
    }

    @Test
    void subscriberThatNeverAcknowledgesHoldsAsManyMessagesAsItMay() throws IOException {
        for (int qos = 1; qos <= 2; qos++) {
            try (RunningBroker running = new RunningBroker(SMALL[0]);
                 RawClient deaf = running.client().connected("deaf", true).subscribed("a", qos)) {
                List<Integer> ids = new ArrayList<>();
                try (RawClient healthy = running.client().connected("healthy", true).subscribed("b", 1)) {
                    flood(running, "a", FLOOD, 100, 2);
                    RunningBroker.await("all but the held are dropped",
                        () -> running.count(Counter.BROKER_QUEUE_DROPPED) == FLOOD - 100);
                    flood(running, "b", 1, 10, 1);
                    assertEquals(0, number(healthy.expect(PUBLISH)));
                }
                for (int i = 0; i < 20; i++) {
                    RawClient.Packet early = deaf.expect(PUBLISH);
                    assertEquals(i, number(early));
                    ids.add(early.id());
                }
                deaf.ping();
                if (qos == 1) {
                    deaf.send(reply(PUBACK, ids.get(0)));
                    assertEquals(FLOOD - 80, number(deaf.expect(PUBLISH)), "the newest were kept");
                }
            }
        }
    }

    @Test
    void subscriberOfMqtt5WithoutReceiveMaximumHoldsNoMore() throws IOException {
        try (RunningBroker running = new RunningBroker(SMALL[0]); RawClient deaf = running.client()) {
            deaf.send(connect(5, "deaf", 2, new byte[0]));
            deaf.expect(CONNACK);
            deaf.send(subscribe5(1, "a", 1));
            deaf.expect(SUBACK);
            flood(running, "a", FLOOD, 100, 1);
            RunningBroker.await("all but the held are dropped",
                () -> running.count(Counter.BROKER_QUEUE_DROPPED) >= FLOOD - 101);
            for (int i = 0; i < 100; i++) {
                deaf.expect(PUBLISH);
            }
            deaf.ping();
        }
    }

    @Test
    void whatIsHeldIsBoundedInBytesToo() throws IOException {
        try (RunningBroker running = new RunningBroker(SMALL);
             RawClient deaf = running.client().connected("deaf", true).subscribed("a", 1)) {
            flood(running, "a", 1000, 1000, 1);
            RunningBroker.await("it is settled", () -> running.count(Counter.BROKER_QUEUE_DROPPED) >= 1000 - 17);
            int inFlight = 0;
            deaf.send(new byte[] {(byte) 0xc0, 0});
            RawClient.Packet next = deaf.next();
            while (next.type() == PUBLISH) {
                inFlight++;
                next = deaf.next();
            }
            assertTrue(inFlight >= 8 && inFlight <= 10, inFlight + " in flight");
        }
    }

    @Test
    void subscriberThatStopsReadingIsHeldWithinItsBounds() throws IOException {
        for (int qos = 0; qos <= 1; qos++) {
            try (RunningBroker running = new RunningBroker(SMALL);
                 RawClient healthy = running.client().connected("healthy", true).subscribed("b", 1);
                 RawClient stuck = new RawClient(running.broker.port(), 4096)) {
                stuck.connected("stuck", true).subscribed("a", qos);
                // Until nothing more fits into the socket, then a hundred more than are held.
                int sent = 0;
                while (running.count(Counter.BROKER_QUEUE_DROPPED) < 200) {
                    flood(running, "a", 1, 1000, qos);
                    sent++;
                    assertTrue(sent < 100_000);
                }
                flood(running, "b", 1, 10, 1);
                healthy.expect(PUBLISH);
                if (qos == 0) {
                    int last = sent - 1;
                    flood(running, "b", 1, 10, 1);
                    healthy.expect(PUBLISH);
                    long dropped = running.count(Counter.BROKER_QUEUE_DROPPED);
                    for (long i = 0; i < last + 1 - dropped; i++) {
                        stuck.expect(PUBLISH);
                    }
                    stuck.ping();
                }
            }
        }
    }

    @Test
    void disconnectedSessionKeepsTheNewestInTheirOrder() throws IOException {
        try (RunningBroker running = new RunningBroker(SMALL[0])) {
            running.client().connected("away", false).subscribed("a", 1).close();
            try (RawClient witness = running.client().connected("w", true).subscribed("a", 0)) {
                for (int i = 0; i < 1000; i++) {
                    assertTrue(running.broker.publish("a", payload(i, 50), 1, false));
                    // Read at once: the witness may hold no more than 100 either.
                    assertEquals(i, number(witness.expect(PUBLISH)));
                }
            }
            RunningBroker.await("all but the held are dropped",
                () -> running.count(Counter.BROKER_QUEUE_DROPPED) == 900);
            try (RawClient back = running.client()) {
                back.send(connect("away", false));
                assertEquals(1, back.expect(CONNACK).body()[0]);
                for (int i = 900; i < 1000; i++) {
                    RawClient.Packet next = back.expect(PUBLISH);
                    assertEquals(i, number(next));
                    back.send(reply(PUBACK, next.id()));
                }
                back.ping();
            }
        }
    }

    @Test
    void unacknowledgedMessagesComeAgainInOrderAndNoneIsReplaced() throws IOException {
        try (RunningBroker running = new RunningBroker()) {
            try (RawClient first = running.client().connected("c", false).subscribed("a", 1)) {
                flood(running, "a", 10, 10, 1);
                for (int i = 0; i < 10; i++) {
                    RawClient.Packet next = first.expect(PUBLISH);
                    if (i < 4) {
                        first.send(reply(PUBACK, next.id()));
                    }
                }
                first.ping();
            }
            try (RawClient second = running.client()) {
                second.send(connect("c", false));
                second.expect(CONNACK);
                List<Integer> ids = new ArrayList<>();
                for (int i = 4; i < 10; i++) {
                    RawClient.Packet again = second.expect(PUBLISH);
                    assertEquals(i, number(again));
                    assertTrue(again.dup());
                    ids.add(again.id());
                }
                flood(running, "a", 14, 10, 1);
                for (int i = 0; i < 14; i++) {
                    RawClient.Packet more = second.expect(PUBLISH);
                    assertEquals(i, number(more));
                    assertFalse(ids.contains(more.id()), "a packet id in use was given again");
                    ids.add(more.id());
                }
            }
        }
    }

    @Test
    void healthySubscriberGetsEverythingOfATightLoopThatWasNotCountedAsLost() throws Exception {
        try (RunningBroker running = new RunningBroker("client_queue '1000'")) {
            for (int qos = 0; qos <= 1; qos++) {
                long droppedBefore = running.count(Counter.BROKER_QUEUE_DROPPED);
                long failedBefore = running.count(Counter.BROKER_PUBLISH_FAILED);
                try (RawClient subscriber = running.client().connected("s", true).subscribed("a", qos)) {
                    Counting reader = new Counting(subscriber);
                    reader.start();
                    int taken = 0;
                    for (int i = 0; i < FLOOD; i++) {
                        taken += running.broker.publish("a", payload(i, 100), 1, false) ? 1 : 0;
                    }
                    byte[] end = "end ".getBytes(StandardCharsets.US_ASCII);
                    RunningBroker.await("the last is taken", () -> running.broker.publish("a", end, 1, false));
                    reader.join();
                    assertNull(reader.failure);
                    long dropped = running.count(Counter.BROKER_QUEUE_DROPPED) - droppedBefore;
                    assertEquals(taken - dropped, reader.received);
                    assertTrue(running.count(Counter.BROKER_PUBLISH_FAILED) - failedBefore >= FLOOD - taken);
                    System.out.println("QoS " + qos + ": " + taken + " taken, " + dropped + " dropped, "
                        + reader.received + " received of " + FLOOD);
                }
            }
        }
    }

    /** Reads and acknowledges until "end". */
    private static final class Counting extends Thread {
        private final RawClient client;
        private int received;
        private Exception failure;

        private Counting(RawClient client) {
            this.client = client;
        }

        @Override
        public void run() {
            try {
                int last = -1;
                RawClient.Packet next = client.expect(PUBLISH);
                while (!next.text().equals("end ")) {
                    if (number(next) <= last) {
                        throw new IOException(number(next) + " after " + last);
                    }
                    last = number(next);
                    received++;
                    acknowledge(next);
                    next = client.expect(PUBLISH);
                }
                acknowledge(next);
            } catch (IOException | RuntimeException failed) {
                failure = failed;
            }
        }

        private void acknowledge(RawClient.Packet packet) throws IOException {
            if (packet.qos() == 1) {
                client.send(reply(PUBACK, packet.id()));
            }
        }
    }
}
