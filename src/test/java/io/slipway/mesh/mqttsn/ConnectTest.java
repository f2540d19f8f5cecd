package io.slipway.mesh.mqttsn;

import static io.slipway.mesh.mqttsn.Simulation.NODE;
import static io.slipway.mesh.mqttsn.Simulation.OTHER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.health.Counter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How clients come and go: CONNECT, wills, keep-alive. */
class ConnectTest {
    private static final String CLEAN = "07 04 04 01 0010 63";
    private static final String LASTING = "07 04 00 01 0010 63";
    private static final String WITH_WILL = "07 04 0c 01 0010 63";
    private static final String ACCEPTED = "03 05 00";

    private final Simulation gateway = new Simulation();

    @Test
    void aConnectIsAcceptedAndSoIsItsRepetition() {
        gateway.exchange(CLEAN, ACCEPTED);
        gateway.send("08 0a 0000 0001 6162");
        gateway.exchange(CLEAN, ACCEPTED);
        // A copy of the CONNECT must not take away what came after it.
        gateway.exchange("08 0c 20 0001 0004 31", "07 0d 0001 0004 00");
    }

    @Test
    void aCleanSessionForgetsAndALastingOneDoesNot() {
        gateway.exchange(LASTING, ACCEPTED);
        gateway.exchange("07 12 20 0001 6162", "08 13 20 0001 0001 00");
        gateway.exchange("02 18", "02 18");
        gateway.exchange(LASTING, ACCEPTED);
        gateway.lan("ab", "1", 0);
        // The client has perhaps forgotten the id (section 6.10), so it is told again.
        gateway.assertSent("08 0a 0001 0001 6162");
        gateway.exchange("07 0b 0001 0001 00", "08 0c 00 0001 0000 31");
        gateway.send("02 18");
        gateway.exchange(CLEAN, ACCEPTED);
        gateway.lan("ab", "1", 0);
        gateway.assertSent();
    }

    @Test
    void whileALastingClientIsAwayItsMessagesWait() {
        gateway.send(LASTING);
        gateway.send("07 12 20 0001 6162");
        gateway.exchange("02 18", "02 18");
        gateway.lan("ab", "0", 0);
        gateway.lan("ab", "1", 1);
        gateway.assertSent();
        gateway.exchange(LASTING, ACCEPTED, "08 0a 0001 0001 6162");
        gateway.exchange("07 0b 0001 0001 00", "08 0c 20 0001 0002 31");
    }

    @Test
    void whatCannotBeAcceptedIsRefusedInCodes() {
        gateway.exchange("07 04 04 02 0010 63", "03 05 03");
        gateway.exchange("06 04 04 01 0010", "03 05 03");
        Simulation small = new Simulation("clients 1");
        small.exchange(CLEAN, ACCEPTED);
        small.sent.clear();
        small.send(OTHER, 1883, CLEAN);
        small.assertSent("03 05 01");
        small.send("02 18");
        small.sent.clear();
        small.send(OTHER, 1883, CLEAN);
        small.assertSent(ACCEPTED);
        assertEquals(1, small.gateway.size());
    }

    @Test
    void theWillIsAskedForAndPublishedWhenTheClientFallsSilent() {
        gateway.exchange(WITH_WILL, "02 06");
        gateway.exchange(WITH_WILL, "02 06");
        gateway.exchange("05 07 30 6162", "02 08");
        gateway.exchange("05 07 30 6162", "02 08");
        gateway.exchange("05 09 627965", ACCEPTED);
        gateway.exchange("05 09 627965", ACCEPTED);
        gateway.pass(16_000);
        gateway.exchange("02 16", "02 17");
        gateway.pass(23_999);
        assertEquals(List.of(), gateway.published);
        gateway.pass(1);
        assertEquals(List.of(NODE + " ab bye 1 true"), gateway.published);
        assertEquals(1, gateway.count(Counter.MQTTSN_LOST));
        gateway.exchange("02 16", "02 18");
    }

    @Test
    void aClientThatLeavesLeavesNoWill() {
        gateway.send(WITH_WILL);
        gateway.send("05 07 30 6162");
        gateway.send("05 09 627965");
        gateway.exchange("02 18", "02 18");
        gateway.pass(3_600_000);
        assertEquals(List.of(), gateway.published);
    }

    @Test
    void aClientThatNeverSaidItsWillHasNone() {
        gateway.send(WITH_WILL);
        gateway.send("05 07 30 6162");
        gateway.pass(100_000);
        assertEquals(List.of(), gateway.published);
        gateway.exchange(WITH_WILL, "02 06");
        gateway.exchange("02 07", ACCEPTED);
        gateway.pass(100_000);
        assertEquals(List.of(), gateway.published);
    }

    @Test
    void aWillIsChanged() {
        gateway.connect();
        gateway.exchange("03 1c 78", "03 1d 03");
        gateway.exchange("04 1a 10 61", "03 1b 00");
        gateway.exchange("04 1c 6f6b", "03 1d 00");
        gateway.exchange("04 1a 50 62", "03 1b 00");
        gateway.pass(24_000);
        assertEquals(List.of(NODE + " b ok 2 true"), gateway.published);
        gateway.connect();
        gateway.send("04 1a 10 61");
        gateway.exchange("02 1a", "03 1b 00");
        gateway.pass(100_000);
        assertEquals(1, gateway.published.size());
    }

    @Test
    void aWillMustBeOnATopicThatTheClientMayPublish() {
        gateway.exchange(WITH_WILL, "02 06");
        gateway.send(new Message(MessageType.WILLTOPIC).rest(Simulation.bytes("slipway/gw-01/state")));
        gateway.assertSent("03 05 03");
        gateway.connect();
        gateway.send(new Message(MessageType.WILLTOPICUPD).rest(Simulation.bytes("slipway/gw-01/state")));
        gateway.assertSent("03 1b 03");
    }

    @Test
    void aLastingSessionKeepsItsWill() {
        gateway.send("07 04 08 01 0010 63");
        gateway.send("05 07 30 6162");
        gateway.send("05 09 627965");
        gateway.send("02 18");
        gateway.exchange(LASTING, ACCEPTED);
        gateway.pass(24_000);
        assertEquals(List.of(NODE + " ab bye 1 true"), gateway.published);
    }

    @Test
    void aNameThatMovesToAnotherPortIsTheSameClient() {
        gateway.send(LASTING);
        gateway.send("07 12 00 0001 6162");
        gateway.sent.clear();
        gateway.send(NODE, 2000, LASTING);
        gateway.assertSent(ACCEPTED);
        assertEquals(1, gateway.gateway.size());
        gateway.lan("ab", "1", 0);
        gateway.assertSent("08 0a 0001 0001 6162");
        gateway.exchange("02 16", "02 18");
    }

    @Test
    void anotherNameAtAnAddressTakesTheAddressOver() {
        gateway.connect();
        gateway.send("07 12 00 0001 6162");
        gateway.exchange("07 04 04 01 0010 64", ACCEPTED);
        gateway.lan("ab", "1", 0);
        gateway.assertSent();
    }

    @Test
    void aClientWithoutKeepAliveIsNeverLost() {
        gateway.send("07 04 04 01 0000 63");
        gateway.pass(1_000_000_000);
        gateway.exchange("02 16", "02 17");
        assertEquals(0, gateway.count(Counter.MQTTSN_LOST));
    }
}
