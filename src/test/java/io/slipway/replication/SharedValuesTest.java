package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values that two real gateways share, as their LANs and their command lines see them. */
class SharedValuesTest extends GatewayPair {
    @BeforeEach
    void gateways() throws Exception {
        one.connectsTo(two).with("option shared_datasets '2'", "option shared_values '4'").start();
        two.knows(one).start();
    }

    private static String topic(SyncGateway at, String key) {
        return "slipway/" + at.id + "/shared/" + key;
    }

    private static void awaitRetained(SyncGateway at, String key, String value) {
        Await.until(value + " at " + at.id, 60, () -> at.retained(topic(at, key)).equals(value));
    }

    @Test
    void aChangeOnOneLanIsRetainedOnTheOther() throws Exception {
        one.publish(topic(one, "room/target"), "21", "-r");
        awaitRetained(two, "room/target", "21");
        two.publish(topic(two, "room/target"), "19");
        awaitRetained(one, "room/target", "19");
        awaitRetained(two, "room/target", "19");
        assertTrue(one.cli(0, "shared", "get", "room/target").contains("\"value\":\"19\""));
        String past = one.cli(0, "shared", "history", "room/target");
        assertTrue(past.contains("\"value\":\"21\"") && past.contains("\"writer\":\"gw-01\""), past);
        one.publish(topic(one, "room/target"), null, "-r");
        awaitRetained(two, "room/target", "");
        assertTrue(two.cli(1, "shared", "get", "room/target").contains("there is no value of that name"));
    }

    @Test
    void theLaterOfTwoChangesHoldsEverywhereAfterBothWereApart() throws Exception {
        one.cli(0, "shared", "set", "site/name", "old");
        awaitRetained(two, "site/name", "old");
        two.kill();
        one.cli(0, "shared", "set", "site/name", "first");
        one.kill();
        two.start();
        two.cli(0, "shared", "set", "site/name", "second");
        two.cli(0, "shared", "set", "site/more", "x");
        one.start();
        awaitRetained(one, "site/name", "second");
        awaitRetained(one, "site/more", "x");
        awaitRetained(two, "site/name", "second");
        String past = two.cli(0, "shared", "history", "site/name");
        assertTrue(past.contains("\"first\"") && past.contains("\"old\""), past);
        assertEquals(one.cli(0, "shared", "list"), two.cli(0, "shared", "list"));
    }

    @Test
    void whatIsTooMuchIsRefusedAndTakenBack() throws Exception {
        String said = one.cli(1, "shared", "set", "a/" + "k".repeat(127), "v");
        assertTrue(said.contains("at most 128 bytes"), said);
        one.cli(0, "shared", "set", "a/1", "v".repeat(4096));
        one.publish(topic(one, "a/1"), "w".repeat(4097), "-r");
        awaitRetained(one, "a/1", "v".repeat(4096));
        one.cli(0, "shared", "set", "b/1", "v");
        said = one.cli(1, "shared", "set", "c/1", "v");
        assertTrue(said.contains("shared_datasets, 2"), said);
        one.cli(0, "shared", "set", "b/2", "v");
        one.cli(0, "shared", "set", "b/3", "v");
        said = one.cli(1, "shared", "set", "b/4", "v");
        assertTrue(said.contains("shared_values, 4"), said);
        assertEquals(4, one.figure("shared_refused"));
        said = one.cli(2, "shared", "set", "b/1");
        assertTrue(said.contains("expected list, get, set"), said);
    }
}
