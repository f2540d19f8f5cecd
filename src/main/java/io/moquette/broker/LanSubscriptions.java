package io.moquette.broker;

import io.moquette.broker.subscriptions.CTrieSubscriptionDirectory;
import io.moquette.broker.subscriptions.ShareName;
import io.moquette.broker.subscriptions.Subscription;
import io.moquette.broker.subscriptions.SubscriptionIdentifier;
import io.moquette.broker.subscriptions.Topic;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Moquette's subscriptions, with a memory of who wants the topics that the gateway publishes to: it does so to the same
 * ones again and again, and a walk through the tree costs an interpreter more than all the rest of a message. Any change
 * of the subscriptions empties the memory. Called by the session loop.
 */
final class LanSubscriptions extends CTrieSubscriptionDirectory {
    /** Some hundred bytes each. */
    private static final int TOPICS = 1024;

    private final Map<String, Audience> known = new HashMap<>();

    /** Who wants a topic. */
    static final class Audience {
        final Topic topic;
        final List<Subscription> subscriptions;

        private Audience(Topic topic, List<Subscription> subscriptions) {
            this.topic = topic;
            this.subscriptions = subscriptions;
        }

        /** Of each group that shares a subscription another member is chosen each time. */
        private boolean staysTheSame() {
            for (int i = 0; i < subscriptions.size(); i++) {
                if (!subscriptions.get(i).getShareName().isEmpty()) {
                    return false;
                }
            }
            return true;
        }
    }

    /** As {@link #matchQosSharpening}: one subscription for each client, the one with the highest QoS. */
    Audience audience(String name) {
        Audience audience = known.get(name);
        if (audience != null) {
            return audience;
        }
        Topic topic = new Topic(name);
        audience = new Audience(topic, matchQosSharpening(topic));
        if (audience.staysTheSame()) {
            if (known.size() >= TOPICS) {
                known.clear();
            }
            known.put(name, audience);
        }
        return audience;
    }

    @Override
    public boolean add(String clientId, Topic filter, MqttSubscriptionOption option) {
        known.clear();
        return super.add(clientId, filter, option);
    }

    @Override
    public boolean add(String clientId, Topic filter, MqttSubscriptionOption option, SubscriptionIdentifier id) {
        known.clear();
        return super.add(clientId, filter, option, id);
    }

    @Override
    public void addShared(String clientId, ShareName name, Topic filter, MqttSubscriptionOption option) {
        known.clear();
        super.addShared(clientId, name, filter, option);
    }

    @Override
    public void addShared(String clientId, ShareName name, Topic filter, MqttSubscriptionOption option,
                          SubscriptionIdentifier id) {
        known.clear();
        super.addShared(clientId, name, filter, option, id);
    }

    @Override
    public void removeSubscription(Topic filter, String clientId) {
        known.clear();
        super.removeSubscription(filter, clientId);
    }

    @Override
    public void removeSharedSubscription(ShareName name, Topic filter, String clientId) {
        known.clear();
        super.removeSharedSubscription(name, filter, clientId);
    }

    @Override
    public void removeSharedSubscriptionsForClient(String clientId) {
        known.clear();
        super.removeSharedSubscriptionsForClient(clientId);
    }
}
