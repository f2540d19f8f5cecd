package io.slipway.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The broker and clients as people use them. */
class LanBrokerTest {
    /** At its end the broker waits no longer than that for any of its parts. */
    private static final long CLOSE_NS = 400_000_000L;
    private static final String USERS = "password_file 'src/test/resources/broker/passwords'";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Mqtt3BlockingClient three(RunningBroker running, String id) {
        return MqttClient.builder().useMqttVersion3().identifier(id).serverHost("127.0.0.1")
            .serverPort(running.broker.port()).buildBlocking();
    }

    private static Mqtt5BlockingClient five(RunningBroker running, String id) {
        return MqttClient.builder().useMqttVersion5().identifier(id).serverHost("127.0.0.1")
            .serverPort(running.broker.port()).buildBlocking();
    }

    @Test
    void givesWhatTheGatewayPublishesToItsSubscribers() throws Exception {
        try (RunningBroker running = new RunningBroker()) {
            Mqtt3BlockingClient old = three(running, "old");
            Mqtt5BlockingClient young = five(running, "young");
            old.connect();
            young.connect();
            try (Mqtt3BlockingClient.Mqtt3Publishes toOld = old.publishes(MqttGlobalPublishFilter.ALL);
                 Mqtt5BlockingClient.Mqtt5Publishes toYoung = young.publishes(MqttGlobalPublishFilter.ALL)) {
                old.subscribeWith().topicFilter("slipway/+/+/up/#").qos(MqttQos.AT_LEAST_ONCE).send();
                young.subscribeWith().topicFilter("slipway/#").qos(MqttQos.EXACTLY_ONCE).send();
                for (int qos = 0; qos <= 2; qos++) {
                    String topic = "slipway/gw-01/0012740100000001/up/udp/" + qos;
                    assertTrue(running.broker.publish(topic, bytes("v" + qos), qos, false));
                    Mqtt3Publish atOld = toOld.receive(20, TimeUnit.SECONDS).orElseThrow();
                    Mqtt5Publish atYoung = toYoung.receive(20, TimeUnit.SECONDS).orElseThrow();
                    assertArrayEquals(bytes("v" + qos), atOld.getPayloadAsBytes());
                    assertEquals(Math.min(qos, 1), atOld.getQos().getCode());
                    assertArrayEquals(bytes("v" + qos), atYoung.getPayloadAsBytes());
                    assertEquals(qos, atYoung.getQos().getCode());
                    assertEquals(topic, atYoung.getTopic().toString());
                }
            }
            young.unsubscribeWith().addTopicFilter("slipway/#").addTopicFilter("nothing").send();
            old.disconnect();
            young.disconnect();
            assertEquals(2, running.count(Counter.BROKER_CONNECTIONS));
            assertTrue(running.heard.isEmpty(), "the gateway hears only its clients");
        }
    }

    @Test
    void tellsTheListenerWhatClientsPublish() throws Exception {
        try (RunningBroker running = new RunningBroker()) {
            Mqtt5BlockingClient client = five(running, "sensor");
            client.connect();
            for (MqttQos qos : MqttQos.values()) {
                client.publishWith().topic("shed/" + qos.getCode()).qos(qos).payload(bytes("21.5")).send();
                assertEquals(new RunningBroker.Heard("sensor", "shed/" + qos.getCode(), "21.5"), running.nextHeard());
            }
            client.disconnect();
        }
    }

    @Test
    void keepsWhatIsRetainedUntilAnEmptyMessage() throws Exception {
        try (RunningBroker running = new RunningBroker()) {
            for (int qos = 0; qos <= 2; qos++) {
                running.broker.publish("slipway/gw-01/state", bytes("online" + qos), qos, true);
                try (RawClient late = running.client().connected("late", true).subscribed("slipway/gw-01/state", 2)) {
                    RawClient.Packet kept = late.expect(RawClient.PUBLISH);
                    assertTrue(kept.retained());
                    assertEquals("online" + qos, kept.text());
                }
            }
            running.broker.publish("slipway/gw-01/state", new byte[0], 1, true);
            try (RawClient late = running.client().connected("late", true).subscribed("slipway/gw-01/state", 1)) {
                late.ping();
            }
        }
    }

    @Test
    void letsClientsWriteCommandsAndForeignTopicsOnly() throws Exception {
        String node = "slipway/gw-01/0012740100000001";
        String[] allowed = {"a", "slipway/gw-02/state", "slipway", "slipway/gw-01", node + "/down/udp/5683"};
        String[] refused = {"slipway/gw-01/state", node + "/state", node + "/up/udp/1", node + "/down/udp/1/state",
            "slipway/gw-01/", "slipway/gw-01/down/udp/1", node + "/down"};
        try (RunningBroker running = new RunningBroker()) {
            try (RawClient reader = running.client().connected("r", true).subscribed("#", 0);
                 RawClient writer = running.client().connected("w", true)) {
                for (String topic : refused) {
                    writer.send(RawClient.publish(2, 1, topic, "forged"));
                    writer.expect(RawClient.PUBACK);
                }
                for (String topic : allowed) {
                    writer.send(RawClient.publish(2, 1, topic, "x"));
                    writer.expect(RawClient.PUBACK);
                    assertEquals(topic, reader.expect(RawClient.PUBLISH).topic());
                    assertEquals(topic, running.nextHeard().topic());
                }
            }
            assertEquals(refused.length, running.count(Counter.BROKER_PUBLISH_REFUSED));
            for (String topic : refused) {
                try (RawClient dying = running.client()) {
                    byte[] will = RawClient.join(RawClient.utf8(topic), RawClient.utf8("offline"));
                    dying.send(RawClient.connect(4, "dying", 2 | 4, will));
                    assertEquals(5, dying.expect(RawClient.CONNACK).body()[1], topic);
                    assertTrue(dying.isClosedByBroker());
                }
            }
            assertTrue(running.heard.isEmpty());
        }
    }

    @Test
    void letsInWhoKnowsThePasswordAndNobodyElse() throws Exception {
        try (RunningBroker running = new RunningBroker(USERS)) {
            three(running, "a").connectWith().simpleAuth().username("alice").password(bytes("secret")).applySimpleAuth()
                .send();
            five(running, "b").connectWith().simpleAuth().username("bob").password(bytes("hunter2")).applySimpleAuth()
                .send();
            Await.until("two connections to be counted", 10, () -> running.count(Counter.BROKER_CONNECTIONS) == 2);
            assertThrows(Mqtt3ConnAckException.class, () -> three(running, "c").connectWith().simpleAuth()
                .username("alice").password(bytes("hunter2")).applySimpleAuth().send());
            assertThrows(Mqtt3ConnAckException.class, () -> three(running, "d").connectWith().simpleAuth()
                .username("alice").applySimpleAuth().send());
            assertThrows(Mqtt3ConnAckException.class, () -> three(running, "e").connect());
            Await.until("three refusals to be counted", 10, () -> running.count(Counter.BROKER_LOGIN_REFUSED) == 3);
        }
        try (RunningBroker running = new RunningBroker(USERS, "allow_anonymous '1'")) {
            three(running, "f").connect();
            assertThrows(Mqtt3ConnAckException.class, () -> three(running, "c").connectWith().simpleAuth()
                .username("alice").password(bytes("wrong")).applySimpleAuth().send());
        }
    }

    @Test
    void servesTheToolsOfMosquitto() throws Exception {
        try (RunningBroker running = new RunningBroker(USERS)) {
            String port = Integer.toString(running.broker.port());
            for (String version : new String[] {"mqttv31", "mqttv311", "mqttv5"}) {
                Process pub = new ProcessBuilder("mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-V", version,
                    "-i", "pub", "-u", "alice", "-P", "secret", "-q", "2", "-r", "-t", "tool/" + version, "-m", "hello")
                    .inheritIO().start();
                assertEquals(0, pub.waitFor());
                assertEquals("hello", running.nextHeard().payload());
                Process sub = new ProcessBuilder("mosquitto_sub", "-h", "127.0.0.1", "-p", port, "-V", version, "-u",
                    "bob", "-P", "hunter2", "-i", "sub", "-q", "2", "-t", "tool/" + version, "-C", "1", "-W", "20")
                    .redirectErrorStream(true).start();
                assertEquals("hello", new String(sub.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim());
                assertEquals(0, sub.waitFor());
            }
        }
    }

    @Test
    void saysThatTheAddressIsInUseAndLeavesNothingRunning() throws Exception {
        long threads = brokerThreads();
        try (RunningBroker running = new RunningBroker()) {
            String listen = "127.0.0.1:" + running.broker.port();
            LanBroker second = RunningBroker.broker(new Health(), (c, t, p) -> { }, "listen '" + listen + "'");
            IOException refused = assertThrows(IOException.class, second::start);
            assertTrue(refused.getMessage().contains(listen), refused.getMessage());
            assertTrue(refused.getMessage().contains("in use"), refused.getMessage());
            assertFalse(second.publish("a", new byte[0], 0, false));
            second.close();
        }
        // Only now, since the first one may start a thread of its own at any time while it runs.
        RunningBroker.await("its threads have ended", () -> brokerThreads() <= threads);
    }

    @Test
    void refusesToStartWithAPasswordFileThatIsMissing() {
        LanBroker broker = RunningBroker.broker(new Health(), (c, t, p) -> { }, "password_file '/nowhere/users'");
        assertTrue(assertThrows(IOException.class, broker::start).getMessage().contains("/nowhere/users"));
    }

    @Test
    void closeGivesOutWhatWasPublishedBeforeAndEndsEveryThread() throws Exception {
        int rounds = 1;
        while (!closesInTime()) {
            assertTrue(++rounds <= 10, "never closed in time");
        }
    }

    /** Returns false where the machine was so busy that the broker may have waited no longer for its clients. */
    private static boolean closesInTime() throws Exception {
        boolean inTime;
        RunningBroker running = new RunningBroker();
        byte[] will = RawClient.join(RawClient.utf8("w"), RawClient.utf8("gone"));
        try (RawClient client = running.client()) {
            client.send(RawClient.connect(4, "c", 2 | 4, will));
            client.expect(RawClient.CONNACK);
            client.subscribed("slipway/gw-01/state", 1);
            for (int i = 0; i < 10; i++) {
                assertTrue(running.broker.publish("slipway/gw-01/state", bytes("offline" + i), 1, true));
            }
            long begun = System.nanoTime();
            running.close();
            inTime = System.nanoTime() - begun < CLOSE_NS;
            for (int i = 0; i < 10 && inTime; i++) {
                assertEquals("offline" + i, client.expect(RawClient.PUBLISH).text());
            }
            assertTrue(!inTime || client.isClosedByBroker());
        }
        RunningBroker.await("no thread is left", () -> brokerThreads() == 0);
        assertFalse(running.broker.publish("a", new byte[0], 0, false));
        assertEquals(1, running.count(Counter.BROKER_PUBLISH_FAILED));
        assertTrue(running.heard.isEmpty(), "the will of a client that the broker left");
        return inTime;
    }

    @Test
    void listenerThatThrowsEndsOnlyTheConnection() throws Exception {
        Health health = new Health();
        LanBroker broker = RunningBroker.broker(health, (client, topic, payload) -> {
            throw new IllegalStateException("on purpose");
        });
        broker.start();
        try (RawClient witness = new RawClient(broker.port()).connected("w", true).subscribed("a", 1)) {
            for (int i = 0; i < 5; i++) {
                try (RawClient client = new RawClient(broker.port()).connected("c", true)) {
                    client.send(RawClient.publish(2, 1, "a", "x"));
                    assertTrue(client.isClosedByBroker());
                }
                assertEquals("x", witness.expect(RawClient.PUBLISH).text());
            }
            assertEquals(5, health.value(Counter.BROKER_ERRORS));
        } finally {
            broker.close();
        }
    }

    private static long brokerThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("broker-")).count();
    }

    @Test
    void anAddressThatNobodyKnowsIsCalledThat() {
        IOException refused = assertThrows(IOException.class,
            () -> new RunningBroker("listen 'host.invalid:1883'", "allow_anonymous '1'"));
        assertEquals("The broker cannot listen on host.invalid:1883: unknown host", refused.getMessage());
    }
}
