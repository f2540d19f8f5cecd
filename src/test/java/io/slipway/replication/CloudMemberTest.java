package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.Postgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two gateways, a plain broker and two processes of a cloud node, of which one is a member of the cluster: reached by
 * one gateway over TCP, by the other by way of the broker.
 */
class CloudMemberTest {
    private static final Pattern LACKS_NOTHING =
        Pattern.compile("\"name\":\"cloud\"[^}]*\"lag_blocks\":0,\"lag_records\":0}");
    private static Postgres database;

    @TempDir
    Path directory;
    private final int port = Mosquitto.freePort();
    private Mosquitto broker;
    private SyncGateway one;
    private SyncGateway two;
    private SyncCloud plain;
    private SyncCloud cloud;

    @BeforeAll
    static void startDatabase() throws Exception {
        database = new Postgres("fsync=off");
    }

    @AfterAll
    static void stopDatabase() throws Exception {
        database.close();
    }

    @BeforeEach
    void start() throws Exception {
        broker = new Mosquitto(directory, "allow_anonymous true").start();
        plain = new SyncCloud(directory, "plain", broker, database).start(1);
        cloud = member("cloud").start(2);
        one = gateway("gw-01", "gw-02", "option url 'tcp://127.0.0.1:" + port + "'").start();
        two = gateway("gw-02", "gw-01", "option via 'up'").start();
    }

    private SyncCloud member(String name) throws Exception {
        SyncCloud made = new SyncCloud(directory, name, broker, database);
        return made.with("option data_dir '" + directory.resolve("cloud/data") + "'", "config cluster",
            "option name 'test'", "option listen '127.0.0.1:" + port + "'",
            "option password_file '" + made.dir.resolve("password") + "'",
            "config peer", "option id 'gw-01'", "config peer", "option id 'gw-02'", "option via 'cloud'");
    }

    private SyncGateway gateway(String id, String other, String toCloud) throws Exception {
        return new SyncGateway(directory, id).section("config upstream 'up'",
            "option url 'mqtt://127.0.0.1:" + broker.port() + "'", "option receipts '1'", "option retry_max_ms '2000'",
            "config peer", "option id '" + other + "'", "option via 'up'",
            "config peer", "option id 'cloud'", toCloud);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {one, two, plain, cloud, broker}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static void awaitRetained(SyncGateway at, String key, String value) {
        Await.until(value + " at " + at.id, 90,
            () -> at.retained("slipway/" + at.id + "/shared/" + key).equals(value));
    }

    private void awaitAtCloud(String key, String part) {
        Await.until(part + " at the cloud", 90, () -> cloud.say("shared", "get", key).contains(part));
    }

    @Test
    void aValueSetAtTheCloudIsRetainedOnEveryLanAndTheOtherWayRound() throws Exception {
        assertEquals("0 ", cloud.say("shared", "set", "site/limit", "70"));
        awaitRetained(one, "site/limit", "70");
        awaitRetained(two, "site/limit", "70");
        two.publish("slipway/gw-02/shared/site/limit", "80", "-r");
        awaitAtCloud("site/limit", "\"value\":\"80\"");
        String past = cloud.say("shared", "history", "site/limit");
        assertTrue(past.contains("\"value\":\"70\"") && past.contains("\"writer\":\"cloud\""), past);
        assertEquals("0 ", cloud.say("shared", "delete", "site/limit"));
        awaitRetained(one, "site/limit", "");
        assertEquals("1 slipway shared: a value is named DATASET/KEY, without +, # and control characters",
            cloud.say("shared", "set", "site", "x"));
        // Of readings it takes no copies: they come as batches.
        one.publish(20);
        Await.until("the readings to be in the database", 90,
            () -> plain.say("fleet", "--json").contains("\"stored\":20"));
        // What it does not want is not what it lacks.
        Await.until("the cloud to lack nothing", 90, () -> LACKS_NOTHING.matcher(one.status()).find());
        cloud.kill();
        ReplicaReader replica = new ReplicaReader(cloud.data().resolve("replica.db"));
        assertEquals(0, replica.readings.size());
        assertEquals("1 slipway shared: " + directory.resolve("plain/cloud.conf")
            + ": there is no 'config cluster'", plain.say("shared", "list"));
    }

    @Test
    void whatWasConfirmedOutlivesAKillAndALostFile() throws Exception {
        assertEquals("0 ", cloud.say("shared", "set", "kept/a", "first"));
        cloud.kill();
        cloud.start(2);
        assertTrue(cloud.say("shared", "get", "kept/a").contains("\"value\":\"first\""));
        one.cli(0, "shared", "set", "kept/b", "second");
        awaitRetained(two, "kept/a", "first");
        awaitAtCloud("kept/b", "second");
        String all = cloud.say("shared", "list");
        cloud.kill();
        for (String file : new String[] {"replica.db", "replica.db-wal", "replica.db-shm"}) {
            Files.deleteIfExists(cloud.data().resolve(file));
        }
        cloud.start(2);
        Await.until("everything to come back", 90, () -> cloud.say("shared", "list").equals(all));
        assertEquals("0 ", cloud.say("shared", "set", "kept/a", "third"));
        awaitRetained(two, "kept/a", "third");
    }

    @Test
    void aSecondProcessOnTheSameDirectoryIsRefused() throws Exception {
        SyncCloud second = member("second");
        String said = second.startFailing();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(cloud.data())));
        assertTrue(said.startsWith("1 ") && said.endsWith("slipway cloud: another slipway runs on " + cloud.data()),
            said);
    }
}
