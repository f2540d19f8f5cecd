package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gateways that come back with another disk than they had, or twice, or after a silence. */
class ReturnTest extends GatewayPair {
    @BeforeEach
    void gateways() throws Exception {
        one.knows(two).start();
        two.connectsTo(one).start();
        one.publish(30);
        two.publish(40);
        one.cli(0, "shared", "set", "a/b", "c");
        awaitHeld(one, two, 40);
        awaitHeld(two, one, 30);
        Await.until("the value", 60, () -> two.cli(0, "shared", "get", "a/b").contains("\"c\""));
    }

    private static void awaitHeld(SyncGateway at, SyncGateway of, int count) {
        Await.until(at.id + " to have " + count + " of " + of.id, 120,
            () -> at.cli(0, "export", "--origin", of.id).lines().distinct().count() == count);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void delete(Path dir, String start) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith(start)) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Both have the same, and all of it. */
    private void awaitAlike(int ofOne, int ofTwo) throws Exception {
        awaitHeld(one, two, ofTwo);
        awaitHeld(two, one, ofOne);
        for (SyncGateway gateway : List.of(one, two)) {
            Await.until(gateway.id + " to be no more ahead", 120, () -> gateway.status().contains("\"state\":\"up\"")
                && gateway.figure("lag_blocks") == 0 && gateway.figure("backlog_replica_[0-9a-f]*") == 0);
        }
        one.stop();
        two.stop();
        ReplicaReader first = new ReplicaReader(one.replica());
        ReplicaReader second = new ReplicaReader(two.replica());
        assertEquals(List.of(), first.faults);
        assertEquals(List.of(), second.faults);
        assertEquals(first.blocks, second.blocks);
        assertEquals(first.values, second.values);
        assertEquals(first.readings, second.readings);
        assertEquals(1, first.values.size());
        assertEquals(ofOne, first.payloads("gw-01").size());
        assertEquals(ofTwo, first.payloads("gw-02").size());
    }

    @Test
    void aReplicaThatIsLostIsFetchedAnewAndTheAlarmIsRaised() throws Exception {
        two.stop();
        delete(two.replica().getParent(), "replica.db");
        two.start();
        Await.until("the alarm", 60, () -> two.status().contains("its own replica, which was restored or lost"));
        two.publish(5);
        awaitAlike(30, 45);
    }

    @Test
    void aReplicaThatIsDamagedIsSetAsideAndFetchedAnew() throws Exception {
        two.stop();
        try (RandomAccessFile file = new RandomAccessFile(two.replica().toFile(), "rw")) {
            for (int at = 100; at < file.length(); at += 512) {
                file.seek(at);
                file.write(new byte[300]);
            }
        }
        two.start();
        assertTrue(Files.exists(two.replica().resolveSibling("replica.db.damaged")));
        two.publish(5);
        awaitAlike(30, 45);
    }

    @Test
    void aBackupThatIsRestoredTakesNoIdentityASecondTime() throws Exception {
        Path data = two.replica().getParent();
        Path backup = directory.resolve("backup");
        two.stop();
        copy(data, backup);
        two.start();
        two.publish(60);
        awaitHeld(one, two, 100);
        two.kill();
        delete(data, "");
        copy(backup, data);
        two.start();
        two.publish(7);
        Await.until("the alarm", 60, () -> two.figure("sync_alarms") > 0);
        awaitAlike(30, 107);
    }

    @Test
    void twoGatewaysUnderOneIdRaiseTheAlarm() throws Exception {
        two.stop();
        SyncGateway clone = new SyncGateway(directory.resolve("elsewhere"), "gw-02");
        copy(two.replica().getParent(), clone.replica().getParent());
        two.start();
        try (SyncGateway second = clone) {
            second.connectsTo(one).start();
            Await.until("the alarm", 180, () -> one.status().contains("two gateways live under one id"));
        }
    }

    @Test
    void whoFallsSilentIsSuspectedThenDownAndUpAgainOnceHeard() throws Exception {
        String state = "slipway/gw-01/peer/gw-02/state";
        Await.until("up", 60, () -> one.retained(state).equals("up"));
        two.signal("STOP");
        Await.until("down", 120, () -> one.retained(state).equals("down"));
        assertTrue(one.log().contains("gw-02 is suspect"), one.log());
        two.signal("CONT");
        Await.until("up again", 120, () -> one.retained(state).equals("up"));
        assertOrdered(one.log(), "gw-02 is up", "gw-02 is suspect", "gw-02 is down", "gw-02 is up");
    }

    private static void assertOrdered(String text, String... parts) {
        int at = 0;
        for (String part : parts) {
            at = text.indexOf(part, at);
            assertTrue(at >= 0, part + " is not there, or too early: " + text);
            at += part.length();
        }
    }
}
