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
import io.slipway.health.Health;
import io.slipway.retry.Backoff;
import io.slipway.upstream.Failures;
import java.io.Closeable;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Keeps a connection to the broker, for ever: its thread connects, subscribes, waits for the end of the connection,
 * and begins again. The session is clean and ends with the connection. What it is for is the business of the
 * subclasses.
 */
abstract class BrokerLink implements Runnable, Closeable {
    private static final long GOODBYE_MS = 2000;

    final CloudConfig config;
    final Health health;
    private final BrokerLogin login;
    private final String clientId;
    private final String part;
    private final Backoff backoff = new Backoff(500, 30_000, new Random());
    private final Thread thread;
    private volatile Mqtt5AsyncClient client;
    private volatile boolean connected;
    private volatile boolean closing;

    /** @param part what the status calls it; also a part of the thread's name */
    BrokerLink(BrokerLogin login, String clientId, String part, Health health) {
        this.login = login;
        this.config = login.config;
        this.clientId = clientId;
        this.part = part;
        this.health = health;
        this.thread = new Thread(this, "cloud-" + part);
        thread.setDaemon(true);
    }

    /** Waits until another connection may begin. */
    abstract void awaitRoom() throws InterruptedException;

    /** Subscribes to what is needed before the broker counts as connected. */
    abstract CompletableFuture<?> subscribe(Mqtt5AsyncClient to);

    /** A message came. The connection's network thread. */
    abstract void take(Mqtt5Publish publish);

    /** The connection stands; {@link #connection} has it. */
    abstract void opened();

    /** The connection has ended, or none came to be. */
    abstract void ended();

    /** Whether messages are acknowledged one by one by whoever takes them. */
    abstract boolean acknowledges();

    final void start() {
        thread.start();
    }

    /** The connection; {@code null} while there is none. Any thread. */
    final Mqtt5AsyncClient connection() {
        return connected ? client : null;
    }

    /** Whether {@link #close} was called. */
    final boolean isClosing() {
        return closing;
    }

    @Override
    public final void run() {
        try {
            while (!closing) {
                String why = hold();
                connected = false;
                ended();
                if (!closing) {
                    health.error("broker " + config.broker + ": " + why);
                    health.state(part, "waiting: " + why);
                    new CountDownLatch(1).await(backoff.nextMs(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
        health.state(part, "stopped");
    }

    /** One connection from the attempt to its end; returns why it ended. */
    private String hold() throws InterruptedException {
        awaitRoom();
        Attempt attempt = new Attempt();
        Mqtt5AsyncClient made = login.client(clientId).addDisconnectedListener(attempt).buildAsync();
        made.publishes(MqttGlobalPublishFilter.ALL, attempt, acknowledges());
        client = made;
        try {
            await(made.connect(Mqtt5Connect.builder().cleanStart(true).keepAlive(config.keepAliveS)
                .restrictions(Mqtt5ConnectRestrictions.builder().receiveMaximum(config.window).build()).build()));
            await(subscribe(made));
            connected = attempt.end.getCount() > 0;
            opened();
            health.state(part, "connected");
            attempt.end.await();
            backoff.reset();
            Throwable cause = attempt.cause;
            return cause == null ? "the connection ended" : Failures.text(cause);
        } catch (ExecutionException refused) {
            made.disconnect();
            return Failures.text(refused);
        } catch (TimeoutException silent) {
            made.disconnect();
            return "no answer for " + config.connectTimeoutS + " s";
        }
    }

    /** What the network thread tells of one connection. */
    private final class Attempt implements MqttClientDisconnectedListener, Consumer<Mqtt5Publish> {
        final CountDownLatch end = new CountDownLatch(1);
        volatile Throwable cause;

        @Override
        public void onDisconnected(MqttClientDisconnectedContext context) {
            cause = context.getCause();
            connected = false;
            end.countDown();
        }

        @Override
        public void accept(Mqtt5Publish publish) {
            take(publish);
        }
    }

    private void await(CompletableFuture<?> answer) throws InterruptedException, ExecutionException, TimeoutException {
        answer.get(config.connectTimeoutS, TimeUnit.SECONDS);
    }

    /** Subscribes to both, of which the second may be {@code null}. */
    static CompletableFuture<?> subscribe(Mqtt5AsyncClient to, MqttQos qos, String first, String second) {
        Mqtt5Subscribe one = Mqtt5Subscribe.builder().addSubscription(
            Mqtt5Subscription.builder().topicFilter(first).qos(qos).build()).build();
        return to.subscribe(second == null ? one : one.extend().addSubscription(
            Mqtt5Subscription.builder().topicFilter(second).qos(qos).build()).build());
    }

    /** Leaves the broker and waits for that, two seconds at most. */
    @Override
    public final void close() {
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
