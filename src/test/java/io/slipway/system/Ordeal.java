package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One gateway under load that loses its life again and again, and everything that anybody was told by it: what its
 * status reported as committed, what LAN clients and the cloud got. At the end all of that is held against what its
 * database holds.
 *
 * <p>Reported as committed are the readings 1 to {@code store_committed} of the epoch in the same answer: the store
 * commits in the order of the numbers, and drops none here, since its queue is larger than any load.
 */
final class Ordeal implements AutoCloseable {
    private static final long PATIENCE_S = 120;

    final GatewayProcess gateway;
    final Random random;
    private final Path directory;
    private final NumberedMote mote;
    private final Mosquitto cloudBroker;
    private final Place cloud;
    private final Place lan = Place.empty();
    /** The highest {@code store_committed} that each epoch reported. */
    private final Map<String, Long> reported = new HashMap<>();
    private int lives;
    private long worstStartMs;
    private Map<String, String> stored = Map.of();

    /** @param flags what makes the JVM start fast */
    Ordeal(Path directory, Random random, List<String> flags) throws Exception {
        this.directory = directory;
        this.random = random;
        mote = new NumberedMote(new Random(random.nextLong()));
        gateway = new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.port(), "").flags(flags)
            .flags(List.of("-Djava.io.tmpdir=" + Files.createDirectory(directory.resolve("tmp"))));
        cloudBroker = new Mosquitto(directory, "allow_anonymous true", "max_queued_messages 0").start();
        cloud = Place.cloud(cloudBroker.port());
    }

    /** How a life ends. */
    interface End {
        /** Returns when the process has ended. */
        void of(GatewayProcess gateway, Witness witness) throws Exception;
    }

    /** Launches the gateway under load, each time with other options, and ends it. */
    void live(End end) throws Exception {
        lives++;
        gateway.sections(sections());
        mote.rate(100 + random.nextInt(1500));
        gateway.launch();
        try (Witness witness = new Witness(gateway, lan)) {
            try {
                end.of(gateway, witness);
            } finally {
                gateway.close();
            }
            note(witness);
        }
    }

    /** Small groups and blocks, so that commits, seals and checkpoints are frequent. */
    private String sections() {
        return "config upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:" + cloudBroker.port() + "'\n"
            + "\toption batch_age_ms '" + random.nextInt(300) + "'\n\toption retry_min_ms '100'\n"
            + "\toption retry_max_ms '500'\n\toption batch_readings '" + (1 + random.nextInt(200)) + "'\n"
            + "config store\n\toption commit_interval_ms '" + (10 + random.nextInt(60)) + "'\n"
            + "\toption commit_readings '" + (1 + random.nextInt(64)) + "'\n"
            + "\toption block_readings '" + (16 + random.nextInt(100)) + "'\n"
            + "\toption queue_readings '500000'\n\toption queue_bytes '64M'\n";
    }

    private void note(Witness witness) {
        // They tell of one identity with two readings.
        lan.readings();
        cloud.readings();
        if (witness.status() != null) {
            assertEquals(0, witness.counter("store_queue_dropped"), "the store cannot keep up with the test's load");
            assertEquals(0, witness.counter("store_failed"), "the disk is in order");
            reported.merge(witness.status().get("epoch").asText(), witness.counter("store_committed"), Math::max);
            worstStartMs = Math.max(worstStartMs, witness.firstAnswerMs());
        }
    }

    /** One more life without load and without harm, in which the cloud gets the rest; then all is compared. */
    void judge() throws Exception {
        mote.rate(0);
        gateway.sections(sections());
        gateway.start();
        try (Witness witness = new Witness(gateway, lan)) {
            Await.until("an empty outbox", PATIENCE_S, () -> witness.status().get("gauges").get("backlog_cloud")
                .asLong() == 0);
            assertEquals(143, gateway.stop());
        }
        stored = Place.store(gateway.dataDir).readings();
        Await.until("everything in the cloud", PATIENCE_S, () -> cloud.size() >= stored.size());
        assertHolds(stored);
        assertEquals(stored, cloud.readings(), "the cloud has what was committed, all of it and nothing else");
        assertUnique(stored);
        assertUnique(lan.readings());
        for (Map.Entry<String, String> seen : lan.readings().entrySet()) {
            String committed = stored.getOrDefault(seen.getKey(), seen.getValue());
            assertEquals(committed, seen.getValue(), "one identity, two readings: " + seen.getKey());
        }
        assertNothingIsWrong();
    }

    /**
     * Holds a copy of the files against what was reported, before anybody else opens them.
     *
     * @throws AssertionError if SQLite finds the copy damaged, or a reading is missing
     */
    void inspect() throws Exception {
        Path copy = directory.resolve("copy");
        Files.createDirectories(copy);
        for (String name : new String[] {"slipway.db", "slipway.db-wal", "slipway.db-journal"}) {
            Files.deleteIfExists(copy.resolve(name));
            if (Files.exists(gateway.dataDir.resolve(name))) {
                Files.copy(gateway.dataDir.resolve(name), copy.resolve(name));
            }
        }
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + copy.resolve("slipway.db"));
             Statement statement = database.createStatement();
             ResultSet row = statement.executeQuery("PRAGMA integrity_check")) {
            assertTrue(row.next());
            assertEquals("ok", row.getString(1));
        }
        assertHolds(Place.store(copy).readings());
        assertFalse(Files.exists(copy.resolve("slipway.db.damaged-1")), "set aside as damaged");
    }

    private void assertHolds(Map<String, String> readings) {
        for (Map.Entry<String, Long> epoch : reported.entrySet()) {
            for (long seq = 1; seq <= epoch.getValue(); seq++) {
                String id = "gw-01/" + epoch.getKey() + "/" + seq;
                assertTrue(readings.containsKey(id), () -> id + " was reported as committed, and is gone");
            }
        }
    }

    /** Where the disk that cuts the power keeps what was removed. */
    Path graves() {
        return directory.resolve("graves");
    }

    /** A datagram is numbered, so it must not be there twice; and a number that is missing would be a loss. */
    private static void assertUnique(Map<String, String> readings) {
        assertEquals(readings.size(), new HashSet<>(readings.values()).size(), "a datagram is two readings");
    }

    private void assertNothingIsWrong() throws IOException {
        Map<String, Long> counts = new HashMap<>();
        Map<String, Long> lasts = new HashMap<>();
        for (String id : stored.keySet()) {
            String epoch = id.substring(0, id.lastIndexOf('/'));
            counts.merge(epoch, 1L, Long::sum);
            lasts.merge(epoch, Long.parseLong(id.substring(epoch.length() + 1)), Math::max);
        }
        assertEquals(counts, lasts, "no hole in any epoch");
        assertFalse(Files.exists(gateway.dataDir.resolve("slipway.db.damaged-1")), "set aside as damaged");
        assertFalse(gateway.log().contains("Exception"), gateway.log());
    }

    /** What the gateway's status ever reported as committed. */
    long reportedReadings() {
        long sum = 0;
        for (long last : reported.values()) {
            sum += last;
        }
        return sum;
    }

    /** Adds this ordeal's figures: lives, sent, reported, committed, delivered, duplicates; and the worst start. */
    void addTo(Tally tally) {
        tally.add(lives, mote.sent(), reportedReadings(), stored.size(), cloud.size(), cloud.repetitions(),
            lan.size());
        tally.worstStart(worstStartMs);
    }

    /** The sum over several ordeals. Any thread. */
    static final class Tally {
        private static final String[] NAMES = {"cycles", "sent", "reported", "committed", "delivered", "duplicates",
            "on the LAN"};
        private final long[] sums = new long[NAMES.length];
        private final long beganNs = System.nanoTime();
        private long worstStartMs;

        synchronized void add(long... numbers) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += numbers[i];
            }
        }

        synchronized void worstStart(long ms) {
            worstStartMs = Math.max(worstStartMs, ms);
        }

        synchronized long cycles() {
            return sums[0];
        }

        synchronized long reported() {
            return sums[2];
        }

        @Override
        public synchronized String toString() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < sums.length; i++) {
                text.append(NAMES[i]).append(' ').append(sums[i]).append(", ");
            }
            long seconds = Math.max(1, (System.nanoTime() - beganNs) / 1_000_000_000L);
            return text.append("worst start ").append(worstStartMs).append(" ms, ").append(sums[0] * 60 / seconds)
                .append(" cycles a minute").toString();
        }
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        cloud.close();
        cloudBroker.close();
        mote.close();
    }

    @Override
    public String toString() {
        return directory.getFileName() + " after life " + lives;
    }
}
