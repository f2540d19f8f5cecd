package io.slipway.cloud;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import io.slipway.config.CloudConfig;
import io.slipway.upstream.Failures;
import java.io.Closeable;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Sends one command to a gateway over the cloud broker, and hears what becomes of it. Used by one thread. */
public final class Commander implements Closeable {
    private static final int MOST_REPORTS = 256;

    private final CloudConfig config;
    private final Mqtt5AsyncClient client;
    private final ArrayBlockingQueue<Mqtt5Publish> reports = new ArrayBlockingQueue<>(MOST_REPORTS);

    private Commander(CloudConfig config) throws IOException {
        this.config = config;
        client = new BrokerLogin(config).client("slipway-fleet-" + Long.toHexString(new SecureRandom().nextLong()))
            .buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, new Consumer<Mqtt5Publish>() {
            @Override
            public void accept(Mqtt5Publish report) {
                reports.offer(report);
            }
        });
    }

    /**
     * Connects, and sends the command when what is reported of it can be heard.
     *
     * @param topic {@code slipway/<gw>/<node>/down/<service>}
     * @throws IOException if the broker cannot be reached or refuses; the message is for people
     */
    public static Commander send(CloudConfig config, String topic, byte[] payload)
            throws IOException, InterruptedException {
        Commander commander = new Commander(config);
        boolean sent = false;
        try {
            commander.await(commander.client.connect());
            commander.await(commander.client.subscribe(Mqtt5Subscribe.builder().addSubscription(Mqtt5Subscription
                .builder().topicFilter(topic + "/state").qos(MqttQos.AT_LEAST_ONCE).build()).build()));
            commander.await(commander.client.publish(Mqtt5Publish.builder().topic(topic).qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload).build()));
            sent = true;
            return commander;
        } finally {
            if (!sent) {
                commander.close();
            }
        }
    }

    private void await(CompletableFuture<?> answer) throws IOException, InterruptedException {
        try {
            answer.get(config.connectTimeoutS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            throw new IOException("broker " + config.broker + ": " + Failures.text(refused), refused);
        } catch (TimeoutException silent) {
            throw new IOException("broker " + config.broker + ": no answer for " + config.connectTimeoutS + " s",
                silent);
        }
    }

    /** The next report, as it came; {@code null} where none comes in that time. */
    public byte[] report(long ms) throws InterruptedException {
        Mqtt5Publish report = reports.poll(ms, TimeUnit.MILLISECONDS);
        return report == null ? null : report.getPayloadAsBytes();
    }

    @Override
    public void close() {
        client.disconnect();
    }
}
