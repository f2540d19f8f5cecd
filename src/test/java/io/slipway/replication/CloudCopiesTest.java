package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.Postgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways and a cloud node as processes, with PostgreSQL: what the cluster holds becomes rows. */
class CloudCopiesTest {
    private static Postgres database;

    @TempDir
    Path directory;
    private final int port = Mosquitto.freePort();
    private Mosquitto broker;
    private SyncCloud cloud;
    private SyncGateway one;
    private SyncGateway two;

    @BeforeAll
    static void startDatabase() throws Exception {
        database = new Postgres("fsync=off");
    }

    @AfterAll
    static void stopDatabase() throws Exception {
        database.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        broker = new Mosquitto(directory, "allow_anonymous true").start();
        cloud = new SyncCloud(directory, "cloud", broker, database);
        cloud.with("option missing_after_s '1'", "option data_dir '" + cloud.data() + "'", "config cluster",
            "option name 'test'", "option listen '127.0.0.1:" + port + "'", "list interest 'all'",
            "option password_file '" + cloud.dir.resolve("password") + "'");
        one = new SyncGateway(directory, "gw-01");
        two = new SyncGateway(directory, "gw-02");
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {one, two, cloud, broker}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private SyncGateway toCloud(SyncGateway gateway) {
        return gateway.section("config peer", "option id 'cloud'", "option url 'tcp://127.0.0.1:" + port + "'");
    }

    private static void awaitRows(String origin, int count) throws Exception {
        Await.until(count + " rows of " + origin, 120,
            () -> database.number("SELECT count(*) FROM readings WHERE origin = '" + origin + "'") >= count);
    }

    /** Readings 1 to this, each once under its identity, and an account that lacks nothing. */
    private static void assertComplete(String origin, int count) throws SQLException {
        assertEquals(count, database.number("SELECT count(*) FROM readings WHERE origin = '" + origin + "'"));
        assertEquals(List.of(), database.rows("SELECT seq, txt FROM readings WHERE origin = '" + origin
            + "' AND rtrim(txt) <> origin || ' ' || seq"));
        assertEquals(List.of(count + " " + count), database.rows("SELECT contig, top FROM stream WHERE origin = '"
            + origin + "'"));
        assertEquals(List.of("1 " + count + " " + count), database.rows("SELECT first, last, n FROM held JOIN stream"
            + " USING(sid) WHERE origin = '" + origin + "'"));
        assertEquals(List.of(), database.rows("SELECT reason FROM gap"));
        assertEquals(0, database.number("SELECT count(*) FROM aside"));
    }

    @Test
    void theReadingsOfAGatewayThatBurnedDownComeOutOfItsNeighboursCopies() throws Exception {
        toCloud(two).knows(one).start();
        one.connectsTo(two).start();
        one.publish(700);
        two.publish(30);
        Await.until("the copies at the neighbour", 90,
            () -> two.cli(0, "export", "--origin", "gw-01").lines().count() >= 700);
        one.kill();
        cloud.start(1);
        awaitRows("gw-01", 700);
        assertComplete("gw-01", 700);
        awaitRows("gw-02", 30);
        assertComplete("gw-02", 30);
    }

    @Test
    void whatComesByBothWaysIsStoredOnceAndNothingIsAskedFor() throws Exception {
        cloud.start(1);
        toCloud(one).section("config upstream 'up'", "option url 'mqtt://127.0.0.1:" + broker.port() + "'",
            // Some blocks come before the batches, some after them.
            "option receipts '1'", "option readings_per_s '300'").start();
        for (int i = 0; i < 10; i++) {
            one.publish(100);
        }
        awaitRows("gw-01", 1000);
        Await.until("all to be acknowledged", 90, () -> one.figure("upstream_readings_acked") == 1000);
        Await.until("all blocks", 90, () -> database.number("SELECT number FROM copied") > 0
            && database.number("SELECT number FROM copied") == one.figure("sync_blocks_sealed"));
        assertComplete("gw-01", 1000);
        assertEquals(0, one.figure("upstream_asked"));
        assertFalse(cloud.log().contains("refused"), cloud::log);
    }

    @Test
    void whatTheClusterDoesNotHaveAnyMoreIsAGapWithItsReasonThatTheGatewayMayFill() throws Exception {
        toCloud(one).with("option keep_bytes '1M'").start();
        one.publishLong(1500, 1000, new Random(7));
        Await.until("the first blocks to go", 120, () -> one.figure("sync_blocks_reclaimed") > 0);
        cloud.start(1);
        Await.until("the last reading", 120, () -> database.number("SELECT max(seq) FROM readings") == 1500);
        long first = database.number("SELECT min(seq) FROM readings");
        assertTrue(first > 1, "from " + first);
        assertEquals(1501 - first, database.number("SELECT count(*) FROM readings"));
        assertEquals(List.of("1 " + (first - 1) + " null cluster_retention 0"),
            database.rows("SELECT first, last, n, reason, settled FROM gap"));
        assertEquals(List.of("0 1500"), database.rows("SELECT contig, top FROM stream"));
        String missing = cloud.say("fleet", "missing", "gw-01");
        assertTrue(missing.endsWith("1 to " + (first - 1) + "  asked 0 times"), missing);
    }

    @Test
    void withSqliteBatchesAndBlocksTakeTurnsAtTheOneFile() throws Exception {
        String url = "jdbc:sqlite:" + directory.resolve("cloud.db");
        SyncCloud desk = new SyncCloud(directory, "desk", broker, url);
        desk.with("option data_dir '" + desk.data() + "'", "config cluster", "option name 'test'",
            "option listen '127.0.0.1:" + port + "'", "list interest 'all'",
            "option password_file '" + desk.dir.resolve("password") + "'");
        try (desk) {
            desk.start(1);
            toCloud(one).section("config upstream 'up'", "option url 'mqtt://127.0.0.1:" + broker.port() + "'",
                "option receipts '1'", "option readings_per_s '300'").start();
            one.publish(600);
            Await.until("all by both ways", 120, () -> one.figure("upstream_readings_acked") == 600
                && sqlite(url, "SELECT number FROM copied").equals("" + one.figure("sync_blocks_sealed")));
            assertEquals("600 600 1 600 600", sqlite(url, "SELECT (SELECT count(*) FROM reading) || ' ' || contig"
                + " || ' ' || first || ' ' || last || ' ' || n FROM stream JOIN held USING(sid)"));
            assertFalse(desk.log().contains("SQLITE"), desk::log);
        }
    }

    private static String sqlite(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
             Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    @Test
    void aKilledProcessALostFileAndAnEmptiedDatabaseComeRightAgain() throws Exception {
        cloud.start(1);
        toCloud(one).start();
        one.publish(500);
        awaitRows("gw-01", 1);
        cloud.kill();
        one.publish(500);
        for (String file : new String[] {"replica.db", "replica.db-wal", "replica.db-shm"}) {
            Files.deleteIfExists(cloud.data().resolve(file));
        }
        cloud.start(1);
        awaitRows("gw-01", 1000);
        assertComplete("gw-01", 1000);
        cloud.kill();
        database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        cloud.start(1);
        awaitRows("gw-01", 1000);
        assertComplete("gw-01", 1000);
        // While it runs, with something new right behind it.
        database.execute("TRUNCATE reading, held, gap, stream, copied");
        one.publish(10);
        awaitRows("gw-01", 1010);
        assertComplete("gw-01", 1010);
    }
}
