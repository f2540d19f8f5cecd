package io.slipway.cloud;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.slipway.config.CloudConfig;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.Postgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figures of docs/cloud.md. Runs by name only: {@code mvn -Dtest=CloudBench test}. */
class CloudBench {
    private static final Epoch EPOCH = new Epoch(1, 1);

    @TempDir
    Path directory;

    /** Into the database, without a broker: what one process does at most. */
    @Test
    void readingsPerSecondOfOneConnection() throws Exception {
        try (Postgres postgres = new Postgres("fsync=on", "max_wal_size=4GB", "shared_buffers=256MB")) {
            CloudConfig config = CloudConfig.parse("f", "config cloud\n option url 'mqtt://h'\n option database '"
                + postgres.url() + "'\n");
            for (int size : new int[] {50, 500}) {
                for (int batches : new int[] {1, 20, 64}) {
                    for (int origins : new int[] {100, 10_000}) {
                        postgres.execute("DROP TABLE IF EXISTS reading, stream, held, gap, aside, gateway,"
                            + " slipway_cloud CASCADE");
                        try (Books books = Books.open(config, null)) {
                            measure(books, postgres, size, batches, origins);
                        }
                    }
                }
            }
        }
    }

    private static void measure(Books books, Postgres postgres, int size, int batches, int origins) throws Exception {
        Account account = new Account(books, new Health());
        long[] next = new long[origins];
        int origin = 0;
        long stored = 0;
        long began = System.nanoTime();
        while (System.nanoTime() - began < 6_000_000_000L) {
            Group group = new Group();
            for (int i = 0; i < batches; i++) {
                origin = (origin + 1) % origins;
                group.packs.add(pack("gw-" + origin, next[origin] + 1, size));
                next[origin] += size;
            }
            account.store(group, System.currentTimeMillis());
            stored += (long) batches * size;
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        long bytes = postgres.number("SELECT pg_total_relation_size('reading')");
        System.out.println("batches of " + size + ", " + batches + " a transaction, " + origins + " origins: "
            + Math.round(stored / seconds) + " readings/s, " + bytes / stored + " bytes a reading");
    }

    private static Pack pack(String origin, long first, int size) {
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            readings.add(new Reading(origin, EPOCH, first + i, 1_790_000_000_000L + 1000 * i, true, 0,
                Eui64.of(0x0212_4b00_0000_0001L + i % 20), "udp/5678",
                ("21." + i % 100).getBytes(StandardCharsets.US_ASCII)));
        }
        return new Pack(origin, EPOCH, readings);
    }

    /** The whole way over a broker, with as many processes side by side. */
    @Test
    void readingsPerSecondOverTheBroker() throws Exception {
        for (int processes : new int[] {1, 2}) {
            for (int size : new int[] {50, 500}) {
                try (Mosquitto mosquitto = new Mosquitto(directory, "allow_anonymous true", "max_inflight_messages 100",
                        "max_queued_messages 10000").start();
                     Postgres postgres = new Postgres("fsync=on", "max_wal_size=4GB", "shared_buffers=256MB")) {
                    overTheBroker(mosquitto, postgres, processes, size);
                }
            }
        }
    }

    private void overTheBroker(Mosquitto mosquitto, Postgres postgres, int processes, int size) throws Exception {
        List<CloudProcess> nodes = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
            nodes.add(new CloudProcess(directory, "node-" + size + "-" + processes + "-" + i, mosquitto.port(),
                postgres, 60).start());
        }
        Mqtt5AsyncClient client = MqttClient.builder().useMqttVersion5().serverHost("127.0.0.1")
            .serverPort(mosquitto.port()).buildAsync();
        client.connect().get();
        int origins = 10_000;
        int messages = size == 50 ? 10_000 : 600;
        Semaphore window = new Semaphore(200);
        long began = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            window.acquire();
            // No faster than they are stored, or the broker's queue overflows.
            String origin = "gw-" + i % origins;
            byte[] pack = Batches.pack(origin, EPOCH.toString(), Batches.numbers(1 + (long) i / origins * size,
                (1 + (long) i / origins) * size)).getBytes(StandardCharsets.UTF_8);
            client.publish(Mqtt5Publish.builder().topic("slipway/" + origin + "/batch").qos(MqttQos.AT_LEAST_ONCE)
                .contentType("application/senml+json").payload(pack).build())
                .whenComplete((sent, failure) -> window.release());
            if (i % 1000 == 999) {
                long sent = i;
                Await.until("the queue to shrink", 120, () -> postgres.number("SELECT coalesce(sum(n), 0) FROM held")
                    > (sent - 2000) * size);
            }
        }
        Await.until("all to be stored", 300,
            () -> postgres.number("SELECT coalesce(sum(n), 0) FROM held") == (long) messages * size);
        double seconds = (System.nanoTime() - began) / 1e9;
        StringBuilder memory = new StringBuilder();
        for (CloudProcess node : nodes) {
            for (String line : Files.readAllLines(Path.of("/proc/" + node.pid() + "/status"))) {
                if (line.startsWith("VmRSS")) {
                    memory.append(' ').append(line.replaceAll("\\s+", " "));
                }
            }
            node.close();
        }
        client.disconnect().get();
        System.out.println(processes + " processes, batches of " + size + ", " + Math.min(origins, messages)
            + " origins: " + Math.round(messages * (double) size / seconds) + " readings/s," + memory);
    }
}
