package io.slipway.mesh;

import io.slipway.config.IngestConfig;
import io.slipway.reading.Eui64;
import java.nio.charset.StandardCharsets;

/**
 * Which topics are whose. Motes share the LAN's topics with the LAN's clients; what the gateway says under
 * {@code slipway/} is not theirs, but each may hear what stands under its own name. Immutable.
 */
public final class TopicRules {
    /** The LAN broker takes 200 levels at most, and this is one octet a level. */
    private static final int LONGEST = 200;
    private static final String OURS = "slipway";

    private final String root;

    /** @param root {@code slipway/<gateway>/} */
    public TopicRules(String root) {
        this.root = root;
    }

    /** Whether a node may publish there. */
    public boolean mayPublish(String topic) {
        return isText(topic) && topic.indexOf('+') < 0 && topic.indexOf('#') < 0 && !isOurs(topic)
            && topic.charAt(0) != '$';
    }

    /** Whether a node may subscribe to that. */
    public boolean maySubscribe(Eui64 node, String filter) {
        return isText(filter) && IngestConfig.isTopicFilter(filter) && filter.charAt(0) != '$'
            && (!isOurs(filter) || filter.startsWith(root + node + '/'));
    }

    /** Whether a subscriber to a filter that matches is to hear it: a wildcard does not stand for our own topics. */
    public static boolean isFor(String filter, String topic) {
        return !isOurs(topic) || isOurs(filter);
    }

    private static boolean isOurs(String topic) {
        return topic.startsWith(OURS) && (topic.length() == OURS.length() || topic.charAt(OURS.length()) == '/');
    }

    /** Whether it is what was sent: U+FFFD stands for octets that are no UTF-8. */
    private static boolean isText(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i)) || text.charAt(i) == '\ufffd') {
                return false;
            }
        }
        return !text.isEmpty() && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
    }
}
