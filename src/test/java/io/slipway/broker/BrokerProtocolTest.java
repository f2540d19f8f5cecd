package io.slipway.broker;

import static io.slipway.broker.RawClient.CONNACK;
import static io.slipway.broker.RawClient.PUBACK;
import static io.slipway.broker.RawClient.PUBCOMP;
import static io.slipway.broker.RawClient.PUBLISH;
import static io.slipway.broker.RawClient.PUBREC;
import static io.slipway.broker.RawClient.PUBREL;
import static io.slipway.broker.RawClient.SUBACK;
import static io.slipway.broker.RawClient.connect;
import static io.slipway.broker.RawClient.connect5;
import static io.slipway.broker.RawClient.join;
import static io.slipway.broker.RawClient.packet;
import static io.slipway.broker.RawClient.publish;
import static io.slipway.broker.RawClient.publish5;
import static io.slipway.broker.RawClient.reply;
import static io.slipway.broker.RawClient.subscribe;
import static io.slipway.broker.RawClient.subscribe5;
import static io.slipway.broker.RawClient.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What MQTT says and brokers get wrong, byte by byte over real sockets. */
class BrokerProtocolTest {
    private static final int CLEAN = 2;

    private RunningBroker running;

    @BeforeEach
    void start() throws IOException {
        running = new RunningBroker();
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void subscribeInTheSameWriteAsConnectIsAnswered() throws IOException {
        for (int i = 0; i < 300; i++) {
            try (RawClient client = running.client()) {
                client.send(join(connect("c" + i % 3, true), subscribe(1, "a/#", 1)));
                client.expect(CONNACK);
                client.expect(SUBACK);
            }
        }
    }

    @Test
    void subscribeRightBehindConnackIsAnswered() throws IOException {
        for (int i = 0; i < 300; i++) {
            try (RawClient client = running.client()) {
                client.send(connect("c", true));
                client.expect(CONNACK);
                client.send(subscribe(1, "a/#", 1));
                client.expect(SUBACK);
            }
        }
    }

    @Test
    void publishInTheSameWriteAsConnectArrives() throws Exception {
        for (int i = 0; i < 100; i++) {
            try (RawClient client = running.client()) {
                client.send(join(connect("c" + i, true), publish(2, 7, "a", "x" + i)));
                client.expect(CONNACK);
                assertEquals(7, client.expect(PUBACK).u16(0));
            }
            assertEquals(new RunningBroker.Heard("c" + i, "a", "x" + i), running.nextHeard());
        }
    }

    @Test
    void disconnectInTheSameWriteAsPublishLosesNothing() throws Exception {
        for (int i = 0; i < 100; i++) {
            try (RawClient client = running.client()) {
                client.send(join(connect("c", true), publish(0, 0, "a", "x" + i), new byte[] {(byte) 0xe0, 0}));
                assertTrue(client.isClosedByBroker());
            }
            assertEquals("x" + i, running.nextHeard().payload());
        }
    }

    @Test
    void repeatedPublishWhoseFirstCopyWasLostReachesTheSubscriber() throws Exception {
        try (RawClient subscriber = running.client().connected("s", true).subscribed("a", 1);
             RawClient publisher = running.client().connected("p", true)) {
            publisher.send(publish(8 | 2, 5, "a", "again"));
            assertEquals(5, publisher.expect(PUBACK).u16(0));
            assertEquals("again", subscriber.expect(PUBLISH).text());
            publisher.send(publish(2, 6, "a", "next"));
            publisher.expect(PUBACK);
            try (RawClient other = running.client()) {
                other.connected("after", true);
            }
        }
    }

    @Test
    void exactlyOncePublishThatIsRepeatedIsHeardOnce() throws Exception {
        try (RawClient subscriber = running.client().connected("s", true).subscribed("a", 0);
             RawClient publisher = running.client().connected("p", true)) {
            for (int flags : new int[] {4, 8 | 4, 4}) {
                publisher.send(publish(flags, 9, "a", "once"));
                publisher.expect(PUBREC);
            }
            publisher.send(reply(PUBREL, 9));
            publisher.expect(PUBCOMP);
            publisher.send(publish(4, 9, "a", "new"));
            publisher.expect(PUBREC);
            assertEquals("once", subscriber.expect(PUBLISH).text());
            assertEquals("new", subscriber.expect(PUBLISH).text());
            assertEquals("once", running.nextHeard().payload());
            assertEquals("new", running.nextHeard().payload());
        }
    }

    @Test
    void secondConnectClosesTheConnection() throws IOException {
        try (RawClient client = running.client().connected("c", true)) {
            client.send(connect("c", true));
            assertTrue(client.isClosedByBroker());
        }
        try (RawClient client = running.client()) {
            client.send(join(connect("c", true), connect("d", true)));
            assertTrue(client.isClosedByBroker());
        }
    }

    @Test
    void packetsBeforeConnectCloseTheConnection() throws IOException {
        for (byte[] early : new byte[][] {{(byte) 0xc0, 0}, publish(2, 1, "a", "x"), subscribe(1, "a", 0),
            reply(PUBREC, 1)}) {
            try (RawClient client = running.client()) {
                client.send(early);
                assertNull(client.next());
            }
        }
        assertEquals(0, running.count(Counter.BROKER_ERRORS));
    }

    @Test
    void malformedSharedSubscriptionsOnlyEndTheirOwnConnection() throws IOException {
        String[] bad = {"$share", "$share/", "$share/x", "$share/x/", "$share//a", "$share/+/a", "$share/#/a",
            "$share/x/a/#/b", "$share/x/$share/y/a"};
        try (RawClient witness = running.client().connected("w", true)) {
            for (String filter : bad) {
                try (RawClient client = running.client()) {
                    client.send(connect(5, "c", CLEAN, new byte[0]));
                    client.expect(CONNACK);
                    client.send(subscribe5(1, filter, 1));
                    assertTrue(client.isClosedByBroker(), filter);
                }
                try (RawClient client = running.client()) {
                    client.send(connect(5, "c", CLEAN, new byte[0]));
                    client.expect(CONNACK);
                    client.send(packet(0xa2, new byte[] {0, 1, 0}, utf8(filter)));
                    assertTrue(client.isClosedByBroker(), filter);
                }
            }
            witness.subscribed("still/here", 1);
        }
        assertEquals(0, running.count(Counter.BROKER_ERRORS));
    }

    @Test
    void unsubscribingFromAShareThatIsNotHeldIsAnsweredOrCloses() throws IOException {
        try (RawClient client = running.client()) {
            client.send(connect(5, "c", CLEAN, new byte[0]));
            client.expect(CONNACK);
            client.send(subscribe5(1, "a", 1));
            client.expect(SUBACK);
            client.send(packet(0xa2, new byte[] {0, 2, 0}, utf8("$share/none/a")));
            RawClient.Packet answer = client.next();
            assertTrue(answer == null || answer.type() == RawClient.UNSUBACK);
        }
        try (RawClient after = running.client()) {
            after.connected("after", true);
        }
    }

    @Test
    void topicsOfTenThousandLevelsAreRefused() throws IOException {
        String deep = "/".repeat(10_000);
        try (RawClient subscriber = running.client().connected("s", true);
             RawClient publisher = running.client().connected("p", true);
             RawClient witness = running.client().connected("w", true)) {
            subscriber.send(subscribe(1, deep, 1));
            publisher.send(publish(2, 1, deep, "x"));
            assertTrue(subscriber.isClosedByBroker());
            assertTrue(publisher.isClosedByBroker());
            witness.subscribed("a", 1);
        }
        assertEquals(0, running.count(Counter.BROKER_ERRORS));
    }

    @Test
    void retainedWillIsRetained() throws Exception {
        for (int qos = 0; qos <= 2; qos++) {
            byte[] will = join(utf8("w/" + qos), utf8("gone"));
            RawClient dying = running.client();
            dying.send(connect(4, "dying", CLEAN | 4 | qos << 3 | 32, will));
            dying.expect(CONNACK);
            dying.close();
            assertEquals(new RunningBroker.Heard("dying", "w/" + qos, "gone"), running.nextHeard());
            try (RawClient late = running.client().connected("late", true)) {
                late.send(subscribe(1, "w/" + qos, 2));
                late.expect(SUBACK);
                RawClient.Packet kept = late.expect(PUBLISH);
                assertEquals("gone", kept.text());
                assertTrue(kept.retained());
            }
        }
    }

    @Test
    void delayedWillIsSentUnlessTheClientComesBack() throws Exception {
        int rounds = 1;
        while (!comesBackInTime("" + rounds)) {
            assertTrue(++rounds <= 10, "never back in time");
        }
    }

    /** Returns false where the client was back later than its will was due, which says nothing. */
    private boolean comesBackInTime(String round) throws Exception {
        byte[] keep = {0x11, 0, 0, 0, 60};
        byte[] will = join(new byte[] {5, 0x18, 0, 0, 0, 1}, utf8("w"), utf8("gone"));
        long leftNs = System.nanoTime();
        for (String id : new String[] {"back", "away"}) {
            RawClient client = running.client();
            client.send(connect5(id + round, CLEAN | 4, keep, will));
            client.expect(CONNACK);
            client.close();
        }
        try (RawClient back = running.client()) {
            back.send(connect5("back" + round, 0, keep, new byte[0]));
            assertEquals(1, back.expect(CONNACK).body()[0]);
            if (System.nanoTime() - leftNs >= 1_000_000_000L) {
                return false;
            }
            String heard;
            do {
                heard = running.nextHeard().clientId();
            } while (!heard.endsWith(round));
            assertEquals("away" + round, heard);
            assertTrue(running.heard.isEmpty());
            return true;
        }
    }

    @Test
    void qos0MessageIsRetained() throws Exception {
        try (RawClient publisher = running.client().connected("p", true)) {
            publisher.send(publish(1, 0, "r", "kept"));
            publisher.ping();
        }
        running.nextHeard();
        try (RawClient late = running.client().connected("late", true).subscribed("r", 0)) {
            assertEquals("kept", late.expect(PUBLISH).text());
        }
    }

    @Test
    void sessionThatIsTakenOverServesTheNewConnection() throws IOException {
        try (RawClient first = running.client().connected("c", false).subscribed("a", 1);
             RawClient second = running.client()) {
            second.send(connect("c", false));
            assertEquals(1, second.expect(CONNACK).body()[0]);
            assertTrue(first.isClosedByBroker());
            assertTrue(running.broker.publish("a", new byte[] {'x'}, 1, false));
            assertEquals("x", second.expect(PUBLISH).text());
        }
    }

    @Test
    void refusedPublishIsAnswered() throws Exception {
        try (RawClient three = running.client().connected("three", true); RawClient five = running.client()) {
            three.send(publish(2, 1, "slipway/gw-01/state", "x"));
            assertEquals(1, three.expect(PUBACK).u16(0));
            three.send(publish(4, 2, "slipway/gw-01/state", "x"));
            three.expect(PUBREC);
            three.send(reply(PUBREL, 2));
            three.expect(PUBCOMP);
            five.send(connect(5, "five", CLEAN, new byte[0]));
            five.expect(CONNACK);
            five.send(publish5(2, 1, "slipway/gw-01/state", "x"));
            assertEquals((byte) 0x87, five.expect(PUBACK).body()[2]);
            five.send(publish5(4, 1, "$SYS/x", "x"));
            assertEquals((byte) 0x87, five.expect(PUBREC).body()[2]);
        }
        assertTrue(running.heard.isEmpty());
        assertEquals(3, running.count(Counter.BROKER_PUBLISH_REFUSED));
    }
}
