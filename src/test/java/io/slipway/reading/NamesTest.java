package io.slipway.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of nodes, lives and topics. */
class NamesTest {
    private static final Topics TOPICS = new Topics("gw-01");

    @Test
    void anEuiIsSixteenLowerCaseDigitsOfEitherCaseRead() {
        Eui64 node = Eui64.parse("00124B00060D9aBc");
        assertEquals("00124b00060d9abc", node.toString());
        assertEquals(0x00124b00060d9abcL, node.bits());
        assertEquals(Eui64.of(0x00124b00060d9abcL), node);
        assertEquals(Eui64.of(0x00124b00060d9abcL).hashCode(), node.hashCode());
        assertNotEquals(Eui64.of(0x00124b00060d9abdL), node);
        assertSame(Eui64.LAN, Eui64.parse("0000000000000000"));
    }

    @Test
    void anInterfaceIdIsTheEuiWithOneBitTurned() {
        assertEquals("0002000200020002", Eui64.ofInterfaceId(0x0202000200020002L).toString());
        assertEquals(0x0202000200020002L, Eui64.parse("0002000200020002").interfaceId());
        assertEquals("fe00000000000000", Eui64.ofInterfaceId(0xfc00000000000000L).toString());
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Eui64 node = Eui64.of(random.nextLong());
            assertEquals(node, Eui64.parse(node.toString()), "seed " + seed);
            assertEquals(node, Eui64.ofInterfaceId(node.interfaceId()), "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0002", "00020002000200020", "000200020002000g", "0002-0002-0002-0", "+002000200020002",
        "\uff10002000200020002", "\u0660002000200020002"})
    void nothingElseIsAnEui(String text) {
        assertNull(Eui64.parse(text));
    }

    @Test
    void anEpochReadsBack() {
        Epoch epoch = new Epoch(17, 0x9f3a21c4);
        assertEquals("17-9f3a21c4", epoch.toString());
        assertEquals(epoch, Epoch.parse("17-9f3a21c4"));
        assertEquals(epoch.hashCode(), Epoch.parse("17-9f3a21c4").hashCode());
        assertEquals(17, epoch.boot());
        assertEquals(0x9f3a21c4, epoch.nonce());
        assertEquals("1-0000000a", new Epoch(1, 10).toString());
        assertNotEquals(new Epoch(18, 0x9f3a21c4), epoch);
        assertNotEquals(new Epoch(17, 0x9f3a21c5), epoch);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "17", "-9f3a21c4", "17-9f3a21c", "17-9f3a21c44", "17-9F3A21C4", "17--9f3a21c",
        "017-9f3a21c4",
        "+17-9f3a21c4", "0-9f3a21c4", "17-9f3a21cg", "99999999999-9f3a21c4", "17-+f3a21c4"})
    void nothingElseIsAnEpoch(String text) {
        assertNull(Epoch.parse(text));
    }

    @Test
    void topicsAreCalledAsDocumented() {
        Eui64 node = Eui64.parse("0002000200020002");
        assertEquals("slipway/gw-01/", TOPICS.root());
        assertEquals("slipway/gw-01/state", TOPICS.state());
        assertEquals("slipway/gw-01/0002000200020002/state", TOPICS.nodeState(node));
        assertEquals("slipway/gw-01/0002000200020002/up/udp/5678", TOPICS.up(node, "udp/5678"));
        assertEquals("slipway/gw-01/batch", TOPICS.batch());
        assertEquals("slipway/gw-01/+/down/#", TOPICS.downFilter());
        assertEquals("slipway/gw-01/x/down/udp/5/state", Topics.stateOf("slipway/gw-01/x/down/udp/5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"slipway/gw-01/0002000200020002/down/udp/5678", "slipway/gw-01/x/down/",
        "slipway/gw-01//down/y"})
    void aCommandsTopicIsKnown(String topic) {
        assertTrue(TOPICS.isDown(topic));
        assertFalse(TOPICS.isDown(Topics.stateOf(topic)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"slipway/gw-01/state", "slipway/gw-01/x/up/down/y", "slipway/gw-01/a/b/down/y",
        "slipway/gw-02/x/down/y",
        "slipway/gw-01/down/y", "slipway/gw-01/x/down", "slipway/gw-01", "x/slipway/gw-01/x/down/y", ""})
    void otherTopicsAreNoCommands(String topic) {
        assertFalse(TOPICS.isDown(topic));
    }
}
