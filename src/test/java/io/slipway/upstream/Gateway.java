package io.slipway.upstream;

import io.slipway.config.Config;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Topics;
import io.slipway.testing.Await;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One upstream with what it needs around it: an outbox, a health, a place for commands. */
final class Gateway implements AutoCloseable {
    /** A command that makes the listener throw. */
    static final String POISON = "poison";

    final MemoryOutbox outbox = new MemoryOutbox();
    final Health health = new Health();
    final List<String> commands = new CopyOnWriteArrayList<>();
    private final Upstream upstream;

    /** @param options lines of the section, each {@code name 'value'} */
    Gateway(String url, String... options) throws IOException {
        StringBuilder text = new StringBuilder("config gateway\n option id 'gw-01'\n option data_dir '/tmp'\n"
            + "config mesh\n option link 'tcp://localhost:1'\n"
            + "config upstream 'cloud'\n option url '" + url + "'\n"
            + " option retry_min_ms '100'\n option retry_max_ms '400'\n");
        for (String option : options) {
            text.append(" option ").append(option).append('\n');
        }
        Config config;
        try {
            config = Config.parse("test", text.toString());
        } catch (Exception wrong) {
            throw new AssertionError(wrong);
        }
        upstream = new Upstream(config.upstreams.get(0), "gw-01", new Topics("gw-01"), outbox,
            this::command, health);
    }

    private void command(String topic, byte[] payload) {
        String text = new String(payload);
        if (text.equals(POISON)) {
            throw new IllegalStateException(text);
        }
        commands.add(topic + "=" + text);
    }

    static Gateway to(int port, String... options) throws IOException {
        return new Gateway("mqtt://127.0.0.1:" + port, options);
    }

    Gateway start() {
        upstream.start(0);
        return this;
    }

    void report(String topic, String payload) {
        upstream.publish(topic, payload.getBytes(), false);
    }

    String state() {
        return health.stateOf("upstream cloud");
    }

    void awaitState(String beginning) {
        Await.until("the state " + beginning + ", not " + state(), 30, () -> state().startsWith(beginning));
    }

    void awaitCursor(long seq) {
        Await.until("the cursor at " + seq + ", not " + outbox.cursor() + "; " + state(), 60,
            () -> outbox.cursor() == seq);
    }

    void awaitCount(Counter counter, long atLeast) {
        Await.until(counter + " at " + atLeast, 30, () -> health.value(counter) >= atLeast);
    }

    /** Closes it, and finds the threads that it has left behind. */
    @Override
    public void close() {
        upstream.close();
        Await.until("the threads of the upstream to end", 15, () -> Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("upstream-")));
        if (!outbox.wrongs().isEmpty()) {
            throw new AssertionError(outbox.wrongs());
        }
    }
}
