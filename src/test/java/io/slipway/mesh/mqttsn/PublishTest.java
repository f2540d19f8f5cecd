package io.slipway.mesh.mqttsn;

import static io.slipway.mesh.mqttsn.Simulation.NODE;
import static io.slipway.mesh.mqttsn.Simulation.OTHER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.health.Counter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What nodes publish: topics, the qualities of service, repetitions. */
class PublishTest {
    private final Simulation gateway = new Simulation();

    private void assertPublished(String... expected) {
        assertEquals(List.of(expected), gateway.published);
    }

    @Test
    void aRegisteredTopicHasAnIdThatPublishUses() {
        gateway.connect();
        gateway.exchange("08 0a 0000 0001 6162", "07 0b 0001 0001 00");
        gateway.exchange("08 0a 0000 0002 6162", "07 0b 0001 0002 00");
        gateway.exchange("08 0a 0000 0003 6163", "07 0b 0002 0003 00");
        gateway.exchange("09 0c 20 0002 0004 3231", "07 0d 0002 0004 00");
        assertPublished(NODE + " ac 21 1 false");
    }

    @Test
    void qosZeroIsNotAnswered() {
        gateway.connect();
        gateway.send("08 0a 0000 0001 6162");
        gateway.exchange("09 0c 10 0001 0000 3231");
        gateway.exchange("09 0c 00 0001 0000 3231");
        assertPublished(NODE + " ab 21 0 true", NODE + " ab 21 0 false");
    }

    @Test
    void anUnknownIdIsRefusedAtEveryQos() {
        gateway.connect();
        gateway.exchange("08 0c 20 0001 0004 31", "07 0d 0001 0004 02");
        gateway.exchange("08 0c 40 0009 0005 31", "07 0d 0009 0005 02");
        gateway.exchange("08 0c 00 0000 0000 31", "07 0d 0000 0000 02");
        gateway.exchange("08 0c 21 0009 0006 31", "07 0d 0009 0006 02");
        gateway.exchange("08 0c 23 0009 0007 31", "07 0d 0009 0007 03");
        assertPublished();
        assertEquals(5, gateway.count(Counter.MQTTSN_REFUSED));
    }

    @Test
    void shortAndPredefinedTopicsNeedNoRegistration() {
        gateway.connect();
        gateway.exchange("08 0c 22 6869 0001 31", "07 0d 6869 0001 00");
        gateway.exchange("08 0c 21 0007 0002 32", "07 0d 0007 0002 00");
        assertPublished(NODE + " hi 1 1 false", NODE + " seven 2 1 false");
    }

    @Test
    void qosMinusOneNeedsNoConnectionAndGetsNoAnswer() {
        gateway.exchange("08 0c 62 6869 0000 31");
        gateway.exchange("08 0c 61 0008 0000 32");
        gateway.exchange("08 0c 61 0009 0000 33");
        gateway.exchange("08 0c 60 0001 0000 34");
        assertPublished(NODE + " hi 1 0 false", NODE + " seven/eight 2 0 false");
        assertEquals(2, gateway.count(Counter.MQTTSN_REFUSED));
    }

    @Test
    void aRepetitionAtQosOneIsAcknowledgedAndNotTakenTwice() {
        gateway.connect();
        gateway.exchange("08 0c 22 6869 0001 31", "07 0d 6869 0001 00");
        // A copy that the network made, and a repetition proper.
        gateway.exchange("08 0c 22 6869 0001 31", "07 0d 6869 0001 00");
        gateway.exchange("08 0c a2 6869 0001 31", "07 0d 6869 0001 00");
        assertPublished(NODE + " hi 1 1 false");
        assertEquals(2, gateway.count(Counter.MQTTSN_DUPLICATES));
        // Another message under an id that came before: the client counts badly, or has started anew.
        gateway.exchange("08 0c 22 6869 0001 32", "07 0d 6869 0001 00");
        gateway.exchange("08 0c 22 6868 0001 32", "07 0d 6868 0001 00");
        assertEquals(3, gateway.published.size());
    }

    @Test
    void theSameMessageUnderTheSameIdMuchLaterIsAnother() {
        gateway.send("07 04 04 01 0000 63");
        gateway.send("08 0c 22 6869 0001 31");
        gateway.pass(30_001);
        gateway.send("08 0c 22 6869 0001 31");
        assertEquals(2, gateway.published.size());
        gateway.pass(290_000);
        gateway.send("08 0c a2 6869 0001 31");
        assertEquals(2, gateway.published.size());
        gateway.pass(300_001);
        gateway.send("08 0c a2 6869 0001 31");
        assertEquals(3, gateway.published.size());
    }

    @Test
    void qosTwoIsTakenOnceHoweverLateItIsRepeated() {
        gateway.send("07 04 04 01 0000 63");
        gateway.exchange("08 0c 42 6869 0001 31", "04 0f 0001");
        gateway.pass(3_600_000);
        gateway.exchange("08 0c c2 6869 0001 31", "04 0f 0001");
        gateway.exchange("04 10 0001", "04 0e 0001");
        gateway.exchange("04 10 0001", "04 0e 0001");
        // A copy that comes behind the release.
        gateway.exchange("08 0c c2 6869 0001 31", "04 0f 0001");
        gateway.exchange("04 10 0001", "04 0e 0001");
        assertPublished(NODE + " hi 1 2 false");
    }

    @Test
    void whoIsNotConnectedIsToldSo() {
        gateway.exchange("08 0c 22 6869 0001 31", "02 18");
        gateway.exchange("08 0a 0000 0001 6162", "02 18");
        gateway.exchange("02 16", "02 18");
        gateway.exchange("03 16 63", "02 18");
        // An answer, and what only a gateway says.
        gateway.exchange("07 0d 0001 0004 00");
        gateway.exchange("02 17");
        assertPublished();
        assertEquals(6, gateway.count(Counter.MQTTSN_UNCONNECTED));
    }

    @Test
    void nodesAreKeptOutOfTheGatewaysTopics() {
        gateway.connect();
        for (String topic : List.of("slipway/gw-01/0002000200020002/up/x", "slipway", "slipway/other/state", "$SYS/x",
            "a/+", "#", "a\u0000b", "")) {
            Message register = new Message(MessageType.REGISTER).id(1).rest(Simulation.bytes(topic));
            gateway.send(register);
            gateway.assertSent("07 0b 0000 0001 03");
        }
        gateway.exchange("08 0a 0000 0001 c328", "07 0b 0000 0001 03");
        gateway.exchange("08 0c 22 2441 0001 31", "07 0d 2441 0001 03");
        gateway.send(new Message(MessageType.REGISTER).id(2).rest(Simulation.bytes("slipways/x")));
        gateway.assertSent("07 0b 0001 0002 00");
        assertPublished();
    }

    @Test
    void theLimitOfTopicsIsSaidAsCongestion() {
        Simulation small = new Simulation("topics 2");
        small.connect();
        small.send("08 0a 0000 0001 6161");
        small.send("08 0a 0000 0002 6162");
        small.exchange("08 0a 0000 0003 6163", "07 0b 0000 0003 01");
        small.exchange("08 0a 0000 0004 6162", "07 0b 0002 0004 00");
    }

    @Test
    void theMemoryOfAllClientsTogetherIsBounded() {
        Simulation small = new Simulation("memory_bytes 64k", "topics 1024");
        small.connect();
        int id = 0;
        Message register = new Message(MessageType.REGISTER);
        do {
            small.sent.clear();
            small.send(register.id(++id).rest(Simulation.bytes("a topic with a number " + id)));
        } while (small.sent.get(0).endsWith("00"));
        assertEquals("070b0000" + String.format("%04x", id) + "01", small.sent.get(0));
        assertEquals(65_536, small.gateway.budget.taken(), 200);
        // A session that begins anew gives everything back.
        small.pass(100_000);
        small.connect();
        assertEquals(0, small.gateway.budget.taken());
    }

    @Test
    void twoNodesOfOneFirmwareAreTwoClients() {
        gateway.connect();
        gateway.send(OTHER, 1883, "07 04 04 01 0010 63");
        gateway.send("08 0a 0000 0001 6162");
        gateway.send(OTHER, 1883, "08 0a 0000 0001 6163");
        gateway.send("08 0c 00 0001 0000 31");
        gateway.send(OTHER, 1883, "08 0c 00 0001 0000 31");
        assertPublished(NODE + " ab 1 0 false", OTHER + " ac 1 0 false");
    }

    @Test
    void aSearchForAGatewayIsAnswered() {
        gateway.exchange("03 01 00", "03 02 01");
    }

    @Test
    void whatIsNoMessageIsCounted() {
        gateway.exchange("");
        gateway.exchange("02 03");
        assertEquals(2, gateway.count(Counter.MQTTSN_MALFORMED));
    }
}
