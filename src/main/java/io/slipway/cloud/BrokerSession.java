package io.slipway.cloud;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.upstream.Failures;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * The connection for what gateways send, and a bounded queue of what came over it and is not acknowledged.
 *
 * <p>A broker that kept messages for a process that does not come back would keep them from the others; so what was in
 * hand when a connection ends comes again, from the broker or, with receipts, from the gateway.
 */
final class BrokerSession extends BrokerLink {
    private static final int MOST_PUBLISHES = 1024;
    private static final long DRAIN_MS = 100;

    private final BlockingQueue<Message> inbox;
    private final AtomicInteger openPublishes = new AtomicInteger();
    private boolean keeping;

    BrokerSession(BrokerLogin login, Health health) {
        super(login, login.clientId, "broker", health);
        this.inbox = new ArrayBlockingQueue<>(2 * config.window);
    }

    /** What has come and is not acknowledged, oldest first. */
    BlockingQueue<Message> inbox() {
        return inbox;
    }

    /** Also listens to what gateways say of themselves, the retained messages first. Any thread; does not wait. */
    synchronized void keep() {
        keeping = true;
        listen();
    }

    /** From here on {@link #keep} does itself what it wants of this connection; what it wanted before is done here. */
    @Override
    synchronized void opened() {
        if (keeping) {
            listen();
        }
    }

    private void listen() {
        Mqtt5AsyncClient now = connection();
        if (now == null) {
            return;
        }
        subscribe(now, MqttQos.AT_LEAST_ONCE, "slipway/+/state", "slipway/+/extent")
            .whenComplete(new BiConsumer<Object, Throwable>() {
                @Override
                public void accept(Object suback, Throwable refused) {
                    if (refused != null && connection() != null) {
                        health.error("broker " + config.broker + ": no states and extents: " + Failures.text(refused));
                    }
                }
            });
    }

    /** Publishes with QoS 1 if connected, else it is dropped and counted: both ends can do without. Any thread. */
    void publish(String topic, byte[] payload) {
        Mqtt5AsyncClient now = connection();
        if (now == null || openPublishes.get() >= MOST_PUBLISHES) {
            health.count(Counter.CLOUD_DROPPED);
            return;
        }
        openPublishes.incrementAndGet();
        now.publish(Mqtt5Publish.builder().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload).build())
            .whenComplete(new BiConsumer<Object, Throwable>() {
                @Override
                public void accept(Object puback, Throwable failure) {
                    openPublishes.decrementAndGet();
                    if (failure != null) {
                        health.count(Counter.CLOUD_DROPPED);
                    }
                }
            });
    }

    @Override
    void awaitRoom() throws InterruptedException {
        while (inbox.size() > config.window / 2) {
            // What came over the last one fills the memory.
            new CountDownLatch(1).await(DRAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    CompletableFuture<?> subscribe(Mqtt5AsyncClient to) {
        return subscribe(to, MqttQos.AT_LEAST_ONCE, "$share/" + config.group + "/slipway/+/batch",
            "$share/" + config.group + "/slipway/+/gap");
    }

    @Override
    void ended() {
        // What is in hand is not acknowledged, and comes again.
    }

    @Override
    boolean acknowledges() {
        return true;
    }

    /** Waits where the queue is full, which holds up this connection alone: the broker waits for acknowledgements. */
    @Override
    void take(Mqtt5Publish publish) {
        health.count(Counter.CLOUD_MESSAGES);
        Message message = new Message(publish);
        try {
            while (!isClosing() && !inbox.offer(message, 1, TimeUnit.SECONDS)) {
                continue;
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
