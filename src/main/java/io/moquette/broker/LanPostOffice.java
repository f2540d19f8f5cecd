package io.moquette.broker;

import io.moquette.broker.scheduler.ScheduledExpirationService;
import io.moquette.broker.subscriptions.Subscription;
import io.moquette.broker.subscriptions.Topic;
import io.moquette.interception.BrokerInterceptor;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Moquette's distribution of messages, with three changes: a will that is to be retained is retained, and a QoS 0
 * message that is to be retained is retained as well (MQTT 3.1.1 section 3.3.1.3: the server should); and what the
 * gateway publishes goes from its subscriptions to their sessions, without the collections, futures and log lines by
 * which Moquette spreads a message over many loops. Called by the session loop, except {@link #mayWrite}.
 */
final class LanPostOffice extends PostOffice {
    private static final MqttProperties.MqttProperty<?>[] NO_PROPERTIES = {};

    private final LanSubscriptions subscriptions;
    private final SessionRegistry registry;
    private final IRetainedRepository retained;
    private final BrokerInterceptor interceptor;
    private final Authorizator authorizator;
    private final AccessPolicy policy;
    private final SessionEventLoopGroup loop;
    private final Clock steady = new SteadyClock();
    private final ScheduledExpirationService<DelayedWill> delayedWills;
    private volatile boolean closing;

    private static final class DelayedWill implements io.moquette.broker.scheduler.Expirable {
        private final String clientId;
        private final String user;
        private final ISessionsRepository.Will will;
        private final Instant due;

        private DelayedWill(String clientId, String user, ISessionsRepository.Will will, Instant due) {
            this.clientId = clientId;
            this.user = user;
            this.will = will;
            this.due = due;
        }

        @Override
        public java.util.Optional<Instant> expireAt() {
            return java.util.Optional.of(due);
        }
    }

    LanPostOffice(LanSubscriptions subscriptions, IRetainedRepository retained, SessionRegistry registry,
                  ISessionsRepository sessions, BrokerInterceptor interceptor, Authorizator authorizator,
                  AccessPolicy policy, SessionEventLoopGroup loop) {
        // Without this clock Moquette takes one that reads the rules of all time zones.
        super(subscriptions, retained, registry, sessions, interceptor, authorizator, loop, Clock.systemUTC());
        this.subscriptions = subscriptions;
        this.registry = registry;
        this.retained = retained;
        this.interceptor = interceptor;
        this.authorizator = authorizator;
        this.policy = policy;
        this.loop = loop;
        this.delayedWills = new ScheduledExpirationService<>(steady, new Consumer<DelayedWill>() {
            @Override
            public void accept(DelayedWill due) {
                publishOnLoop(due);
            }
        });
    }

    AccessPolicy policy() {
        return policy;
    }

    /** Whether the access rules let the client publish there. Any thread. */
    boolean mayWrite(String topic, String user, String clientId) {
        return authorizator.canWrite(new Topic(topic), user, clientId);
    }

    /** Routes a PUBLISH of a client; waits while too many bytes wait before it. The command releases them. */
    void routePublish(String clientId, int bytes, Callable<Void> publish) {
        loop.reserve(bytes);
        if (!routeCommand(clientId, "PUBLISH", publish).isSuccess()) {
            loop.release(bytes);
        }
    }

    /** A command of {@link #routePublish} is done, or will not be done. */
    void published(int bytes) {
        loop.release(bytes);
    }

    /** Gives a message of the gateway itself to every subscriber. Takes over the message. */
    void publish(MqttPublishMessage message) {
        LanSubscriptions.Audience audience = subscriptions.audience(message.variableHeader().topicName());
        for (int i = 0; i < audience.subscriptions.size(); i++) {
            publishTo(audience.subscriptions.get(i), audience.topic, message);
        }
        if (message.fixedHeader().isRetain()) {
            if (message.payload().isReadable()) {
                retained.retain(audience.topic, message);
            } else {
                retained.cleanRetained(audience.topic);
            }
        }
        message.release();
    }

    private void publishTo(Subscription subscription, Topic topic, MqttPublishMessage message) {
        Session session = registry.retrieve(subscription.getClientId());
        // It may have ended a moment ago.
        if (session != null) {
            boolean retain = subscription.option().isRetainAsPublished() && message.fixedHeader().isRetain();
            session.sendPublishOnSessionAtQos(new SessionRegistry.PublishedMessage(topic,
                lowerQosToTheSubscriptionDesired(subscription, message.fixedHeader().qosLevel()), message.payload(),
                retain, Instant.MAX, properties(subscription, message.variableHeader().properties())));
        }
    }

    private static MqttProperties.MqttProperty<?>[] properties(Subscription subscription, MqttProperties published) {
        if (published.isEmpty() && !subscription.hasSubscriptionIdentifier()) {
            return NO_PROPERTIES;
        }
        List<MqttProperties.MqttProperty<?>> all = new ArrayList<>();
        for (MqttProperties.MqttProperty<?> property : published.listAll()) {
            all.add(property);
        }
        if (subscription.hasSubscriptionIdentifier()) {
            all.add(new MqttProperties.IntegerProperty(MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value(),
                subscription.getSubscriptionIdentifier().value()));
        }
        return all.toArray(NO_PROPERTIES);
    }

    private void retainAtQos0(MqttPublishMessage message) {
        boolean asked = message.fixedHeader().isRetain() && message.fixedHeader().qosLevel() == MqttQoS.AT_MOST_ONCE;
        if (asked && message.payload().isReadable()) {
            retained.retain(new Topic(message.variableHeader().topicName()), message);
        }
    }

    @Override
    CompletableFuture<Void> receivedPublishQos0(MQTTConnection connection, String username, String clientID,
                                                MqttPublishMessage message, Instant expiry) {
        // The access rules were asked before. The message outlives the call, in which it is released.
        message.retain();
        CompletableFuture<Void> done = super.receivedPublishQos0(connection, username, clientID, message, expiry);
        retainAtQos0(message);
        message.release();
        return done;
    }

    @Override
    public void fireWill(Session session) {
        if (closing) {
            return;
        }
        ISessionsRepository.Will will = session.getWill();
        if (will.delayInterval == 0) {
            publishWill(session.getClientID(), session.user(), will);
            return;
        }
        int seconds = Math.min(will.delayInterval, session.getSessionData().expiryInterval());
        Instant due = steady.instant().plusSeconds(seconds);
        delayedWills.track(session.getClientID(), new DelayedWill(session.getClientID(), session.user(), will, due));
    }

    @Override
    public void wipeExistingScheduledWill(String clientId) {
        delayedWills.untrack(clientId);
    }

    /** From now on no will is fired: the connections that the end cuts are no news about the clients. Any thread. */
    void keepWills() {
        closing = true;
    }

    private void publishOnLoop(final DelayedWill due) {
        routeCommand(due.clientId, "delayed will", new Callable<Void>() {
            @Override
            public Void call() {
                publishWill(due.clientId, due.user, due.will);
                return null;
            }
        });
    }

    private void publishWill(String clientId, String user, ISessionsRepository.Will will) {
        // The rules were asked at CONNECT, and may have changed since.
        if (!mayWrite(will.topic, user, clientId)) {
            return;
        }
        MqttProperties properties = new MqttProperties();
        if (will.properties.userProperties().isPresent()) {
            MqttProperties.UserProperties own = new MqttProperties.UserProperties();
            for (Map.Entry<String, String> property : will.properties.userProperties().get().entrySet()) {
                own.add(property.getKey(), property.getValue());
            }
            properties.add(own);
        }
        MqttPublishMessage message = new MqttPublishMessage(
            new MqttFixedHeader(MqttMessageType.PUBLISH, false, will.qos, will.retained, 0),
            new MqttPublishVariableHeader(will.topic, 1, properties), Unpooled.wrappedBuffer(will.payload));
        interceptor.notifyTopicPublished(message, clientId, null);
        publish(message);
    }

    @Override
    void dispatchConnectionLost(String clientID, String userName) {
        // Also forgets failed deliveries, which Moquette does after a DISCONNECT only.
        clientDisconnected(clientID, userName);
    }

    @Override
    public void terminate() {
        delayedWills.shutdown();
        super.terminate();
    }
}
