package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.json.JsonWriter;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.SilentBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is there but does not take what it gets loses nothing of it. */
class UpstreamRefusalTest {
    private static final String ALL = "user cloud\ntopic readwrite #\n";

    @TempDir
    private Path dir;

    @Test
    void keepsTheCursorWhereItIsWhileTheBrokerAcknowledgesNothing() throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true");
             Gateway gateway = Gateway.to(broker.port(), "batch_readings '1'", "window '4'", "keep_alive_s '5'",
                 "connect_timeout_s '1'")) {
            gateway.outbox.commitNumbers(100);
            try (SilentBroker silent = new SilentBroker(broker.port())) {
                gateway.start();
                gateway.awaitState("connected");
                Await.until("four batches and the state", 10, () -> silent.mostPublishes() == 5);
                gateway.awaitState("waiting: nothing acknowledged for 6 s");
                assertEquals(5, silent.mostPublishes(), "the window is full");
                assertEquals(0, gateway.outbox.cursor());
            }
            broker.start();
            try (Cloud cloud = Cloud.at(broker.port())) {
                gateway.awaitCursor(100);
                // What came before the subscription is the broker's to keep; the outbox has seen it acknowledged.
                assertTrue(gateway.health.value(Counter.UPSTREAM_BATCHES_FAILED) >= 4);
                assertTrue(cloud.messages("slipway/gw-01/batch").size() <= 100);
            }
        }
    }

    @Test
    void triesAgainUntilItMayPublish() throws Exception {
        Path acl = Files.writeString(dir.resolve("acl"), ALL + "user gw\ntopic readwrite slipway/gw-01/state\n");
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true", "acl_file " + acl).start();
             Cloud cloud = Cloud.at(broker.port(), "cloud");
             Gateway gateway = Gateway.to(broker.port(), "username 'gw'", "batch_readings '10'").start()) {
            gateway.outbox.commitNumbers(100);
            gateway.awaitState("waiting: publish refused, NOT_AUTHORIZED");
            gateway.awaitCount(Counter.UPSTREAM_BATCHES_FAILED, 16);
            assertEquals(0, gateway.outbox.cursor());
            assertEquals(1, gateway.health.value(Counter.UPSTREAM_CONNECTED), "the connection stands");
            Files.writeString(acl, ALL + "user gw\ntopic readwrite slipway/gw-01/#\n");
            broker.reload();
            gateway.awaitCursor(100);
            gateway.awaitState("connected");
            cloud.awaitReadings(100);
            assertEquals(100, new TreeSet<>(cloud.arrived()).size());
        }
    }

    @Test
    void makesSmallerBatchesForABrokerThatTakesNoLargerOnes() throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true", "max_packet_size 1000").start();
             Cloud cloud = Cloud.at(broker.port());
             Gateway gateway = Gateway.to(broker.port())) {
            gateway.outbox.commitNumbers(300);
            gateway.outbox.commit("x".repeat(1500));
            gateway.outbox.commitNumbers(300);
            gateway.start();
            gateway.awaitCursor(601);
            cloud.awaitReadings(600);
            TreeSet<Long> arrived = new TreeSet<>(cloud.arrived());
            assertFalse(arrived.contains(301L));
            assertEquals(600, arrived.size());
            assertEquals(1, gateway.health.value(Counter.UPSTREAM_READINGS_SET_ASIDE));
            assertEquals(0, gateway.health.value(Counter.UPSTREAM_DISCONNECTED));
            assertTrue(cloud.messages("slipway/gw-01/batch").stream()
                .allMatch(message -> message.getUserProperties().asList().size() == 5));
        }
    }

    @Test
    void saysWhyTheBrokerDoesNotLetItInAndNeverThePassword() throws Exception {
        Path users = Files.writeString(dir.resolve("users"), "");
        Path password = Files.writeString(dir.resolve("password"), "geheim-4711\nsecond line\n");
        assertEquals(0, new ProcessBuilder("mosquitto_passwd", "-b", users.toString(), "gw", "another")
            .inheritIO().start().waitFor());
        try (Mosquitto broker = new Mosquitto(dir, "password_file " + users).start();
             Gateway gateway = Gateway.to(broker.port(), "username 'gw'", "password_file '" + password + "'").start()) {
            gateway.outbox.commitNumbers(10);
            gateway.awaitState("waiting: refused, NOT_AUTHORIZED");
            assertEquals(0, new ProcessBuilder("mosquitto_passwd", "-b", users.toString(), "gw", "geheim-4711")
                .inheritIO().start().waitFor());
            broker.reload();
            gateway.awaitCursor(10);
            JsonWriter json = new JsonWriter().object();
            gateway.health.writeTo(json);
            assertFalse(json.endObject().toString().contains("geheim"));
        }
    }

    @Test
    void goesOnWhenTheStoreFailsForAWhile() throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Cloud cloud = Cloud.at(broker.port());
             Gateway gateway = Gateway.to(broker.port(), "batch_readings '3'")) {
            gateway.outbox.commitNumbers(50);
            gateway.outbox.failEvery(5, 8);
            gateway.start();
            gateway.awaitCursor(50);
            cloud.awaitReadings(50);
            assertEquals(0, gateway.outbox.failuresLeft());
        }
    }

    @Test
    void readingsThatAreTooLargeDoNotKeepTheBatchesSmallForGood() throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true", "max_packet_size 1000").start();
             Gateway gateway = Gateway.to(broker.port(), "batch_readings '4'", "batch_bytes '256'")) {
            String[] large = new String[20];
            Arrays.fill(large, "x".repeat(1500));
            gateway.outbox.commit(large);
            gateway.outbox.commitNumbers(200);
            gateway.start();
            gateway.awaitCursor(220);
            assertEquals(20, gateway.health.value(Counter.UPSTREAM_READINGS_SET_ASIDE));
            long before = gateway.health.value(Counter.UPSTREAM_BATCHES_SENT);
            gateway.outbox.commitNumbers(400);
            gateway.awaitCursor(620);
            long batches = gateway.health.value(Counter.UPSTREAM_BATCHES_SENT) - before;
            assertTrue(batches <= 110, batches + " batches for 400 readings");
        }
    }

    @Test
    void goesOnAfterAnExceptionThatNobodyExpected() throws Exception {
        try (Mosquitto broker = new Mosquitto(dir, "allow_anonymous true").start();
             Gateway gateway = Gateway.to(broker.port()).start()) {
            gateway.awaitState("connected");
            gateway.outbox.surprise();
            gateway.outbox.commitNumbers(50);
            gateway.awaitCursor(50);
            gateway.awaitState("connected");
        }
    }
}
