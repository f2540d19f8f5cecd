package io.slipway.upstream;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeSet;

/** A store on the disk and an upstream to a port, which can be stopped and started again; each start is an epoch. */
final class Site implements AutoCloseable {
    private static final long GOODBYE_NS = 1_500_000_000L;

    final Health health = new Health();
    /** Every reading that was ever appended: {@code epoch/seq}. */
    final TreeSet<String> appended = new TreeSet<>();
    private final Config config;
    private final Path dir;
    private Store store;
    private Outbox outbox;
    private Upstream upstream;
    private long seq;

    /** @param options lines of the section, each {@code name 'value'} */
    Site(Path dir, int port, String... options) throws Exception {
        StringBuilder text = new StringBuilder("config gateway\n option id 'gw-01'\nconfig mesh\n"
            + " option link 'tcp://localhost:1'\nconfig store\n option commit_interval_ms '20'\n"
            + " option queue_readings '100000'\n option queue_bytes '16M'\n"
            + "config upstream 'cloud'\n option url 'mqtt://127.0.0.1:" + port + "'\n"
            + " option retry_min_ms '100'\n option retry_max_ms '400'\n");
        for (String option : options) {
            text.append(" option ").append(option).append('\n');
        }
        this.config = Config.parse("test", text.toString());
        this.dir = dir.resolve("data");
    }

    /** Opens the store; nothing is sent yet. */
    Site open() throws Exception {
        store = Store.open(config.store, dir, "gw-01", health, "cloud");
        outbox = store.outbox("cloud");
        seq = 0;
        return this;
    }

    Site start() throws Exception {
        upstream = new Upstream(config.upstreams.get(0), "gw-01", new Topics("gw-01"), outbox,
            (topic, payload) -> { }, health);
        upstream.start(0);
        return this;
    }

    Outbox outbox() {
        return outbox;
    }

    Store store() {
        return store;
    }

    void append(int count) {
        append(count, "21.5");
    }

    /** The last one's {@code epoch/seq}. */
    String append(int count, String payload) {
        for (int i = 0; i < count; i++) {
            seq++;
            byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
            assertTrue(store.append(new Reading("gw-01", store.epoch(), seq, 1_790_000_000_000L + seq, true, seq,
                Eui64.of(0x0212_4b00_0000_0001L + seq % 20), "udp/5678", bytes)));
            appended.add(store.epoch() + "/" + seq);
        }
        return store.epoch() + "/" + seq;
    }

    void flush() {
        StoreFixture.flush(store);
    }

    long count(Counter counter) {
        return health.value(counter);
    }

    String state() {
        return health.stateOf("upstream cloud");
    }

    void awaitState(String beginning) {
        Await.until("the state " + beginning, 30, () -> state().startsWith(beginning));
    }

    void awaitDrained(long seconds) {
        Await.until("the backlog to go; " + state(), seconds, () -> outbox.backlog() == 0);
    }

    /**
     * As a stop of the gateway: the upstream takes leave, the cursors are saved.
     *
     * @return whether that took less than it waits for answers at most: then all have come
     */
    boolean stop() {
        long began = System.nanoTime();
        upstream.close();
        boolean answered = System.nanoTime() - began < GOODBYE_NS;
        store.close();
        StoreFixture.awaitClosed(health);
        upstream = null;
        return answered;
    }

    @Override
    public void close() {
        if (upstream != null) {
            upstream.close();
        }
        store.close();
        StoreFixture.awaitClosed(health);
        Await.until("the threads of the upstream to end", 15, () -> Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("upstream-")));
    }
}
