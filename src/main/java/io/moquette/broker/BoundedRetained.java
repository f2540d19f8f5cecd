package io.moquette.broker;

import io.moquette.broker.subscriptions.Topic;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * The retained messages, in memory. What clients retain is bounded in messages and bytes: where it is full a message
 * on a new topic is not kept. The gateway's own topics are outside the bound. Any thread.
 */
final class BoundedRetained implements IRetainedRepository {
    private final Map<Topic, RetainedMessage> messages = new HashMap<>();
    private final BrokerSettings settings;
    private int foreign;
    private int foreignBytes;

    BoundedRetained(BrokerSettings settings) {
        this.settings = settings;
    }

    @Override
    public synchronized void cleanRetained(Topic topic) {
        RetainedMessage removed = messages.remove(topic);
        if (removed != null && isForeign(topic)) {
            foreign--;
            foreignBytes -= bytesOf(removed);
        }
    }

    @Override
    public void retain(Topic topic, MqttPublishMessage message) {
        Collection<? extends MqttProperties.MqttProperty<?>> properties = properties(message);
        store(new RetainedMessage(topic, message.fixedHeader().qosLevel(), ByteBufUtil.getBytes(message.payload()),
            properties.toArray(new MqttProperties.MqttProperty<?>[0])));
    }

    @Override
    public void retain(Topic topic, MqttPublishMessage message, Instant expiryTime) {
        // The expiry itself is watched by the post office, which then calls cleanRetained.
        retain(topic, message);
    }

    @SuppressWarnings("unchecked")
    private static Collection<? extends MqttProperties.MqttProperty<?>> properties(MqttPublishMessage message) {
        return (Collection<? extends MqttProperties.MqttProperty<?>>) message.variableHeader().properties().listAll();
    }

    private synchronized void store(RetainedMessage message) {
        Topic topic = message.getTopic();
        cleanRetained(topic);
        if (isForeign(topic)) {
            if (foreign >= BrokerSettings.RETAINED
                || foreignBytes + bytesOf(message) > Math.max(BrokerSettings.RETAINED_BYTES, settings.messageBytes)) {
                settings.events.retainedRefused();
                return;
            }
            foreign++;
            foreignBytes += bytesOf(message);
        }
        messages.put(topic, message);
    }

    private boolean isForeign(Topic topic) {
        String name = topic.toString();
        return !name.startsWith(settings.ownRoot) || name.indexOf("/down/") >= 0 && !name.endsWith("/state");
    }

    private static int bytesOf(RetainedMessage message) {
        int bytes = message.getPayload().length + message.getTopic().toString().length();
        for (MqttProperties.MqttProperty<?> property : message.getMqttProperties()) {
            bytes += property.value().toString().length();
        }
        return bytes;
    }

    @Override
    public synchronized boolean isEmpty() {
        return messages.isEmpty();
    }

    @Override
    public synchronized Collection<RetainedMessage> retainedOnTopic(String filter) {
        Topic wanted = new Topic(filter);
        boolean reserved = filter.startsWith("$");
        Collection<RetainedMessage> found = new ArrayList<>();
        for (RetainedMessage message : messages.values()) {
            if (message.getTopic().match(wanted) && (reserved || !message.getTopic().toString().startsWith("$"))) {
                found.add(message);
            }
        }
        return found;
    }

    @Override
    public Collection<RetainedMessage> listExpirable() {
        return Collections.emptyList();
    }
}
