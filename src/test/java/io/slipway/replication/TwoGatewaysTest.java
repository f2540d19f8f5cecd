package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two real gateways beside each other, with their own files, over TCP. */
class TwoGatewaysTest extends GatewayPair {
    @BeforeEach
    void gateways() throws Exception {
        one.connectsTo(two);
        two.connectsTo(one);
    }

    private static void awaitReadings(SyncGateway at, SyncGateway of, int count) throws Exception {
        Await.until(at.id + " to have " + count + " of " + of.id, 120, () -> held(at, of) >= count);
    }

    private static long held(SyncGateway at, SyncGateway of) throws Exception {
        String lines = at.cli(0, "export", "--origin", of.id);
        return lines.isEmpty() ? 0 : new TreeSet<>(List.of(lines.split("\n"))).size();
    }

    /** What is said of the others may be a second old, so it must be said for two. */
    private static void awaitNoLag(SyncGateway at) {
        long[] since = {Long.MAX_VALUE};
        Await.until(at.id + " to be no more ahead", 120, () -> {
            boolean none = at.status().contains("\"state\":\"up\"") && at.figure("lag_blocks") == 0;
            since[0] = none ? Math.min(since[0], at.figure("uptime_s")) : Long.MAX_VALUE;
            return none && at.figure("uptime_s") >= since[0] + 2;
        });
    }

    private void assertAlike(int ofOne, int ofTwo) throws Exception {
        one.stop();
        two.stop();
        ReplicaReader first = new ReplicaReader(one.replica());
        ReplicaReader second = new ReplicaReader(two.replica());
        assertEquals(List.of(), first.faults);
        assertEquals(List.of(), second.faults);
        assertEquals(first.blocks, second.blocks);
        assertEquals(first.values, second.values);
        assertEquals(ofOne, first.payloads("gw-01").size());
        assertEquals(ofTwo, second.payloads("gw-02").size());
        assertEquals(first.readings, second.readings);
    }

    @Test
    void eachHasTheReadingsOfBothByteForByte() throws Exception {
        one.start();
        two.start();
        one.publish(700);
        two.publish(300);
        awaitReadings(two, one, 700);
        awaitReadings(one, two, 300);
        awaitNoLag(one);
        awaitNoLag(two);
        assertAlike(700, 300);
        assertTrue(one.log().contains("gw-02 is up"), one.log());
    }

    @Test
    void whatOneWroteWhileTheOtherWasDeadComesLater() throws Exception {
        one.start();
        two.start();
        one.publish(50);
        awaitReadings(two, one, 50);
        two.kill();
        one.publish(600);
        two.start();
        two.publish(20);
        awaitReadings(two, one, 650);
        awaitReadings(one, two, 20);
        one.kill();
        two.publish(30);
        one.start();
        awaitReadings(one, two, 50);
        awaitNoLag(one);
        awaitNoLag(two);
        assertAlike(650, 50);
    }

    @Test
    void whatIsTooMuchGoesAndIsDeclaredAndCountedOnBoth() throws Exception {
        one.with("option keep_bytes '1M'").start();
        two.with("option keep_bytes '1M'").start();
        Random random = new Random(1);
        int sent = 0;
        while (one.figure("sync_blocks_reclaimed") == 0 || two.figure("sync_blocks_reclaimed") == 0) {
            assertTrue(sent < 20_000, "nothing goes");
            one.publishLong(250, 1000, random);
            sent += 250;
        }
        int all = sent;
        Await.until("everything committed", 120, () -> one.figure("store_committed") == all);
        Await.until("everything in blocks", 120, () -> one.figure("backlog_replica_[0-9a-f]*") == 0);
        awaitNoLag(one);
        one.stop();
        two.stop();
        ReplicaReader first = new ReplicaReader(one.replica());
        ReplicaReader second = new ReplicaReader(two.replica());
        assertEquals(List.of(), first.faults);
        assertEquals(List.of(), second.faults);
        assertTrue(first.gaps > 0 && second.gaps > 0);
        assertEquals(sent, first.total);
        assertEquals(sent, second.total);
        assertTrue(first.readings.size() < sent && second.readings.size() < sent);
    }
}
