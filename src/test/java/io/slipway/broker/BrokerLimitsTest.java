package io.slipway.broker;

import static io.slipway.broker.RawClient.CONNACK;
import static io.slipway.broker.RawClient.PUBACK;
import static io.slipway.broker.RawClient.PUBLISH;
import static io.slipway.broker.RawClient.SUBACK;
import static io.slipway.broker.RawClient.connect;
import static io.slipway.broker.RawClient.connect5;
import static io.slipway.broker.RawClient.publish;
import static io.slipway.broker.RawClient.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.testing.Await;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What greedy, silent and too many clients cost: a bounded amount, counted, and nobody else pays. */
class BrokerLimitsTest {
    @Test
    void connectionsOverTheLimitAreRefusedAndThereIsRoomAgain() throws IOException {
        try (RunningBroker running = new RunningBroker("max_connections '2'");
             RawClient one = running.client().connected("one", true)) {
            RawClient two = running.client().connected("two", true);
            try (RawClient three = running.client()) {
                assertTrue(three.isClosedByBroker());
            }
            assertEquals(1, running.count(Counter.BROKER_CONNECTION_REFUSED));
            two.close();
            RunningBroker.await("there is room again", () -> {
                try (RawClient again = running.client()) {
                    again.connected("again", true);
                    return true;
                } catch (IOException refused) {
                    return false;
                }
            });
            one.ping();
        }
    }

    @Test
    void absentClientThatIsAwayLongestIsForgottenFirst() throws IOException {
        try (RunningBroker running = new RunningBroker("max_connections '3'")) {
            for (int i = 0; i < 4; i++) {
                try (RawClient client = running.client().connected("away" + i, false).subscribed("a", 1)) {
                    client.send(new byte[] {(byte) 0xe0, 0});
                    assertTrue(client.isClosedByBroker());
                }
            }
            assertEquals(1, running.count(Counter.BROKER_SESSIONS_DROPPED));
            for (int i = 3; i >= 0; i--) {
                try (RawClient back = running.client()) {
                    back.send(connect("away" + i, false));
                    assertEquals(i == 0 ? 0 : 1, back.expect(CONNACK).body()[0], "away" + i);
                    back.ping();
                }
            }
        }
    }

    @Test
    void clientsCannotFillTheMemoryWithRetainedMessages() throws IOException {
        try (RunningBroker running = new RunningBroker();
             RawClient client = running.client().connected("c", true)) {
            for (int i = 0; i < 2100; i++) {
                client.send(publish(2 | 1, 1 + i, "r/" + i, "x"));
                client.expect(PUBACK);
            }
            assertEquals(100, running.count(Counter.BROKER_RETAINED_REFUSED));
            assertTrue(running.broker.publish("slipway/gw-01/state", new byte[] {'o'}, 1, true));
            client.send(subscribe(1, "slipway/#", 0));
            client.expect(SUBACK);
            assertEquals("o", client.expect(PUBLISH).text());
            client.send(publish(2 | 1, 1, "r/0", ""));
            client.expect(PUBACK);
            client.send(publish(2 | 1, 2, "r/new", "x"));
            client.expect(PUBACK);
            assertEquals(100, running.count(Counter.BROKER_RETAINED_REFUSED));
        }
    }

    @Test
    void clientThatNeverReleasesItsExactlyOnceMessagesIsServedOn() throws IOException {
        try (RunningBroker running = new RunningBroker();
             RawClient client = running.client().connected("c", true)) {
            for (int id = 1; id <= 65_535; id++) {
                client.send(publish(4, id, "a", "0123456789"));
                client.expect(RawClient.PUBREC);
            }
            client.ping();
        }
    }

    @Test
    void clientThatDoesNotReadItsAnswersIsDisconnected() throws Exception {
        try (RunningBroker running = new RunningBroker();
             RawClient witness = running.client().connected("w", true);
             RawClient deaf = new RawClient(running.broker.port(), 4096)) {
            deaf.connected("deaf", true);
            byte[] pings = new byte[1 << 16];
            for (int i = 0; i < pings.length; i += 2) {
                pings[i] = (byte) 0xc0;
            }
            boolean cut = false;
            for (int i = 0; i < 2000 && !cut; i++) {
                try {
                    deaf.send(pings);
                } catch (IOException closed) {
                    cut = true;
                }
            }
            assertTrue(cut);
            witness.ping();
        }
    }

    @Test
    void clientWithTooManySubscriptionsIsDisconnected() throws IOException {
        try (RunningBroker running = new RunningBroker();
             RawClient client = running.client().connected("c", true)) {
            for (int i = 0; i < 1000; i++) {
                client.subscribed("a/" + i, 0);
            }
            client.send(subscribe(1, "one/more", 0));
            assertTrue(client.isClosedByBroker());
        }
    }

    @Test
    void packetThatIsTooLongEndsOnlyItsOwnConnection() throws IOException {
        try (RunningBroker running = new RunningBroker("message_bytes '2k'");
             RawClient witness = running.client().connected("w", true);
             RawClient client = running.client().connected("c", true)) {
            client.send(publish(2, 1, "a", "x".repeat(2000)));
            client.expect(PUBACK);
            client.send(publish(2, 1, "a", "x".repeat(2100)));
            assertTrue(client.isClosedByBroker());
            witness.ping();
        }
    }

    @Test
    void clientsThatVanishWhileConnectingLeaveNothing() throws IOException {
        byte[] noExpiry = {0x11, 0, 0, 0, 0};
        try (RunningBroker running = new RunningBroker("max_connections '1000'",
                "max_connections_per_address '1000'")) {
            for (int i = 0; i < 200; i++) {
                try (RawClient hasty = running.client()) {
                    hasty.socket.setSoLinger(true, 0);
                    hasty.send(connect5("hasty" + i, 2, noExpiry, new byte[0]));
                }
            }
            for (int i = 0; i < 200; i++) {
                try (RawClient again = running.client()) {
                    again.send(connect5("hasty" + i, 0, noExpiry, new byte[0]));
                    assertEquals(0, again.expect(CONNACK).body()[0], "there is a session of hasty" + i);
                }
            }
            assertEquals(0, running.count(Counter.BROKER_ERRORS));
        }
    }

    @Test
    void clientThatPublishesFasterThanIsDistributedIsHeldBack() throws Exception {
        CountDownLatch distribution = new CountDownLatch(1);
        AtomicLong sent = new AtomicLong();
        int messages = 2000;
        LanBroker broker = RunningBroker.broker(new Health(), (client, topic, payload) -> {
            try {
                distribution.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        broker.start();
        try (RawClient client = new RawClient(broker.port()).connected("c", true)) {
            byte[] packet = publish(0, 0, "a", "x".repeat(30_000));
            Thread flood = new Thread(() -> {
                try {
                    for (int i = 0; i < messages; i++) {
                        client.send(packet);
                        sent.incrementAndGet();
                    }
                } catch (IOException closed) {
                    sent.set(-1);
                }
            });
            flood.start();
            AtomicLong before = new AtomicLong(-1);
            Await.until("the client stands still", 30, () -> {
                for (int i = 0; i < 50 && flood.isAlive(); i++) {
                    Await.pauseBriefly();
                }
                return before.getAndSet(sent.get()) == sent.get();
            });
            // What the sockets of both sides hold comes to that.
            assertTrue(sent.get() < 500, sent + " of " + messages + " messages are held");
            distribution.countDown();
            flood.join();
            assertEquals(messages, sent.get());
            client.ping();
        } finally {
            distribution.countDown();
            broker.close();
        }
    }
}
