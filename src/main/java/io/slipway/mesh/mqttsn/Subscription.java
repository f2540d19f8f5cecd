package io.slipway.mesh.mqttsn;

import io.slipway.mesh.TopicRules;
import io.slipway.reading.TopicFilter;

/** One subscription of one client. Immutable. */
final class Subscription {
    final String filter;
    /** 0, 1 or 2: the most with which the client wants messages. */
    final int qos;
    /** {@link Flags#TOPIC_NORMAL} and so on: how messages on its topic are addressed; for a wildcard normal. */
    final int topicType;
    /** Predefined: the id. */
    final int topicId;
    /** {@code null} where the filter is a name. */
    final TopicFilter wildcard;

    Subscription(String filter, int qos, int topicType, int topicId) {
        this.filter = filter;
        this.qos = qos;
        this.topicType = topicType;
        this.topicId = topicId;
        this.wildcard = isWildcard(filter) ? new TopicFilter(filter) : null;
    }

    static boolean isWildcard(String filter) {
        return filter.indexOf('+') >= 0 || filter.indexOf('#') >= 0;
    }

    /** Whether it is about this topic as one of several. */
    boolean coversByWildcard(String topic) {
        return wildcard != null && wildcard.matches(topic) && TopicRules.isFor(filter, topic);
    }
}
