package io.slipway.mesh.mqttsn;

import static io.slipway.mesh.mqttsn.Simulation.NODE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.health.Counter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What clients subscribe to, and how they get it, awake and asleep. */
class DeliveryTest {
    private final Simulation gateway = new Simulation();

    private void subscribe(String filter, int qos) {
        gateway.send(new Message(MessageType.SUBSCRIBE).flags(Flags.ofQos(qos)).id(9).rest(Simulation.bytes(filter)));
        assertEquals("00", gateway.sent.get(0).substring(14), filter + " is refused");
        gateway.sent.clear();
    }

    @Test
    void aNameHasItsIdFromTheSubscription() {
        gateway.connect();
        gateway.exchange("07 12 20 0001 6162", "08 13 20 0001 0001 00");
        gateway.lan("ab", "on", 0);
        gateway.assertSent("09 0c 00 0001 0000 6f6e");
        gateway.lan("ac", "on", 0);
        gateway.assertSent();
    }

    @Test
    void theLowerQosCounts() {
        gateway.connect();
        subscribe("ab", 1);
        gateway.lan("ab", "1", 2);
        gateway.assertSent("08 0c 20 0001 0001 31");
        gateway.exchange("07 0d 0001 0001 00");
        gateway.lan("ab", "2", 0);
        gateway.assertSent("08 0c 00 0001 0000 32");
        assertEquals(2, gateway.count(Counter.MQTTSN_DELIVERED));
    }

    @Test
    void aShortNameAndAPredefinedIdAreUsedAsTheyWereAskedFor() {
        gateway.connect();
        gateway.exchange("07 12 02 0001 6869", "08 13 00 6869 0001 00");
        gateway.exchange("07 12 01 0002 0007", "08 13 00 0007 0002 00");
        gateway.lan("hi", "1", 0);
        gateway.lan("seven", "2", 0);
        gateway.assertSent("08 0c 02 6869 0000 31", "08 0c 01 0007 0000 32");
        gateway.exchange("07 14 01 0003 0007", "04 15 0003");
        gateway.lan("seven", "2", 0);
        gateway.assertSent();
    }

    @Test
    void aTopicUnderAWildcardIsRegisteredFirst() {
        gateway.connect();
        gateway.exchange("08 12 00 0001 612f23", "08 13 00 0000 0001 00");
        gateway.lan("a/b", "1", 0);
        gateway.lan("a/b", "2", 0);
        gateway.assertSent("09 0a 0001 0001 612f62");
        gateway.exchange("07 0b 0001 0001 00", "08 0c 00 0001 0000 31", "08 0c 00 0001 0000 32");
        gateway.lan("a/b", "3", 0);
        gateway.assertSent("08 0c 00 0001 0000 33");
    }

    @Test
    void aRefusedRegistrationCostsTheMessageAndCongestionDoesNot() {
        gateway.connect();
        subscribe("a/#", 0);
        gateway.lan("a/b", "1", 0);
        gateway.assertSent("09 0a 0001 0001 612f62");
        gateway.exchange("07 0b 0001 0001 01");
        gateway.pass(10_000);
        gateway.assertSent("09 0a 0001 0001 612f62");
        gateway.exchange("07 0b 0001 0001 03");
        assertEquals(1, gateway.count(Counter.MQTTSN_DROPPED));
    }

    @Test
    void anIdThatTheClientHasForgottenIsToldAgain() {
        gateway.connect();
        subscribe("ab", 1);
        gateway.lan("ab", "1", 1);
        gateway.assertSent("08 0c 20 0001 0001 31");
        gateway.exchange("07 0d 0001 0001 02", "08 0a 0001 0002 6162");
        gateway.exchange("07 0b 0001 0002 00", "08 0c 20 0001 0003 31");
        gateway.exchange("07 0d 0001 0003 02");
        assertEquals(1, gateway.count(Counter.MQTTSN_DROPPED));
    }

    @Test
    void oneMessageIsUnderWayAtATime() {
        gateway.connect();
        subscribe("ab", 1);
        gateway.lan("ab", "1", 1);
        gateway.lan("ab", "2", 1);
        gateway.assertSent("08 0c 20 0001 0001 31");
        gateway.exchange("07 0d 0001 0001 00", "08 0c 20 0001 0002 32");
        gateway.exchange("07 0d 0001 0001 00");
    }

    @Test
    void qosTwoGoesThroughItsFourSteps() {
        gateway.connect();
        subscribe("ab", 2);
        gateway.lan("ab", "1", 2);
        gateway.assertSent("08 0c 40 0001 0001 31");
        gateway.exchange("04 0f 0001", "04 10 0001");
        gateway.exchange("04 0f 0001", "04 10 0001");
        gateway.pass(10_000);
        gateway.assertSent("04 10 0001");
        gateway.exchange("04 0e 0001");
        gateway.pass(100_000);
        gateway.assertSent();
        assertEquals(1, gateway.count(Counter.MQTTSN_DELIVERED));
    }

    @Test
    void whatIsNotAnsweredIsRepeatedAndThenWaitsForTheClient() {
        gateway.send("07 04 04 01 0000 63");
        gateway.sent.clear();
        subscribe("ab", 1);
        gateway.lan("ab", "1", 1);
        gateway.pass(3_600_000);
        gateway.assertSent("08 0c 20 0001 0001 31", "08 0c a0 0001 0001 31", "08 0c a0 0001 0001 31",
            "08 0c a0 0001 0001 31", "08 0c a0 0001 0001 31");
        gateway.exchange("02 16", "02 17", "08 0c a0 0001 0001 31");
        gateway.exchange("07 0d 0001 0001 00");
        assertEquals(0, gateway.count(Counter.MQTTSN_DROPPED));
    }

    @Test
    void aSleepingClientGetsItsMessagesWhenItWakes() {
        gateway.connect();
        subscribe("ab", 1);
        gateway.exchange("04 18 003c", "02 18");
        gateway.lan("ab", "1", 0);
        gateway.lan("ab", "2", 1);
        gateway.pass(60_000);
        gateway.assertSent();
        gateway.exchange("03 16 63", "08 0c 00 0001 0000 31", "08 0c 20 0001 0001 32");
        gateway.exchange("07 0d 0001 0001 00", "02 17");
        gateway.lan("ab", "3", 0);
        gateway.assertSent();
        gateway.exchange("03 16 63", "08 0c 00 0001 0000 33", "02 17");
        gateway.exchange("03 16 63", "02 17");
    }

    @Test
    void aSleepingClientMayWakeAtAnotherPort() {
        gateway.connect();
        subscribe("ab", 1);
        gateway.send("04 18 003c");
        gateway.lan("ab", "1", 0);
        gateway.sent.clear();
        gateway.send(NODE, 2000, "03 16 63");
        gateway.assertSent("08 0c 00 0001 0000 31", "02 17");
    }

    @Test
    void aConnectEndsTheSleepAndKeepsWhatThereIs() {
        gateway.connect();
        subscribe("ab", 1);
        gateway.send("04 18 003c");
        gateway.lan("ab", "1", 1);
        gateway.exchange("07 04 04 01 0010 63", "03 05 00", "08 0c 20 0001 0001 31");
    }

    @Test
    void aSleeperThatDoesNotAnswerIsAskedAgainWhenItWakesTheNextTime() {
        gateway.connect();
        subscribe("ab", 1);
        gateway.send("04 18 0e10");
        gateway.lan("ab", "1", 1);
        gateway.exchange("03 16 63", "08 0c 20 0001 0001 31");
        gateway.pass(60_000);
        assertEquals(4, gateway.sent.size());
        gateway.exchange("03 16 63", "08 0c a0 0001 0001 31");
        gateway.exchange("07 0d 0001 0001 00", "02 17");
    }

    @Test
    void aSleeperThatOversleepsIsLost() {
        gateway.send("07 04 0c 01 0010 63");
        gateway.send("05 07 00 6162");
        gateway.send("05 09 627965");
        gateway.send("04 18 003c");
        gateway.pass(89_999);
        assertEquals(0, gateway.count(Counter.MQTTSN_LOST));
        gateway.pass(1);
        assertEquals(List.of(NODE + " ab bye 0 false"), gateway.published);
    }

    @Test
    void theQueueOfASleeperIsBoundedAndTheOldestGoes() {
        Simulation small = new Simulation("queue 2");
        small.connect();
        small.send("07 12 00 0001 6162");
        small.send("04 18 003c");
        for (int i = 1; i <= 4; i++) {
            small.lan("ab", "" + i, 0);
        }
        small.exchange("03 16 63", "08 0c 00 0001 0000 33", "08 0c 00 0001 0000 34", "02 17");
        assertEquals(2, small.count(Counter.MQTTSN_DROPPED));
    }

    @Test
    void theMemoryForWhatWaitsIsBounded() {
        Simulation small = new Simulation("memory_bytes 64k", "queue 1024");
        small.connect();
        small.send("07 12 00 0001 6162");
        small.send("04 18 003c");
        for (int i = 0; i < 200; i++) {
            small.lan("ab", i + "x".repeat(900), 0);
        }
        assertEquals(65_536, small.gateway.budget.taken(), 1000);
        small.sent.clear();
        small.send("03 16 63");
        assertEquals(200 + 1, small.sent.size() + small.count(Counter.MQTTSN_DROPPED));
        assertEquals(Simulation.hex("199"), small.sent.get(small.sent.size() - 2).substring(18, 24));
    }

    @Test
    void whatIsTooLongForTheLineIsDropped() {
        gateway.connect();
        subscribe("ab", 0);
        gateway.gateway.message("ab", new byte[992], 0);
        gateway.assertSent();
        gateway.gateway.message("ab", new byte[991], 0);
        assertEquals(1, gateway.sent.size());
        assertEquals(1, gateway.count(Counter.MQTTSN_DROPPED));
    }

    @Test
    void aNodeHearsOfTheGatewaysTopicsOnlyItsOwn() {
        gateway.connect();
        List<String> refused = new ArrayList<>();
        for (String filter : List.of("slipway/#", "slipway/gw-01/#", "slipway/gw-01/+/up/#", "slipway/+/x/up",
            "slipway/gw-01/0003000300030003/down/#", "slipway", "$SYS/#", "a/#/b", "a+", "")) {
            gateway.send(new Message(MessageType.SUBSCRIBE).id(1).rest(Simulation.bytes(filter)));
            if (gateway.sent.equals(List.of("0813000000000103"))) {
                refused.add(filter);
            }
            gateway.sent.clear();
        }
        assertEquals(10, refused.size(), "" + refused);
        subscribe("#", 0);
        gateway.lan("slipway/gw-01/0003000300030003/up/udp/5678", "1", 0);
        gateway.lan("slipway/gw-01/0002000200020002/up/udp/5678", "1", 0);
        gateway.lan("$SYS/x", "1", 0);
        gateway.assertSent();
        subscribe("slipway/gw-01/0002000200020002/down/#", 0);
        gateway.lan("slipway/gw-01/0002000200020002/down/mqttsn/x", "1", 0);
        assertEquals(1, gateway.sent.size());
    }

    @Test
    void retainedMessagesComeWithTheSubscription() {
        gateway.connect();
        gateway.retained.put("ab", "kept");
        gateway.retained.put("slipway/gw-01/state", "online");
        gateway.exchange("07 12 00 0001 6162", "08 13 00 0001 0001 00", "0b 0c 10 0001 0000" + Simulation.hex("kept"));
        gateway.exchange("06 12 00 0002 23", "08 13 00 0000 0002 00", "0b 0c 10 0001 0000" + Simulation.hex("kept"));
    }

    @Test
    void aClientHearsWhatAnotherPublishesAndWhatItDoesItself() {
        gateway.connect();
        subscribe("hi", 0);
        gateway.send(Simulation.OTHER, 1883, "08 0c 62 6869 0000 31");
        gateway.assertSent("08 0c 00 0001 0000 31");
        gateway.exchange("08 0c 02 6869 0000 32", "08 0c 00 0001 0000 32");
    }

    @Test
    void severalSubscriptionsToOneTopicBringOneMessage() {
        gateway.connect();
        subscribe("+", 0);
        subscribe("#", 1);
        gateway.lan("ab", "1", 1);
        gateway.assertSent("08 0a 0001 0001 6162");
        gateway.exchange("07 0b 0001 0001 00", "08 0c 20 0001 0002 31");
        gateway.exchange("07 0d 0001 0002 00");
        gateway.exchange("06 14 00 0003 23", "04 15 0003");
        gateway.exchange("06 14 00 0004 2b", "04 15 0004");
        gateway.lan("ab", "1", 1);
        gateway.assertSent();
        assertEquals(false, gateway.gateway.isWanted("ab"));
    }

    @Test
    void whatCannotBeSubscribedIsRefusedInCodes() {
        Simulation small = new Simulation("topics 1");
        small.connect();
        small.exchange("07 12 01 0001 0009", "08 13 00 0000 0001 02");
        small.exchange("06 12 01 0001 07", "08 13 00 0000 0001 02");
        small.exchange("07 12 03 0001 6162", "08 13 00 0000 0001 03");
        small.exchange("07 12 60 0001 6162", "08 13 00 0000 0001 03");
        small.exchange("07 12 00 0001 6162", "08 13 00 0001 0001 00");
        small.exchange("07 12 40 0001 6162", "08 13 40 0001 0001 00");
        small.exchange("07 12 00 0002 6163", "08 13 00 0000 0002 01");
        small.exchange("06 12 00 0002 23", "08 13 00 0000 0002 01");
    }
}
