package io.slipway.upstream;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAck;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscription;
import io.slipway.health.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * MQTT 3.1.1. It has no properties: a receiver knows a pack by its first byte, {@code [} for JSON, 0x80 to 0x9b for
 * CBOR, 0x78 for zlib around either. It has no reason codes either: a broker that does not allow a publish either
 * closes the connection, or acknowledges it all the same and throws it away, which nobody here can see.
 */
final class Mqtt3CloudClient extends CloudClient implements Consumer<Mqtt3Publish>, BiConsumer<Object, Throwable> {
    private static final int NO_RECEIVE_MAXIMUM = 65_535;

    private final Mqtt3AsyncClient client;

    Mqtt3CloudClient(CloudAccess access, Detour.Route route, Upstream.CommandListener commands, CloudInbox inbox,
                     Health health, Signal signal) {
        super(access, route, commands, inbox, health, signal);
        Mqtt3ClientBuilder builder = common(MqttClient.builder().useMqttVersion3())
            .willPublish(Mqtt3Publish.builder().topic(access.topics.state()).payload(CloudAccess.OFFLINE)
                .qos(MqttQos.AT_LEAST_ONCE).retain(true).build());
        if (access.config.username != null) {
            Mqtt3SimpleAuthBuilder.Complete auth = Mqtt3SimpleAuth.builder().username(access.config.username);
            builder = builder.simpleAuth(access.password == null ? auth.build()
                : auth.password(access.password).build());
        }
        this.client = builder.buildAsync();
    }

    @Override
    void connect() {
        // Before the connection: the session may hold commands that come right behind the CONNACK.
        client.publishes(MqttGlobalPublishFilter.ALL, this, true);
        client.connect(Mqtt3Connect.builder().cleanSession(false).keepAlive(access.config.keepAliveS).build())
            .whenComplete(this);
    }

    /** The CONNACK is there, or there is none. */
    @Override
    public void accept(Object connack, Throwable failure) {
        if (failure == null) {
            // Before "online" is published: whoever sees that may send a command at once.
            List<Mqtt3Subscription> subscriptions = new ArrayList<>();
            for (String filter : filters()) {
                subscriptions.add(subscription(filter));
            }
            if (passengerFilter() != null) {
                // QoS 0: what a broker would keep while we are away is out of date, and would crowd commands out.
                subscriptions.add(Mqtt3Subscription.builder().topicFilter(passengerFilter())
                    .qos(MqttQos.AT_MOST_ONCE).build());
            }
            beginSubscribe();
            client.subscribe(Mqtt3Subscribe.builder().addSubscriptions(subscriptions).build())
                .whenComplete(new BiConsumer<Object, Throwable>() {
                    @Override
                    public void accept(Object suback, Throwable refused) {
                        onSubscribe(refused);
                    }
                });
        }
        onConnect(failure, failure == null && ((Mqtt3ConnAck) connack).isSessionPresent());
    }

    private static Mqtt3Subscription subscription(String filter) {
        return Mqtt3Subscription.builder().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).build();
    }

    @Override
    public void accept(Mqtt3Publish message) {
        onMessage(message.getTopic().toString(), message.getPayloadAsBytes(), message.isRetain());
        message.acknowledge();
    }

    @Override
    CompletableFuture<?> publish(Parcel parcel) {
        return send(access.topics.batch(), parcel.payload, false);
    }

    @Override
    int packetBytes(Parcel parcel) {
        return PacketSize.publish(access.topics.batch(), parcel.payload.length);
    }

    @Override
    int receiveMaximum() {
        return NO_RECEIVE_MAXIMUM;
    }

    @Override
    CompletableFuture<?> send(String topic, byte[] payload, boolean retain) {
        return client.publish(Mqtt3Publish.builder().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload)
            .retain(retain).build());
    }

    @Override
    void disconnect() {
        client.disconnect();
    }

    @Override
    Verdict verdict(Throwable failure) {
        return failure instanceof MqttEncodeException ? Verdict.NOT_WHOLE : Verdict.LATER;
    }

    @Override
    String reason(Throwable failure) {
        if (failure instanceof Mqtt3ConnAckException) {
            return "refused, " + ((Mqtt3ConnAckException) failure).getMqttMessage().getReturnCode();
        }
        return Failures.text(failure);
    }
}
