package io.slipway.cloud;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.slipway.health.Health;
import io.slipway.upstream.Passenger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * The connection by which members of a cluster are reached. It is one of its own: what they send must not wait for
 * the database behind batches, nor count against the window of those.
 */
public final class MemberLink extends BrokerLink {
    /** Bytes of messages on their way at most, and one message more. */
    private static final int MOST_BYTES = 64 << 10;

    private final Passenger passenger;
    private final AtomicInteger openBytes = new AtomicInteger();

    MemberLink(BrokerLogin login, Passenger passenger, Health health) {
        super(login, login.clientId + "-members", "members", health);
        this.passenger = passenger;
    }

    /** Publishes with QoS 1; false while it is down or too much is on its way. Any thread; does not block. */
    public boolean send(String topic, byte[] payload) {
        Mqtt5AsyncClient now = connection();
        if (now == null || openBytes.get() > MOST_BYTES) {
            return false;
        }
        final int length = payload.length;
        openBytes.addAndGet(length);
        now.publish(Mqtt5Publish.builder().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload).build())
            .whenComplete(new BiConsumer<Object, Throwable>() {
                @Override
                public void accept(Object puback, Throwable failure) {
                    openBytes.addAndGet(-length);
                }
            });
        return true;
    }

    @Override
    void awaitRoom() {
        // Nothing of an earlier connection is kept.
    }

    /** QoS 0: what is lost, the rules send again. */
    @Override
    CompletableFuture<?> subscribe(Mqtt5AsyncClient to) {
        return subscribe(to, MqttQos.AT_MOST_ONCE, passenger.prefix() + "#", null);
    }

    @Override
    void take(Mqtt5Publish publish) {
        passenger.message(publish.getTopic().toString(), publish.getPayloadAsBytes());
    }

    @Override
    void opened() {
        passenger.connected();
    }

    @Override
    void ended() {
        passenger.lost();
    }

    @Override
    boolean acknowledges() {
        return false;
    }
}
