package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.Epoch;
import io.slipway.store.ReplicaFile;
import io.slipway.sync.Block;
import io.slipway.sync.Chain;
import io.slipway.sync.StreamKey;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two gateways, of which one's file is changed while it does not run. */
class RepairTest extends GatewayPair {
    private static final int BLOCKS = 4;

    @BeforeEach
    void gateways() throws Exception {
        one.knows(two);
        two.connectsTo(one);
    }

    /** Gateway 1 writes so many blocks, and both have them. */
    private void write() throws Exception {
        one.start();
        two.start();
        for (int i = 1; i <= BLOCKS; i++) {
            one.publish(20);
            int sealed = i;
            Await.until("block " + i, 120, () -> one.figure("sync_blocks_sealed") >= sealed);
        }
        awaitAlike();
        one.stop();
        two.stop();
        assertAlike();
    }

    private void awaitAlike() {
        Await.until("gw-02 to have all", 120, () -> one.status().contains("\"state\":\"up\"")
            && one.figure("lag_blocks") == 0 && one.figure("backlog_replica_[0-9a-f]*") == 0
            && two.cli(0, "export", "--origin", "gw-01").lines().distinct().count() == 20 * BLOCKS);
    }

    private void assertAlike() throws Exception {
        ReplicaReader first = new ReplicaReader(one.replica());
        ReplicaReader second = new ReplicaReader(two.replica());
        assertEquals(List.of(), first.faults);
        assertEquals(List.of(), second.faults);
        assertEquals(first.blocks, second.blocks);
        assertEquals(20 * BLOCKS, second.payloads("gw-01").size());
        assertTrue(second.blocks.size() >= BLOCKS, second.blocks.keySet().toString());
    }

    private static void edit(Path file, String sql) throws Exception {
        try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + file);
             Statement statement = db.createStatement()) {
            assertEquals(1, statement.executeUpdate(sql));
        }
    }

    private static String second() {
        return " WHERE id = (SELECT (sid << 40) + 2 FROM strm WHERE origin = 'gw-01' AND kind = 0 AND contig > 2)";
    }

    private void repairs(SyncGateway damaged, String sql) throws Exception {
        write();
        edit(damaged.replica(), sql);
        one.start();
        two.start();
        Await.until("the repair", 120, () -> damaged.figure("sync_blocks_repaired") > 0);
        Await.until("the status to say so", 60, () -> damaged.status().contains("\"replica\":\"whole\""));
        assertEquals(1, damaged.figure("sync_blocks_repaired"));
        assertEquals(1, damaged.figure("sync_blocks_damaged"));
        assertFalse(damaged.figure("sync_alarms") > 0, damaged.status());
        one.stop();
        two.stop();
        assertAlike();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE blk SET payload = cast(x'00' || substr(payload, 2) AS BLOB)",
        "UPDATE blk SET hash = cast(substr(hash, 1, 5) || x'00' || substr(hash, 7) AS BLOB)", "DELETE FROM blk"})
    void aRowThatIsDamagedOrGoneIsFetchedAgain(String sql) throws Exception {
        repairs(two, sql + second());
    }

    @Test
    void whoWroteABlockFetchesItFromOthersWhereItsOwnCopyIsDamaged() throws Exception {
        repairs(one, "UPDATE blk SET payload = zeroblob(length(payload))" + second());
    }

    @Test
    void twoTrueBlocksUnderOneNameAreAnAlarmWithBothNamesAndStayAsTheyAre() throws Exception {
        write();
        fork(one, "here");
        fork(two, "there");
        Map<String, String> before = new ReplicaReader(two.replica()).blocks;
        one.start();
        two.start();
        for (SyncGateway gateway : List.of(one, two)) {
            Await.until("the alarm", 180, () -> gateway.status().contains("two different blocks have one name, gw-09"));
        }
        assertTrue(one.status().contains("here and at gw-02"), one.status());
        assertTrue(two.status().contains("here and at gw-01"), two.status());
        long frames = one.figure("sync_frames_sent");
        long began = one.figure("uptime_s");
        Await.until("some time with the fork", 60, () -> one.figure("uptime_s") > began + 10);
        assertTrue(one.figure("sync_frames_sent") - frames < 20 * (one.figure("uptime_s") - began),
            "they go on and on");
        one.stop();
        two.stop();
        Map<String, String> after = new ReplicaReader(two.replica()).blocks;
        before.forEach((name, block) -> assertEquals(block, after.get(name), name));
    }

    /** Three blocks of a gateway that is not here, of which the second says something else on each. */
    private static void fork(SyncGateway at, String word) throws Exception {
        try (ReplicaFile file = ReplicaFile.open(at.replica().getParent())) {
            StreamKey key = new StreamKey("gw-09", new Epoch(3, 7), 5);
            byte[] before = Chain.start();
            for (int n = 1; n <= 3; n++) {
                byte[] payload = (n == 1 ? "both" : word + n).getBytes(StandardCharsets.US_ASCII);
                long[] range = {n, n, 1};
                Block open = new Block(key, n, key.epoch, range, new long[] {1, 1}, 1, before, payload);
                Block block = new Block(key, n, key.epoch, range, new long[] {1, 1}, 1, Chain.hash(before, open),
                    payload);
                file.blocks().append(block);
                before = block.hash;
            }
            file.commit();
        }
    }
}
