package io.slipway.cloud;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.Config;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.reading.Topics;
import io.slipway.store.Outbox;
import io.slipway.store.Store;
import io.slipway.store.StoreFixture;
import io.slipway.testing.Await;
import io.slipway.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a gateway has of it in this JVM: a store on the disk and an upstream with receipts. */
final class FleetGateway implements AutoCloseable {
    final String id;
    final CopyOnWriteArrayList<String> commands = new CopyOnWriteArrayList<>();
    private final Config config;
    private final Path dir;
    private Health health;
    private Store store;
    private Outbox outbox;
    private Upstream upstream;
    private long seq;

    /** Starts it. */
    FleetGateway(Path dir, String id, int port) throws Exception {
        this.id = id;
        this.dir = dir.resolve(id);
        this.config = Config.parse("test", "config gateway\n option id '" + id + "'\nconfig mesh\n"
            + " option link 'tcp://localhost:1'\nconfig store\n option commit_interval_ms '20'\n"
            + " option queue_readings '100000'\n option queue_bytes '16M'\n"
            + "config upstream 'cloud'\n option url 'mqtt://127.0.0.1:" + port + "'\n option receipts '1'\n"
            + " option receipt_timeout_s '3'\n option batch_readings '64'\n option batch_age_ms '20'\n"
            + " option retry_min_ms '100'\n option retry_max_ms '400'\n");
        start();
    }

    void start() throws Exception {
        health = new Health();
        store = Store.open(config.store, dir, id, health, "cloud");
        outbox = store.outbox("cloud");
        seq = 0;
        upstream = new Upstream(config.upstreams.get(0), id, new Topics(id), outbox, (topic, payload) -> {
            commands.add(topic + " " + new String(payload, StandardCharsets.UTF_8));
            upstream.publish(Topics.stateOf(topic), "{\"state\":\"queued\"}".getBytes(StandardCharsets.UTF_8), false);
            upstream.publish(Topics.stateOf(topic), "{\"state\":\"sent\"}".getBytes(StandardCharsets.UTF_8), false);
        }, health);
        upstream.start(0);
    }

    /** The life that runs. */
    String epoch() {
        return store.epoch().toString();
    }

    long count(Counter counter) {
        return health.value(counter);
    }

    void append(int count) {
        for (int i = 0; i < count; i++) {
            seq++;
            assertTrue(store.append(new Reading(id, store.epoch(), seq, 1_790_000_000_000L + seq, true, seq,
                Eui64.of(0x0212_4b00_0000_0001L + seq % 20), "udp/5678", (seq + ".25").getBytes())));
        }
    }

    void awaitDrained(long seconds) {
        StoreFixture.flush(store);
        Await.until("the backlog of " + id + " to go, " + health.stateOf("upstream cloud"), seconds,
            () -> outbox.backlog() == 0);
    }

    void stop() {
        upstream.close();
        store.close();
        StoreFixture.awaitClosed(health);
    }

    @Override
    public void close() {
        stop();
    }
}
