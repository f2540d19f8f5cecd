package io.slipway.gateway;

import io.slipway.broker.LanBroker;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Topics;
import java.io.Closeable;
import java.util.Map;

/**
 * Says on the LAN from time to time how the gateway is: three retained messages, {@code status/states}, {@code
 * status/gauges} and {@code status/counters}, each a JSON object. One thread of its own, where it is configured.
 */
final class StatusTopics implements Closeable {
    private static final int AT_MOST_ONCE = 0;

    private final LanBroker broker;
    private final Topics topics;
    private final Health health;
    private final long everyNs;
    private final Thread thread;
    private boolean closed;

    StatusTopics(LanBroker broker, Topics topics, int everyS, Health health) {
        this.broker = broker;
        this.topics = topics;
        this.health = health;
        this.everyNs = everyS * 1_000_000_000L;
        this.thread = new Thread("status-topics") {
            @Override
            public void run() {
                live();
            }
        };
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void live() {
        while (!isClosed()) {
            JsonWriter json = new JsonWriter().object();
            for (Map.Entry<String, String> state : health.states().entrySet()) {
                json.field(state.getKey(), state.getValue());
            }
            publish("states", json);
            json = new JsonWriter().object();
            for (Map.Entry<String, Long> gauge : health.gauges().entrySet()) {
                json.field(gauge.getKey(), gauge.getValue());
            }
            publish("gauges", json);
            json = new JsonWriter().object();
            for (Counter counter : Counter.values()) {
                json.field(counter.label(), health.value(counter));
            }
            publish("counters", json);
            rest();
        }
    }

    private void publish(String what, JsonWriter json) {
        broker.publish(topics.root() + "status/" + what, json.endObject().toBytes(), AT_MOST_ONCE, true);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void rest() {
        long end = System.nanoTime() + everyNs;
        long left = everyNs;
        try {
            while (!closed && left > 0) {
                wait(left / 1_000_000 + 1);
                left = end - System.nanoTime();
            }
        } catch (InterruptedException stop) {
            closed = true;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
