package io.slipway.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.CloudConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.Postgres;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cloud node in this JVM with a real broker and a real database, message by message. */
class CloudNodeIT {
    private static final String EPOCH = "17-9f3a21c4";

    @TempDir
    static Path directory;

    private static Mosquitto mosquitto;
    private static Postgres postgres;
    private static Batches gateway;

    private final Health health = new Health();
    private CloudNode node;

    @BeforeAll
    static void start() throws Exception {
        mosquitto = new Mosquitto(directory, "allow_anonymous true").start();
        postgres = new Postgres("fsync=off");
        gateway = new Batches(mosquitto.port());
    }

    @AfterAll
    static void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        if (mosquitto != null) {
            mosquitto.close();
        }
    }

    @BeforeEach
    void startNode() throws Exception {
        node = CloudNode.start(CloudConfig.parse("f", "config cloud\n\toption url 'mqtt://127.0.0.1:"
            + mosquitto.port() + "'\n\toption database '" + postgres.url() + "'\n\toption missing_after_s 1\n"),
            health);
        Await.until("the broker", 20, () -> "connected".equals(health.stateOf("broker")));
    }

    @AfterEach
    void stopNode() {
        node.close();
        gateway.heard().clear();
    }

    private static String heard(String part) throws InterruptedException {
        while (true) {
            String message = gateway.heard().poll(20, TimeUnit.SECONDS);
            assertNotNull(message, "nothing with " + part);
            if (message.contains(part)) {
                return message;
            }
        }
    }

    private static String stream(String origin) throws Exception {
        return String.join(";", postgres.rows("SELECT contig, top, told, (SELECT count(*) FROM reading r"
            + " WHERE r.sid=s.sid) FROM stream s WHERE origin='" + origin + "'"));
    }

    @Test
    void whatIsStoredIsSaidToBeStoredAndStoredOnce() throws Exception {
        gateway.batch("once", EPOCH, 1, 50);
        assertEquals("slipway/once/receipt {\"origin\":\"once\",\"epoch\":\"17-9f3a21c4\",\"upto\":50}",
            heard("once/receipt"));
        gateway.batch("once", EPOCH, 1, 50);
        assertTrue(heard("once/receipt").contains("\"upto\":50"));
        gateway.batch("once", EPOCH, 41, 60);
        assertTrue(heard("once/receipt").contains("\"upto\":60"));
        assertEquals("60 60 0 60", stream("once"));
        assertEquals(60, health.value(Counter.CLOUD_READINGS));
        assertEquals(60, health.value(Counter.CLOUD_DUPLICATES));
        assertEquals(List.of("1 60 60"), postgres.rows("SELECT first, last, n FROM held h JOIN stream s USING(sid)"
            + " WHERE origin='once'"));
        assertEquals(List.of("once 17-9f3a21c4 7 0012740200000001 udp/5678 2023-11-14 22:13:20+00 0 7.5 null null"),
            utc("SELECT * FROM readings WHERE origin='once' AND seq=7"));
    }

    private static List<String> utc(String sql) throws Exception {
        postgres.execute("ALTER DATABASE postgres SET timezone='UTC'");
        return postgres.rows(sql);
    }

    @Test
    void anEarlierHoleHoldsUpNoReceiptOfWhatComesBehindIt() throws Exception {
        gateway.batch("hole", EPOCH, 101, 120);
        assertEquals("slipway/hole/receipt {\"origin\":\"hole\",\"epoch\":\"17-9f3a21c4\",\"upto\":0,"
            + "\"ranges\":[{\"first\":101,\"last\":120}]}", heard("hole/receipt"));
        gateway.batch("hole", EPOCH, 1, 100);
        assertTrue(heard("hole/receipt").contains("\"upto\":120"));
        assertEquals("120 120 0 120", stream("hole"));
    }

    @Test
    void numbersThatABatchPassesOverAreNotWaitedForAndNotCountedAsStored() throws Exception {
        gateway.send("slipway/sparse/batch", Batches.pack("sparse", EPOCH, 1, 5, 9), Map.of());
        assertTrue(heard("sparse/receipt").contains("\"upto\":9"));
        gateway.send("slipway/sparse/batch", Batches.pack("sparse", EPOCH, 5, 7), Map.of());
        heard("sparse/receipt");
        assertEquals(List.of("1 9 4"), postgres.rows("SELECT first, last, n FROM held h JOIN stream s USING(sid)"
            + " WHERE origin='sparse'"));
    }

    @Test
    void aBadBatchIsSetAsideAndHoldsUpNobody() throws Exception {
        String pack = Batches.pack("bad", EPOCH, 1, 2, 3);
        Map<String, String> claim = Map.of("origin", "bad", "epoch", EPOCH, "first", "1", "last", "3", "count", "3");
        gateway.send("slipway/bad/batch", "no pack at all", Map.of());
        gateway.send("slipway/other/batch", pack, Map.of());
        gateway.send("slipway/bad/batch", pack, Map.of("last", "9"));
        gateway.send("slipway/bad/batch", pack.replace("\"seq\":2", "\"seq\":1"), Map.of());
        gateway.send("slipway/bad/batch", "cut off", claim);
        // It is kept, so the gateway need not send it for ever.
        assertTrue(heard("bad/receipt").contains("\"upto\":3"));
        gateway.batch("bad", EPOCH, 4, 6);
        assertTrue(heard("bad/receipt").contains("\"upto\":6"));
        assertEquals(List.of("no SenML pack", "the origin beside the pack is not the one in it",
            "the last beside the pack is not the one in it", "numbers that do not ascend", "no SenML pack"),
            postgres.rows("SELECT reason FROM aside WHERE topic IN ('slipway/bad/batch', 'slipway/other/batch')"
                + " ORDER BY id"));
        assertEquals("6 6 3 3", stream("bad"));
        assertEquals(5, health.value(Counter.CLOUD_SET_ASIDE));
        assertEquals(List.of("1 3 3 set_aside"), postgres.rows("SELECT first, last, n, reason FROM gap"
            + " WHERE origin='bad'"));
    }

    @Test
    void whatIsGoneForGoodIsNotMissing() throws Exception {
        gateway.batch("gone", EPOCH, 11, 20);
        heard("gone/receipt");
        gateway.send("slipway/gone/gap", "{\"origin\":\"gone\",\"epoch\":\"" + EPOCH
            + "\",\"first\":1,\"last\":10,\"n\":10,\"reason\":\"retention\"}", Map.of());
        Await.until("the gap", 20, () -> stream("gone").equals("20 20 10 10"));
        gateway.send("slipway/gone/gap", "{\"origin\":\"gone\",\"epoch\":null,\"first\":null,\"last\":null,"
            + "\"n\":null,\"reason\":\"damage\"}", Map.of());
        Await.until("the gap of lives that nobody remembers", 20, () -> postgres.number(
            "SELECT count(*) FROM gap WHERE origin='gone' AND sid IS NULL AND n IS NULL") == 1);
    }

    @Test
    void aGapOfSomeOfItsNumbersIsSettledWhenTheOthersAreThere() throws Exception {
        gateway.send("slipway/some/gap", "{\"origin\":\"some\",\"epoch\":\"" + EPOCH
            + "\",\"first\":1,\"last\":10,\"n\":8,\"reason\":\"retention\"}", Map.of());
        Await.until("the gap", 20, () -> stream("some").equals("0 0 10 0"));
        gateway.batch("some", EPOCH, 4, 5);
        gateway.retain("slipway/some/state", "online");
        Await.until("nothing to be missing", 20, () -> stream("some").equals("10 5 10 2"));
    }

    @Test
    void whatIsMissingIsAskedForOfAGatewayThatIsThere() throws Exception {
        gateway.batch("ask", EPOCH, 1, 10);
        gateway.batch("ask", EPOCH, 21, 30);
        heard("ask/receipt");
        gateway.retain("slipway/ask/state", "online");
        assertEquals("slipway/ask/missing {\"origin\":\"ask\",\"epoch\":\"17-9f3a21c4\","
            + "\"ranges\":[{\"first\":11,\"last\":20}]}", heard("ask/missing"));
        gateway.send("slipway/ask/gap", "{\"origin\":\"ask\",\"epoch\":\"" + EPOCH + "\",\"first\":11,\"last\":20,"
            + "\"n\":null,\"reason\":\"absent\",\"ranges\":[{\"first\":11,\"last\":12},{\"first\":14,\"last\":20}]}",
            Map.of());
        gateway.batch("ask", EPOCH, 13, 13);
        Await.until("nothing to be missing", 20, () -> stream("ask").equals("30 30 20 21"));
    }

    @Test
    void anEpochOfWhichNothingIsKnownIsAskedForByTheGatewaysExtent() throws Exception {
        gateway.retain("slipway/lost/extent", "{\"origin\":\"lost\",\"version\":\"0.1.0\",\"epochs\":[{\"epoch\":\""
            + EPOCH + "\",\"first\":5,\"last\":40}]}");
        gateway.retain("slipway/lost/state", "online");
        assertEquals("slipway/lost/missing {\"origin\":\"lost\",\"epoch\":\"17-9f3a21c4\","
            + "\"ranges\":[{\"first\":1,\"last\":40}]}", heard("lost/missing"));
        try (FleetView view = FleetView.open(CloudConfig.parse("f",
                "config cloud\n\toption url 'mqtt://h'\n\toption database '" + postgres.url() + "'\n"))) {
            FleetView.Gateway lost = view.gateways().stream().filter(g -> g.origin.equals("lost")).findFirst().get();
            assertEquals("online 0.1.0 0 0 40", lost.state + " " + lost.version + " " + lost.stored + " "
                + lost.missing + " " + lost.awaited);
            assertEquals(40, view.missing("lost").get(0).last);
        }
    }

    @Test
    void aFileOfSqliteTakesTheSame() throws Exception {
        String url = "jdbc:sqlite:" + directory.resolve("desk.db");
        Health other = new Health();
        String epoch = "3-00000003";
        CloudNode desk = CloudNode.start(CloudConfig.parse("f", "config cloud\n\toption url 'mqtt://127.0.0.1:"
            + mosquitto.port() + "'\n\toption group 'desk'\n\toption missing_after_s 1\n\toption database '" + url
            + "'\n"), other);
        try {
            Await.until("the broker", 20, () -> "connected".equals(other.stateOf("broker")));
            gateway.batch("desk", epoch, 1, 10);
            gateway.batch("desk", epoch, 1, 10);
            gateway.batch("desk", epoch, 21, 30);
            gateway.send("slipway/desk/batch", "nothing", Map.of());
            Await.until("the batches", 30, () -> other.value(Counter.CLOUD_READINGS) == 20
                && other.value(Counter.CLOUD_DUPLICATES) == 10 && other.value(Counter.CLOUD_SET_ASIDE) == 1);
            gateway.retain("slipway/desk/state", "online");
            assertTrue(heard("desk/missing").contains("\"first\":11,\"last\":20"));
            gateway.send("slipway/desk/gap", "{\"epoch\":\"" + epoch
                + "\",\"first\":11,\"last\":20,\"n\":10,\"reason\":\"retention\"}", Map.of());
            try (java.sql.Connection file = java.sql.DriverManager.getConnection(url)) {
                Await.until("the gap", 20, () -> "30 30 10 0012740200000001 7.5".equals(sqlite(file,
                    "SELECT contig || ' ' || top || ' ' || (SELECT sum(n) FROM gap) || ' ' || node || ' ' || num"
                        + " FROM stream JOIN readings USING(origin, epoch) WHERE seq = 7")));
            }
        } finally {
            desk.close();
        }
    }

    private static String sqlite(java.sql.Connection file, String sql) throws Exception {
        try (var statement = file.createStatement(); var row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    @Test
    void whileTheDatabaseIsAwayNothingIsAcknowledgedAndNothingIsLost() throws Exception {
        gateway.batch("away", EPOCH, 1, 10);
        heard("away/receipt");
        postgres.crash();
        gateway.batch("away", EPOCH, 11, 20);
        Await.until("a failure", 20, () -> health.value(Counter.CLOUD_FAILED) > 0);
        postgres.start();
        assertTrue(heard("\"upto\":20").contains("away/receipt"));
        assertEquals("20 20 0 20", stream("away"));
    }
}
