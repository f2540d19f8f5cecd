package io.slipway.broker;

import static org.junit.jupiter.api.Assertions.fail;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A broker on a free port of the loopback interface, and what it heard from its clients. */
final class RunningBroker implements AutoCloseable {
    static final long DEADLINE_SECONDS = 20;

    record Heard(String clientId, String topic, String payload) {
    }

    final Health health = new Health();
    final LinkedBlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    final LanBroker broker;

    RunningBroker(String... options) throws IOException {
        broker = broker(health, (client, topic, payload) ->
            heard.add(new Heard(client, topic, new String(payload, StandardCharsets.UTF_8))), options);
        broker.start();
    }

    static LanBroker broker(Health health, LanBroker.PublishListener listener, String... options) {
        Config config = config(options);
        return new LanBroker(config.broker, config.gateway, new Topics("gw-01"), listener, health);
    }

    private static Config config(String... options) {
        StringBuilder text = new StringBuilder("config gateway\n\toption id 'gw-01'\n\toption data_dir '"
            + dataDir(options) + "'\n"
            + "config mesh\n\toption link 'tcp://127.0.0.1:1'\nconfig broker\n");
        boolean listens = false;
        boolean paced = false;
        for (String option : options) {
            if (option.startsWith("data_dir ")) {
                continue;
            }
            text.append("\toption ").append(option).append('\n');
            listens |= option.startsWith("listen ");
            paced |= option.startsWith("messages_per_s ");
        }
        if (!paced) {
            text.append("\toption messages_per_s '0'\n");
        }
        if (!listens) {
            text.append("\toption listen '127.0.0.1:0'\n");
        }
        try {
            return Config.parse("test", text.toString());
        } catch (ConfigException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    /** Takes in other options, as a gateway does that reloads. */
    void reload(String... options) throws IOException {
        broker.prepare(config(options).broker).apply();
    }

    private static String dataDir(String... options) {
        for (String option : options) {
            if (option.startsWith("data_dir ")) {
                return option.substring("data_dir ".length());
            }
        }
        return "/tmp";
    }

    RawClient client() throws IOException {
        return new RawClient(broker.port());
    }

    long count(Counter counter) {
        return health.value(counter);
    }

    Heard nextHeard() throws InterruptedException {
        Heard next = heard.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        return next == null ? fail("The listener heard nothing") : next;
    }

    /** Waits until it is true; fails at the deadline. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("Waited in vain until " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
