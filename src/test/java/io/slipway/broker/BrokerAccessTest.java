package io.slipway.broker;

import static io.slipway.broker.RawClient.CONNACK;
import static io.slipway.broker.RawClient.PUBACK;
import static io.slipway.broker.RawClient.PUBLISH;
import static io.slipway.broker.RawClient.connect;
import static io.slipway.broker.RawClient.join;
import static io.slipway.broker.RawClient.publish;
import static io.slipway.broker.RawClient.subscribe;
import static io.slipway.broker.RawClient.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.security.PasswordFile;
import io.slipway.security.PasswordHash;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways around the rules, as a client that sends what bytes it likes tries them. */
class BrokerAccessTest {
    private static final int WITH_PASSWORD = 0xc0;
    private static final int CLEAN = 2;
    private static final String NODE = "slipway/gw-01/0012740200000001/down/";

    @TempDir
    Path dir;

    @BeforeEach
    void users() throws IOException {
        for (String user : List.of("alice", "bob")) {
            PasswordFile.write(dir.resolve("users"), user, PasswordHash.make(bytes("secret"), 1000));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String[] options(String anonymous, String... rules) throws IOException {
        Files.write(dir.resolve("acl"), List.of(rules));
        return new String[] {"password_file '" + dir.resolve("users") + "'", "acl_file '" + dir.resolve("acl") + "'",
            "allow_anonymous " + anonymous};
    }

    private static byte[] login(String id, int flags, String user) {
        return connect(4, id, WITH_PASSWORD | flags, join(utf8(user), utf8("secret")));
    }

    private static RawClient user(RunningBroker running, String id, int flags, String user) throws IOException {
        RawClient client = running.client();
        client.send(login(id, flags, user));
        assertEquals(0, client.expect(CONNACK).body()[1]);
        return client;
    }

    /** Everything up to the answer to a PINGREQ. */
    private static String topicsUntilPing(RawClient client) throws IOException {
        client.send(new byte[] {(byte) 0xc0, 0});
        StringBuilder topics = new StringBuilder();
        RawClient.Packet packet = client.next();
        while (packet != null && packet.type() != 0xd0) {
            topics.append(packet.topic()).append(' ');
            packet = client.next();
        }
        return topics.toString().trim();
    }

    @Test
    void whatWaitedForAClientIsDeliveredByTheRulesOfNow() throws Exception {
        try (RunningBroker running = new RunningBroker(options("0", "user alice", "topic #"))) {
            try (RawClient alice = user(running, "a", 0, "alice")) {
                alice.subscribed("#", 1);
                running.broker.publish("x/flying", bytes("1"), 1, false);
                // Not acknowledged, so it is sent again.
                assertEquals("x/flying", alice.expect(PUBLISH).topic());
            }
            RunningBroker.await("alice is away", () -> running.broker.publish("x/waiting", bytes("2"), 1, false));
            running.broker.publish("y", bytes("3"), 1, false);
            running.reload(options("0", "user alice", "topic #", "topic deny x/#"));
            try (RawClient alice = user(running, "a", 0, "alice")) {
                assertEquals("y", alice.expect(PUBLISH).topic());
                running.broker.publish("x/live", bytes("4"), 1, false);
                assertEquals("", topicsUntilPing(alice));
            }
        }
    }

    @Test
    void aCommandWithAnIdIsACommandToTheRules() throws Exception {
        try (RunningBroker running = new RunningBroker(options("0", "user alice", "topic slipway/gw-01/#",
                "topic deny slipway/gw-01/+/down/coap/#", "user bob", "topic write slipway/gw-01/+/down/udp/8765"));
             RawClient alice = user(running, "a", CLEAN, "alice");
             RawClient bob = user(running, "b", CLEAN, "bob")) {
            alice.send(publish(2, 1, NODE + "coap/put/door", "open"),
                publish(2, 2, NODE + "id=1/coap/put/door", "open"), publish(2, 3, NODE + "id=1&ttl=5/udp/1", "x"));
            assertEquals(NODE + "id=1&ttl=5/udp/1", running.nextHeard().topic());
            bob.send(publish(2, 1, NODE + "id=1/udp/1", "x"), publish(2, 2, NODE + "id=2/udp/8765", "x"));
            assertEquals(NODE + "id=2/udp/8765", running.nextHeard().topic());
            assertEquals(3, running.count(Counter.BROKER_PUBLISH_REFUSED));
            for (int id = 1; id <= 3; id++) {
                alice.expect(PUBACK);
            }
            alice.subscribed("slipway/#", 0);
            running.broker.publish(NODE + "id=1/coap/get/door/state", bytes("secret"), 0, false);
            running.broker.publish(NODE + "id=1/udp/1/state", bytes("sent"), 0, false);
            assertEquals(NODE + "id=1/udp/1/state", alice.expect(PUBLISH).topic());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"slipway/gw-01/shared/lights/hall", "slipway/gw-01/down/config",
        "slipway/gw-01/config/state", "slipway/gw-01/receipt", NODE + "udp/1", NODE + "id=1/udp/1",
        "slipway/gw-01/state", "$SYS/x", "private\u0000", "Private", "private/", "/private", "priv\u00e4te"})
    void whoMayWriteOneTopicMayWriteNoOther(String topic) throws Exception {
        try (RunningBroker running = new RunningBroker(options("0", "user alice", "topic write private"));
             RawClient alice = user(running, "a", CLEAN, "alice");
             RawClient witness = user(running, "b", CLEAN, "alice")) {
            running.broker.shareValues();
            alice.send(publish(0, 0, topic, "forged"));
            witness.send(publish(2, 1, "private", "good"));
            witness.expect(PUBACK);
            assertEquals("good", running.nextHeard().payload());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret/#", "$share/g/secret/#", "secret", "$share/g/secret/x", "secret/+", "$SYS/#",
        "$SYS"})
    void aSubscriptionToWhatIsDeniedIsRefused(String filter) throws Exception {
        try (RunningBroker running = new RunningBroker(options("0", "user alice", "topic #", "topic deny secret/#"));
             RawClient alice = user(running, "a", CLEAN, "alice")) {
            alice.send(subscribe(1, filter, 0));
            assertEquals(0x80, alice.expect(RawClient.SUBACK).body()[2] & 0xff);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "+/#", "+/x", "$share/g/#", "$share/g/+/x"})
    void aSubscriptionToMoreBringsNothingOfWhatIsDenied(String filter) throws Exception {
        try (RunningBroker running = new RunningBroker(options("0", "user alice", "topic #", "topic deny secret/#"));
             RawClient alice = running.client()) {
            running.broker.publish("secret/x", bytes("kept"), 1, true);
            // Subscriptions are shared with MQTT 5 only.
            alice.send(connect(5, "a", WITH_PASSWORD | CLEAN, join(utf8("alice"), utf8("secret"))));
            alice.expect(CONNACK);
            alice.send(RawClient.subscribe5(1, filter, 0));
            assertEquals(0, alice.expect(RawClient.SUBACK).body()[3]);
            running.broker.publish("secret/x", bytes("live"), 1, false);
            running.broker.publish("open/x", bytes("live"), 0, false);
            assertEquals("open/x", alice.expect(PUBLISH).topic());
        }
    }

    @Test
    void aConnectionThatWaitsForTheUsersToChangeCountsAsNew() throws Exception {
        String[] guarded = options("0", "topic #", "user alice", "topic #", "user bob", "topic #");
        String[] open = options("1", "topic #", "user alice", "topic #", "user bob", "topic #");
        try (RunningBroker running = new RunningBroker(open);
             RawClient waiting = running.client();
             RawClient bob = user(running, "b", CLEAN, "bob")) {
            // Connections are taken one after the other, so the one that waits is in by now.
            PasswordFile.write(dir.resolve("users"), "bob", null);
            running.reload(guarded);
            assertTrue(bob.isClosedByBroker(), "who is no user any more");
            waiting.send(connect("w", true));
            assertEquals(5, waiting.expect(CONNACK).body()[1]);
            assertTrue(waiting.isClosedByBroker());
            user(running, "a", CLEAN, "alice").close();
        }
    }

    @Test
    void noStringWithANulReachesASubscriber() throws Exception {
        try (RunningBroker running = new RunningBroker();
             RawClient witness = running.client().connected("w", true).subscribed("#", 0)) {
            byte[][] hostile = {publish(0, 0, "a\0b", "x"), publish(1, 0, "\0", "x"), subscribe(1, "a\0", 0),
                RawClient.packet(0xa2, RawClient.u16(1), utf8("a\0"))};
            for (byte[] packet : hostile) {
                try (RawClient client = running.client().connected("c", true)) {
                    client.send(packet);
                    assertTrue(client.isClosedByBroker());
                }
            }
            byte[] userProperty = join(new byte[] {0x26}, utf8("n"), utf8("\0"));
            try (RawClient client = running.client()) {
                client.send(connect(5, "c", CLEAN, new byte[0]));
                client.expect(CONNACK);
                client.send(RawClient.packet(0x30, utf8("a"), new byte[] {(byte) userProperty.length}, userProperty));
                assertTrue(client.isClosedByBroker());
            }
            for (byte[] packet : new byte[][] {connect("c\0", true),
                connect(4, "c", CLEAN | 4, join(utf8("w\0"), utf8("gone")))}) {
                try (RawClient client = running.client()) {
                    assertTrue(client.send(packet).isClosedByBroker());
                }
            }
            assertEquals("", topicsUntilPing(witness));
            assertEquals(0, running.count(Counter.BROKER_ERRORS));
        }
    }

    @Test
    void connectionsOfOneAddressAreLimitedAndAnotherAddressGetsIn() throws Exception {
        try (RunningBroker running = new RunningBroker("max_connections_per_address '2'");
             RawClient one = running.client().connected("one", true);
             RawClient two = running.client().connected("two", true);
             RawClient three = running.client()) {
            assertTrue(three.isClosedByBroker());
            assertEquals(1, running.count(Counter.BROKER_CONNECTION_REFUSED));
            try (RawClient other = new RawClient(running.broker.port(), InetAddress.getByName("127.0.0.2"))) {
                other.connected("other", true);
            }
            one.ping();
            two.ping();
        }
    }

    @Test
    void aConnectThatComesByteByByteIsNotWaitedFor() throws Exception {
        try (RunningBroker running = new RunningBroker(); RawClient slow = running.client()) {
            byte[] packet = connect("slow", true);
            slow.socket.setSoTimeout(100);
            int sent = 0;
            while (!slow.isClosedByBroker()) {
                assertTrue(sent < 600, "still open");
                // Never the last byte.
                if (sent++ < packet.length - 1) {
                    slow.send(new byte[] {packet[sent - 1]});
                }
            }
            assertEquals(1, running.count(Counter.BROKER_CONNECT_TIMEOUTS));
            assertFalse(running.health.value(Counter.BROKER_CONNECTIONS) > 0);
        }
    }

    @Test
    void aClientThatSendsTooFastIsReadMoreSlowly() throws Exception {
        try (RunningBroker running = new RunningBroker("messages_per_s '10'");
             RawClient client = running.client().connected("c", true)) {
            long began = System.nanoTime();
            for (int id = 1; id <= 31; id++) {
                client.send(publish(2, id, "a", "x"));
                client.expect(PUBACK);
            }
            // Ten at once, then ten a second: less than two seconds is impossible, however slow the machine.
            assertTrue(System.nanoTime() - began > 1_900_000_000L);
        }
    }
}
