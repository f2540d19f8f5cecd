package io.slipway.broker;

import static io.slipway.broker.RawClient.PUBACK;
import static io.slipway.broker.RawClient.PUBLISH;
import static io.slipway.broker.RawClient.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Health;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What clients ask for and what the gateway publishes take turns: neither waits for all of the other. */
class BrokerTurnsTest {
    @Test
    void acknowledgementDoesNotWaitBehindAllThatTheGatewayPublished() throws IOException {
        try (HeldBroker held = new HeldBroker();
             RawClient client = new RawClient(held.broker.port()).connected("both", true).subscribed("a", 0)) {
            client.send(publish(0, 0, "hold", "the session loop"));
            // The network thread has it, and what is said next gets no further than to the loop's queue.
            client.ping();
            for (int i = 0; i < 1000; i++) {
                assertTrue(held.broker.publish("a", BrokerQueueTest.payload(i, 10), 0, false));
            }
            client.send(publish(0x02, 7, "late", "after a thousand"));
            client.ping();
            held.release();
            int before = 0;
            RawClient.Packet next = client.next();
            while (next.type() == PUBLISH) {
                assertEquals(before++, BrokerQueueTest.number(next));
                next = client.next();
            }
            assertEquals(PUBACK, next.type());
            assertTrue(before <= 1, before + " messages were before it");
            for (int i = before; i < 1000; i++) {
                assertEquals(i, BrokerQueueTest.number(client.expect(PUBLISH)));
            }
        }
    }

    @Test
    void whatTheGatewayPublishesGetsItsTurnBetweenClientsThatFlood() throws IOException {
        try (HeldBroker held = new HeldBroker();
             RawClient client = new RawClient(held.broker.port()).connected("both", true).subscribed("a", 0)) {
            client.send(publish(0, 0, "hold", "the session loop"));
            for (int i = 1; i <= 100; i++) {
                client.send(publish(0x02, i, "flood", "x"));
            }
            client.ping();
            assertTrue(held.broker.publish("a", BrokerQueueTest.payload(0, 10), 0, false));
            held.release();
            int before = 0;
            while (client.next().type() == PUBACK) {
                before++;
            }
            assertTrue(before <= 4, before + " were before it");
            for (int i = before; i < 100; i++) {
                client.expect(PUBACK);
            }
        }
    }

    /** A broker whose session loop stands still, once a client has published, until it is released. */
    private static final class HeldBroker implements AutoCloseable {
        private final CountDownLatch released = new CountDownLatch(1);
        private final LanBroker broker = RunningBroker.broker(new Health(), (client, topic, payload) -> await());

        private HeldBroker() throws IOException {
            broker.start();
        }

        private void await() {
            try {
                assertTrue(released.await(RunningBroker.DEADLINE_SECONDS, TimeUnit.SECONDS));
            } catch (InterruptedException never) {
                throw new AssertionError(never);
            }
        }

        private void release() {
            released.countDown();
        }

        @Override
        public void close() {
            release();
            broker.close();
        }
    }
}
