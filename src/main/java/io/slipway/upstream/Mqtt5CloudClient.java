package io.slipway.upstream;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import io.slipway.health.Health;
import io.slipway.store.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * MQTT 5. A batch carries its content type, and as user properties {@code origin}, {@code epoch}, {@code first},
 * {@code last}, {@code count}, and {@code content-encoding} = {@code deflate} where it is deflated. The broker's
 * Receive Maximum is kept by the {@link Window}, its Maximum Packet Size here.
 */
final class Mqtt5CloudClient extends CloudClient implements Consumer<Mqtt5Publish>, BiConsumer<Object, Throwable> {
    /** The property, in bytes. */
    private static final int TOPIC_ALIAS = 3;

    private final Mqtt5AsyncClient client;
    /** The broker's Maximum Packet Size. */
    private volatile int maximumPacketSize;
    private volatile int receiveMaximum;
    /** A broker that takes a batch for nobody throws it away, and yet acknowledges it (MQTT 5, 3.4.2.1). */
    private final BiConsumer<Mqtt5PublishResult, Throwable> unheard = new BiConsumer<Mqtt5PublishResult, Throwable>() {
        @Override
        public void accept(Mqtt5PublishResult result, Throwable failure) {
            if (result instanceof Mqtt5PublishResult.Mqtt5Qos1Result
                && ((Mqtt5PublishResult.Mqtt5Qos1Result) result).getPubAck().getReasonCode()
                == Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS) {
                onUnheard();
            }
        }
    };

    Mqtt5CloudClient(CloudAccess access, Detour.Route route, Upstream.CommandListener commands, CloudInbox inbox,
                     Health health, Signal signal) {
        super(access, route, commands, inbox, health, signal);
        Mqtt5ClientBuilder builder = common(MqttClient.builder().useMqttVersion5())
            .willPublish(Mqtt5Publish.builder().topic(access.topics.state()).payload(CloudAccess.OFFLINE)
                .qos(MqttQos.AT_LEAST_ONCE).retain(true).build());
        if (access.config.username != null) {
            Mqtt5SimpleAuthBuilder.Complete auth = Mqtt5SimpleAuth.builder().username(access.config.username);
            builder = builder.simpleAuth(access.password == null ? auth.build()
                : auth.password(access.password).build());
        }
        this.client = builder.buildAsync();
    }

    @Override
    void connect() {
        // Before the connection: the session may hold commands that come right behind the CONNACK.
        client.publishes(MqttGlobalPublishFilter.ALL, this, true);
        client.connect(Mqtt5Connect.builder()
            .cleanStart(false)
            .sessionExpiryInterval(CloudAccess.SESSION_EXPIRY_S)
            .keepAlive(access.config.keepAliveS)
            .restrictions(Mqtt5ConnectRestrictions.builder()
                .receiveMaximum(CloudAccess.RECEIVE_MAXIMUM)
                .maximumPacketSize(CloudAccess.MAXIMUM_PACKET_SIZE)
                .build())
            .build()).whenComplete(this);
    }

    /** The CONNACK is there, or there is none. */
    @Override
    public void accept(Object connack, Throwable failure) {
        if (failure == null) {
            maximumPacketSize = ((Mqtt5ConnAck) connack).getRestrictions().getMaximumPacketSize();
            receiveMaximum = ((Mqtt5ConnAck) connack).getRestrictions().getReceiveMaximum();
            // Before "online" is published: whoever sees that may send a command at once.
            List<Mqtt5Subscription> subscriptions = new ArrayList<>();
            for (String filter : filters()) {
                subscriptions.add(subscription(filter));
            }
            if (passengerFilter() != null) {
                // QoS 0: what a broker would keep while we are away is out of date, and would crowd commands out.
                subscriptions.add(Mqtt5Subscription.builder().topicFilter(passengerFilter())
                    .qos(MqttQos.AT_MOST_ONCE).build());
            }
            beginSubscribe();
            client.subscribe(Mqtt5Subscribe.builder().addSubscriptions(subscriptions).build())
                .whenComplete(new BiConsumer<Object, Throwable>() {
                    @Override
                    public void accept(Object suback, Throwable refused) {
                        onSubscribe(refused);
                    }
                });
        }
        onConnect(failure, failure == null && ((Mqtt5ConnAck) connack).isSessionPresent());
    }

    private static Mqtt5Subscription subscription(String filter) {
        return Mqtt5Subscription.builder().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).noLocal(true)
            .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND).build();
    }

    @Override
    public void accept(Mqtt5Publish message) {
        onMessage(message.getTopic().toString(), message.getPayloadAsBytes(), message.isRetain());
        message.acknowledge();
    }

    @Override
    CompletableFuture<?> publish(Parcel parcel) {
        Batch batch = parcel.batch;
        if (packetBytes(parcel) > maximumPacketSize) {
            // The library would leave the properties out to make it fit.
            CompletableFuture<?> refused = new CompletableFuture<>();
            refused.completeExceptionally(new MqttEncodeException("larger than the broker takes"));
            return refused;
        }
        Mqtt5UserPropertiesBuilder properties = Mqtt5UserProperties.builder()
            .add("origin", batch.origin)
            .add("epoch", batch.epoch.toString())
            .add("first", Long.toString(batch.first()))
            .add("last", Long.toString(batch.last()))
            .add("count", Integer.toString(batch.readings.size()));
        if (parcel.deflated) {
            properties = properties.add("content-encoding", "deflate");
        }
        CompletableFuture<Mqtt5PublishResult> published = client.publish(Mqtt5Publish.builder()
            .topic(access.topics.batch())
            .qos(MqttQos.AT_LEAST_ONCE)
            .payload(parcel.payload)
            .contentType(parcel.contentType)
            .userProperties(properties.build())
            .build());
        // Not what this returns: in that a failure is wrapped in another.
        published.whenComplete(unheard);
        return published;
    }

    /** At most: where the broker takes topic aliases, the library leaves the topic out of all but the first. */
    @Override
    int packetBytes(Parcel parcel) {
        Batch batch = parcel.batch;
        int properties = TOPIC_ALIAS + PacketSize.property(parcel.contentType)
            + PacketSize.property("origin", batch.origin)
            + PacketSize.property("epoch", batch.epoch.toString())
            + PacketSize.property("first", Long.toString(batch.first()))
            + PacketSize.property("last", Long.toString(batch.last()))
            + PacketSize.property("count", Integer.toString(batch.readings.size()))
            + (parcel.deflated ? PacketSize.property("content-encoding", "deflate") : 0);
        return PacketSize.publish(access.topics.batch(), properties, parcel.payload.length);
    }

    @Override
    int receiveMaximum() {
        return receiveMaximum;
    }

    @Override
    CompletableFuture<?> send(String topic, byte[] payload, boolean retain) {
        return client.publish(Mqtt5Publish.builder().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload)
            .retain(retain).build());
    }

    @Override
    void disconnect() {
        client.disconnect();
    }

    @Override
    Verdict verdict(Throwable failure) {
        if (failure instanceof MqttEncodeException) {
            return Verdict.NOT_WHOLE;
        }
        if (failure instanceof Mqtt5DisconnectException) {
            return ((Mqtt5DisconnectException) failure).getMqttMessage().getReasonCode()
                == Mqtt5DisconnectReasonCode.PACKET_TOO_LARGE ? Verdict.NOT_WHOLE : Verdict.LATER;
        }
        if (!(failure instanceof Mqtt5PubAckException)) {
            return Verdict.LATER;
        }
        switch (((Mqtt5PubAckException) failure).getMqttMessage().getReasonCode()) {
            case PAYLOAD_FORMAT_INVALID:
                // One reading may be to blame.
                return Verdict.NOT_WHOLE;
            case TOPIC_NAME_INVALID:
                return Verdict.NEVER;
            default:
                // Rights are given, quotas end, faults are mended.
                return Verdict.LATER;
        }
    }

    @Override
    String reason(Throwable failure) {
        if (failure instanceof Mqtt5ConnAckException) {
            return "refused, " + ((Mqtt5ConnAckException) failure).getMqttMessage().getReasonCode();
        }
        if (failure instanceof Mqtt5DisconnectException) {
            return "disconnected, " + ((Mqtt5DisconnectException) failure).getMqttMessage().getReasonCode();
        }
        if (failure instanceof Mqtt5PubAckException) {
            return "publish refused, " + ((Mqtt5PubAckException) failure).getMqttMessage().getReasonCode();
        }
        if (failure instanceof Mqtt5SubAckException) {
            return "refused, " + ((Mqtt5SubAckException) failure).getMqttMessage().getReasonCodes();
        }
        return Failures.text(failure);
    }
}
