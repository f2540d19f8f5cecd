package io.slipway.broker;

import io.moquette.broker.AccessPolicy;
import io.moquette.broker.subscriptions.Topic;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Topics;
import io.slipway.security.Acl;

/**
 * What LAN clients may do: what the access file says, but nobody writes what the gateway says of itself and its nodes.
 * Below the gateway's own root only commands to nodes, and shared values, are theirs. Any thread.
 */
final class AccessRules implements AccessPolicy {
    private static final String SHARE = "$share/";

    private final Topics topics;
    private volatile boolean shared;
    private final Health health;
    private volatile Acl acl = Acl.open();

    AccessRules(Topics topics, Health health) {
        this.topics = topics;
        this.health = health;
    }

    /** Values are shared with other gateways: clients may change them. */
    void shareValues() {
        shared = true;
    }

    /** From now on these count, for everyone who is connected too. */
    void use(Acl fresh) {
        acl = fresh;
    }

    /** Counts a refusal. */
    @Override
    public boolean canWrite(Topic topic, String user, String client) {
        String name = topic.toString();
        // Else a command with an id would pass by the rules about the command.
        return counted(isTheirs(name) && acl.mayWrite(user, client, topics.withoutParameters(name)));
    }

    private boolean isTheirs(String name) {
        return !name.startsWith(topics.root()) || topics.isDown(name) || shared && name.startsWith(topics.shared());
    }

    /** Asked when a client subscribes. Counts a refusal. */
    @Override
    public boolean canRead(Topic filter, String user, String client) {
        String name = filter.toString();
        if (name.startsWith(SHARE)) {
            name = name.substring(name.indexOf('/', SHARE.length()) + 1);
        }
        return counted(acl.maySubscribe(user, client, name));
    }

    @Override
    public boolean mayReceive(String topic, String user, String client) {
        return acl.mayRead(user, client, topics.withoutParameters(topic));
    }

    private boolean counted(boolean allowed) {
        if (!allowed) {
            health.count(Counter.BROKER_PUBLISH_REFUSED);
        }
        return allowed;
    }
}
