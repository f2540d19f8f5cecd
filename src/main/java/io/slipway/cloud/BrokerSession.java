package io.slipway.cloud;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedListener;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import io.slipway.config.CloudConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.retry.Backoff;
import io.slipway.upstream.Failures;
import java.io.Closeable;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Keeps a connection to the broker, and a bounded queue of what came over it. Its thread connects, subscribes, waits
 * for the end of the connection, and begins again.
 *
 * <p>The session is clean and ends with the connection: a broker that kept messages for a process that does not come
 * back would keep them from the others. What was in hand then comes again, from the broker or, with receipts, from the
 * gateway.
 */
final class BrokerSession implements Runnable, Closeable {
    private static final int MOST_PUBLISHES = 1024;
    private static final long DRAIN_MS = 100;
    private static final long GOODBYE_MS = 2000;

    private final BrokerLogin login;
    private final CloudConfig config;
    private final Health health;
    private final BlockingQueue<Message> inbox;
    private final Backoff backoff = new Backoff(500, 30_000, new Random());
    private final AtomicInteger openPublishes = new AtomicInteger();
    private final Thread thread = new Thread(this, "cloud-broker");
    private volatile Mqtt5AsyncClient client;
    private volatile boolean connected;
    private boolean keeping;
    private volatile boolean closing;

    BrokerSession(BrokerLogin login, Health health) {
        this.login = login;
        this.config = login.config;
        this.health = health;
        this.inbox = new ArrayBlockingQueue<>(2 * config.window);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** What has come and is not acknowledged, oldest first. */
    BlockingQueue<Message> inbox() {
        return inbox;
    }

    /** Whether the broker has let us in. Any thread. */
    boolean isConnected() {
        return connected;
    }

    /** Also listens to what gateways say of themselves, the retained messages first. Any thread; does not wait. */
    synchronized void keep() {
        keeping = true;
        if (connected) {
            listen(client);
        }
    }

    /** From here on {@link #keep} does itself what it wants of this connection; what it wanted before is done here. */
    private synchronized void opened(Mqtt5AsyncClient connection, CountDownLatch end) {
        connected = end.getCount() > 0;
        if (keeping) {
            listen(connection);
        }
    }

    private void listen(Mqtt5AsyncClient connection) {
        subscribe(connection, "slipway/+/state", "slipway/+/extent").whenComplete(new BiConsumer<Object, Throwable>() {
            @Override
            public void accept(Object suback, Throwable refused) {
                if (refused != null && connected) {
                    health.error("broker " + config.broker + ": no states and extents: " + Failures.text(refused));
                }
            }
        });
    }

    /** Publishes with QoS 1 if connected, else it is dropped and counted: both ends can do without. Any thread. */
    void publish(String topic, byte[] payload) {
        Mqtt5AsyncClient now = client;
        if (!connected || now == null || openPublishes.get() >= MOST_PUBLISHES) {
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
    public void run() {
        try {
            while (!closing) {
                String why = hold();
                connected = false;
                if (!closing) {
                    health.error("broker " + config.broker + ": " + why);
                    health.state("broker", "waiting: " + why);
                    new CountDownLatch(1).await(backoff.nextMs(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
        health.state("broker", "stopped");
    }

    /** One connection from the attempt to its end; returns why it ended. */
    private String hold() throws InterruptedException {
        while (inbox.size() > config.window / 2) {
            // What came over the last one fills the memory.
            new CountDownLatch(1).await(DRAIN_MS, TimeUnit.MILLISECONDS);
        }
        final CountDownLatch end = new CountDownLatch(1);
        final Throwable[] cause = new Throwable[1];
        Mqtt5AsyncClient connection = build(new MqttClientDisconnectedListener() {
            @Override
            public void onDisconnected(MqttClientDisconnectedContext context) {
                cause[0] = context.getCause();
                connected = false;
                end.countDown();
            }
        });
        client = connection;
        try {
            await(connection.connect(Mqtt5Connect.builder().cleanStart(true).keepAlive(config.keepAliveS)
                .restrictions(Mqtt5ConnectRestrictions.builder().receiveMaximum(config.window).build()).build()));
            await(subscribe(connection, "$share/" + config.group + "/slipway/+/batch",
                "$share/" + config.group + "/slipway/+/gap"));
            opened(connection, end);
            health.state("broker", "connected");
            end.await();
            backoff.reset();
            return cause[0] == null ? "the connection ended" : Failures.text(cause[0]);
        } catch (ExecutionException refused) {
            connection.disconnect();
            return Failures.text(refused);
        } catch (TimeoutException silent) {
            connection.disconnect();
            return "no answer for " + config.connectTimeoutS + " s";
        }
    }

    private void await(CompletableFuture<?> answer) throws InterruptedException, ExecutionException, TimeoutException {
        answer.get(config.connectTimeoutS, TimeUnit.SECONDS);
    }

    private Mqtt5AsyncClient build(MqttClientDisconnectedListener listener) {
        Mqtt5AsyncClient built = login.client(login.clientId).addDisconnectedListener(listener).buildAsync();
        built.publishes(MqttGlobalPublishFilter.ALL, new Consumer<Mqtt5Publish>() {
            @Override
            public void accept(Mqtt5Publish publish) {
                take(publish);
            }
        }, true);
        return built;
    }

    private static CompletableFuture<?> subscribe(Mqtt5AsyncClient to, String first, String second) {
        return to.subscribe(Mqtt5Subscribe.builder()
            .addSubscription(Mqtt5Subscription.builder().topicFilter(first).qos(MqttQos.AT_LEAST_ONCE).build())
            .addSubscription(Mqtt5Subscription.builder().topicFilter(second).qos(MqttQos.AT_LEAST_ONCE).build())
            .build());
    }

    /** Waits where the queue is full, which holds up this connection alone: the broker waits for acknowledgements. */
    private void take(Mqtt5Publish publish) {
        health.count(Counter.CLOUD_MESSAGES);
        Message message = new Message(publish);
        try {
            while (!closing && !inbox.offer(message, 1, TimeUnit.SECONDS)) {
                continue;
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Leaves the broker and waits for that, two seconds at most. What is in hand is not acknowledged. */
    @Override
    public void close() {
        closing = true;
        Mqtt5AsyncClient now = client;
        if (now != null) {
            now.disconnect();
        }
        thread.interrupt();
        try {
            thread.join(GOODBYE_MS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
