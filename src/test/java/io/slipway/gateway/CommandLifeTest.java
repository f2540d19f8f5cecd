package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.UdpPacket;
import io.slipway.health.Counter;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of commands over their life: they wait, go, are refused, expire, and go over to the next life. */
class CommandLifeTest {
    private static final Eui64 NODE = Eui64.parse("0012740200020002");
    private static final Eui64 OTHER = Eui64.parse("0012740200020003");
    private static final Eui64 THIRD = Eui64.parse("0012740200020004");
    private static final long PREFIX = 0xfd00_0000_0000_0000L;
    private static final String SLEEPY = "config node\n\toption node '" + NODE + "'\n\toption sleepy 1\n";
    /** Behind {@link #SLEEPY}: once heard it listens for longer than any machine is busy. */
    private static final String AWAKE = "\toption awake_ms 600000\n";

    private final List<String> received = new CopyOnWriteArrayList<>();
    private EmulatedMote mote;
    private CoapFixture gateway;

    @BeforeEach
    void startMote() throws Exception {
        mote = new EmulatedMote(Mosquitto.freePort(), this::received);
    }

    @AfterEach
    void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        mote.close();
    }

    private void received(Ipv6Packet packet) {
        received.add(new String(packet.udp().payload(), StandardCharsets.UTF_8));
    }

    private void start(String sections) throws Exception {
        start(sections, new MemoryLedger());
    }

    private void start(String sections, MemoryLedger ledger) throws Exception {
        gateway = new CoapFixture("tcp://127.0.0.1:" + mote.port(), sections, ledger);
        Await.until("the prefix", 60, mote::isConfigured);
    }

    private void hear(Eui64 node) {
        long before = gateway.health.value(Counter.MESH_UPLINKS);
        Await.until("the uplink to leave", 60, () -> mote.send(UdpPacket.encode(
            Ipv6Address.of(PREFIX, node.interfaceId()), 8765, Ipv6Address.of(PREFIX, 1), 5678, new byte[1])));
        gateway.awaitCount(Counter.MESH_UPLINKS, before + 1);
    }

    /** The next life of the gateway, with the nodes' first words. */
    private void startAgain(String sections, Epoch epoch) throws Exception {
        startAgain(sections, new MemoryLedger(epoch));
    }

    private void startAgain(String sections, MemoryLedger next) throws Exception {
        gateway.close();
        mote.forgetPrefix();
        next.records.putAll(gateway.ledger.records);
        start(sections, next);
        gateway.restore();
    }

    @Test
    void aPublisherNamesItsCommandAndWhatComesTwiceIsDoneOnce() throws Exception {
        start("");
        hear(NODE);
        for (int i = 0; i < 3; i++) {
            gateway.publish(NODE, "id=pump-7&ttl=60/udp/8765", "on");
        }
        gateway.publish(NODE, "udp/8765", "behind it");
        gateway.awaitStates(NODE, "udp/8765", "queued", "sent");
        Await.until("the last", 60, () -> received.contains("behind it"));
        assertEquals(List.of("on", "behind it"), received);
        assertEquals(2, gateway.health.value(Counter.COMMANDS_REPEATED));
        assertTrue(gateway.reports.get(0).endsWith("/down/id=pump-7&ttl=60/udp/8765/state "
            + "{\"state\":\"queued\",\"id\":\"pump-7\"}"), gateway.reports.toString());
    }

    @Test
    void aSleepyNodeGetsItsCommandsWhenItIsHeard() throws Exception {
        start(SLEEPY + AWAKE + "config commands\n\toption node_gap_ms 0\n");
        gateway.publish(NODE, "udp/8765", "one");
        gateway.publish(NODE, "udp/8765", "two");
        gateway.awaitStates(NODE, "udp/8765", "queued", "queued");
        hear(OTHER);
        gateway.publish(OTHER, "udp/8765", "awake");
        Await.until("the command to the other node", 60, () -> received.contains("awake"));
        assertEquals(List.of("awake"), received);
        hear(NODE);
        gateway.awaitStates(NODE, "udp/8765", "queued", "queued", "sent", "sent");
        Await.until("both", 60, () -> received.size() == 3);
        assertEquals(List.of("awake", "one", "two"), received);
    }

    @Test
    void aSleepyNodeThatWasHeardJustNowGetsWhatComesInReturn() throws Exception {
        start(SLEEPY + AWAKE);
        hear(NODE);
        gateway.publish(NODE, "udp/8765", "in return");
        gateway.awaitStates(NODE, "udp/8765", "queued", "sent");
        Await.until("the command", 60, () -> received.equals(List.of("in return")));
    }

    @Test
    void whatWaitsTooLongExpires() throws Exception {
        start(SLEEPY);
        gateway.publish(NODE, "ttl=1/udp/8765", "one");
        gateway.publish(NODE, "udp/8765", "two");
        gateway.awaitStates(NODE, "ttl=1/udp/8765", "queued", "expired");
        hear(NODE);
        gateway.awaitStates(NODE, "udp/8765", "queued", "sent");
        Await.until("the other", 60, () -> !received.isEmpty());
        assertEquals(List.of("two"), received);
        assertEquals(1, gateway.health.value(Counter.COMMANDS_EXPIRED));
        assertEquals(0, gateway.ledger.records.size());
    }

    @Test
    void aCommandWaitsForTheLink() throws Exception {
        start("");
        hear(NODE);
        int port = mote.port();
        mote.close();
        Await.until("the link to be down", 60, () -> !gateway.mesh.isUp());
        for (int i = 0; i < 5; i++) {
            gateway.publish(NODE, "udp/8765", "command " + i);
        }
        gateway.awaitStates(NODE, "udp/8765", "queued", "queued", "queued", "queued", "queued");
        mote = new EmulatedMote(port, this::received);
        Await.until("all of them", 120, () -> received.size() == 5);
        assertEquals(List.of("command 0", "command 1", "command 2", "command 3", "command 4"), received);
        gateway.awaitStates(NODE, "udp/8765", "queued", "queued", "queued", "queued", "queued", "sent", "sent", "sent",
            "sent", "sent");
    }

    @Test
    void whatThereIsNoRoomForIsRefused() throws Exception {
        start(SLEEPY + "config node\n\toption node '" + OTHER + "'\n\toption sleepy 1\n"
            + "config commands\n\toption node_queue 2\n\toption queue 3\n");
        for (int port = 1; port <= 3; port++) {
            gateway.publish(NODE, "udp/" + port, "x");
        }
        gateway.awaitStates(NODE, "udp/3", "refused");
        gateway.awaitStates(NODE, "udp/1", "queued");
        gateway.awaitStates(NODE, "udp/2", "queued");
        assertTrue(gateway.reports.toString().contains("\"kind\":\"node_queue_full\""), gateway.reports.toString());
        gateway.publish(OTHER, "udp/1", "x");
        gateway.publish(OTHER, "udp/2", "x");
        gateway.awaitStates(OTHER, "udp/2", "refused");
        gateway.awaitStates(OTHER, "udp/1", "queued");
        assertTrue(gateway.reports.toString().contains("\"kind\":\"queue_full\""), gateway.reports.toString());
        assertEquals(3, gateway.ledger.records.size());
    }

    @Test
    void whatWaitedWhenTheGatewayStoppedGoesInTheNextLife() throws Exception {
        start(SLEEPY);
        gateway.publish(NODE, "id=a/udp/8765", "one");
        gateway.publish(NODE, "udp/8765", "two");
        gateway.awaitStates(NODE, "udp/8765", "queued");
        assertEquals(2, gateway.ledger.records.size());
        startAgain(SLEEPY + AWAKE + "config commands\n\toption node_gap_ms 0\n", new Epoch(2, 7));
        gateway.awaitCount(Counter.COMMANDS_RESTORED, 2);
        gateway.publish(NODE, "id=a/udp/8765", "one");
        gateway.awaitCount(Counter.COMMANDS_REPEATED, 1);
        hear(NODE);
        gateway.awaitStates(NODE, "udp/8765", "sent");
        Await.until("both", 60, () -> received.size() == 2);
        assertEquals(List.of("one", "two"), received);
        gateway.close();
        assertEquals(1, gateway.ledger.records.size(), "the name is remembered");
    }

    @Test
    void theTimeBetweenTwoLivesCountsAsFarAsItIsKnown() throws Exception {
        start(SLEEPY);
        gateway.publish(NODE, "ttl=3600/udp/1", "one");
        gateway.publish(NODE, "ttl=7200/udp/2", "two");
        gateway.awaitStates(NODE, "ttl=7200/udp/2", "queued");
        MemoryLedger next = new MemoryLedger(new Epoch(2, 7));
        next.aheadMs = 3_600_000;
        startAgain(SLEEPY, next);
        gateway.awaitStates(NODE, "ttl=3600/udp/1", "expired");
        assertEquals(List.of(), gateway.states(NODE, "ttl=7200/udp/2"));
        MemoryLedger last = new MemoryLedger(new Epoch(3, 7));
        last.ranMs = 7_200_000;
        startAgain(SLEEPY, last);
        gateway.awaitStates(NODE, "ttl=7200/udp/2", "expired");
    }

    @Test
    void aRequestWithoutAnAnswerIsRepeatedInTheNextLifeWhereThatDoesNoHarm() throws Exception {
        start("");
        hear(NODE);
        gateway.publish(NODE, "coap/get/a", "");
        gateway.awaitStates(NODE, "coap/get/a", "queued", "sent");
        hear(OTHER);
        gateway.publish(OTHER, "coap/post/b", "x");
        gateway.awaitStates(OTHER, "coap/post/b", "queued", "sent");
        hear(THIRD);
        gateway.publish(THIRD, "coap/post", "x");
        gateway.awaitStates(THIRD, "coap/post", "queued", "sent");
        startAgain("", new Epoch(2, 7));
        gateway.awaitStates(NODE, "coap/get/a", "sent");
        gateway.awaitStates(OTHER, "coap/post/b", "failed");
        gateway.awaitStates(THIRD, "coap/post", "failed");
        assertTrue(gateway.reports.toString().contains("not known"), gateway.reports.toString());
    }

    @Test
    void twoCommandsToANodeKeepTheirDistance() throws Exception {
        start("config commands\n\toption node_gap_ms 600000\n");
        hear(NODE);
        hear(OTHER);
        gateway.publish(NODE, "udp/1", "a");
        gateway.publish(NODE, "ttl=2/udp/2", "b");
        gateway.publish(OTHER, "udp/1", "c");
        gateway.awaitStates(NODE, "ttl=2/udp/2", "queued", "expired");
        gateway.awaitStates(OTHER, "udp/1", "queued", "sent");
        assertEquals(List.of("a", "c"), received);
    }

    @Test
    void twoCommandsInAMeshKeepTheirDistance() throws Exception {
        start("config commands\n\toption mesh_gap_ms 600000\n");
        hear(NODE);
        hear(OTHER);
        gateway.publish(NODE, "udp/1", "a");
        gateway.awaitStates(NODE, "udp/1", "queued", "sent");
        gateway.publish(OTHER, "ttl=2/udp/1", "b");
        gateway.awaitStates(OTHER, "ttl=2/udp/1", "queued", "expired");
        assertEquals(List.of("a"), received);
    }

    @Test
    void aForgottenNodeIsUnknown() throws Exception {
        start("");
        hear(NODE);
        gateway.publish(NODE, "forget", "");
        gateway.awaitStates(NODE, "forget", "answered");
        gateway.publish(NODE, "forget", "");
        gateway.awaitStates(NODE, "forget", "answered", "refused");
        gateway.publish(NODE, "udp/8765", "x");
        gateway.awaitStates(NODE, "udp/8765", "refused");
    }
}
