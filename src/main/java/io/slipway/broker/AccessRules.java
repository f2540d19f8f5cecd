package io.slipway.broker;

import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Topics;

/**
 * What LAN clients may do: read everything, write everything except what the gateway says of itself and its nodes.
 * Below the gateway's own root only commands to nodes, and shared values, are theirs. Any thread.
 */
final class AccessRules implements IAuthorizatorPolicy {
    private final Topics topics;
    private final boolean shared;
    private final Health health;

    /** @param shared whether values are shared with other gateways, so that clients may change them */
    AccessRules(Topics topics, boolean shared, Health health) {
        this.topics = topics;
        this.shared = shared;
        this.health = health;
    }

    /** Counts a refusal. */
    @Override
    public boolean canWrite(Topic topic, String user, String client) {
        String name = topic.toString();
        if (!name.startsWith(topics.root()) || topics.isDown(name) || shared && name.startsWith(topics.shared())) {
            return true;
        }
        health.count(Counter.BROKER_PUBLISH_REFUSED);
        return false;
    }

    @Override
    public boolean canRead(Topic topic, String user, String client) {
        return true;
    }
}
