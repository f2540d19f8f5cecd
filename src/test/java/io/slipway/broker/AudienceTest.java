package io.slipway.broker;

import static io.slipway.broker.RawClient.CONNACK;
import static io.slipway.broker.RawClient.PUBLISH;
import static io.slipway.broker.RawClient.SUBACK;
import static io.slipway.broker.RawClient.connect5;
import static io.slipway.broker.RawClient.packet;
import static io.slipway.broker.RawClient.subscribe5;
import static io.slipway.broker.RawClient.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The broker remembers who wants a topic of the gateway's, and forgets it as soon as that may be somebody else. */
class AudienceTest {
    private static final String TOPIC = "slipway/gw-01/node/up/udp/5678";
    private static final int UNSUBACK = 0xb0;

    private static void publish(RunningBroker running, String text) {
        assertTrue(running.broker.publish(TOPIC, text.getBytes(StandardCharsets.US_ASCII), 1, false));
    }

    private static RawClient client5(RunningBroker running, String id, String filter) throws IOException {
        RawClient client = running.client();
        client.send(connect5(id, 2, new byte[0], new byte[0]));
        client.expect(CONNACK);
        client.send(subscribe5(1, filter, 0));
        client.expect(SUBACK);
        return client;
    }

    private static void hears(RawClient client, String text) throws IOException {
        String heard = client.expect(PUBLISH).text();
        assertEquals(text, heard.substring(heard.length() - text.length()));
    }

    @Test
    void whoSubscribesAndUnsubscribesBetweenTwoMessagesOfATopicIsHeardAtOnce() throws IOException {
        try (RunningBroker running = new RunningBroker();
             RawClient always = running.client().connected("always", true).subscribed("slipway/#", 0);
             RawClient later = running.client().connected("later", true)) {
            publish(running, "one");
            hears(always, "one");
            later.subscribed("slipway/+/node/up/#", 0);
            publish(running, "two");
            hears(always, "two");
            hears(later, "two");
            later.send(packet(0xa2, new byte[] {0, 9}, utf8("slipway/+/node/up/#")));
            later.expect(UNSUBACK);
            publish(running, "three");
            hears(always, "three");
            later.ping();
        }
    }

    @Test
    void clientThatEndedItsSessionIsNoLongerSentTo() throws IOException {
        try (RunningBroker running = new RunningBroker();
             RawClient always = running.client().connected("always", true).subscribed("slipway/#", 0)) {
            try (RawClient short1 = running.client().connected("short", true).subscribed("slipway/#", 0)) {
                publish(running, "one");
                hears(short1, "one");
                hears(always, "one");
            }
            try (RawClient short2 = running.client().connected("short", true)) {
                publish(running, "two");
                hears(always, "two");
                short2.ping();
            }
        }
    }

    @Test
    void higherOfTwoSubscriptionsCounts() throws IOException {
        try (RunningBroker running = new RunningBroker();
             RawClient client = running.client().connected("c", true).subscribed("slipway/#", 0)) {
            publish(running, "one");
            assertEquals(0, client.expect(PUBLISH).qos());
            client.subscribed(TOPIC, 1);
            publish(running, "two");
            assertEquals(1, client.expect(PUBLISH).qos());
            client.ping();
        }
    }

    @Test
    void groupThatSharesASubscriptionTakesTurnsThoughTheTopicStaysTheSame() throws IOException {
        try (RunningBroker running = new RunningBroker();
             RawClient one = client5(running, "one", "$share/g/slipway/#");
             RawClient two = client5(running, "two", "$share/g/slipway/#")) {
            int messages = 64;
            for (int i = 0; i < messages; i++) {
                publish(running, "m" + i);
            }
            publishEnd(running, one, two);
            int ofOne = countToEnd(one);
            int ofTwo = countToEnd(two);
            System.out.println(ofOne + " to one, " + ofTwo + " to the other");
            assertEquals(messages, ofOne + ofTwo);
            assertTrue(ofOne > 0 && ofTwo > 0);
        }
    }

    private static void publishEnd(RunningBroker running, RawClient... clients) throws IOException {
        for (RawClient client : clients) {
            client.send(subscribe5(2, "end", 0));
        }
        running.broker.publish("end", "end".getBytes(StandardCharsets.US_ASCII), 0, true);
    }

    private static int countToEnd(RawClient client) throws IOException {
        int count = 0;
        RawClient.Packet next = client.next();
        while (next.type() != PUBLISH || !next.topic().equals("end")) {
            count += next.type() == PUBLISH ? 1 : 0;
            next = client.next();
        }
        return count;
    }
}
