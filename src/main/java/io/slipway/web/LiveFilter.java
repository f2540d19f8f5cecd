package io.slipway.web;

import io.slipway.config.IngestConfig;
import io.slipway.reading.Eui64;
import io.slipway.reading.TopicFilter;

/** What somebody who follows wants to hear of. Immutable; any thread. */
final class LiveFilter {
    private final String node;
    private final TopicFilter source;

    private LiveFilter(String node, TopicFilter source) {
        this.node = node;
        this.source = source;
    }

    /** From the query of a request: {@code node=EUI-64} and {@code source=FILTER}. */
    static LiveFilter of(Request request) throws BadRequest {
        Eui64 node = node(request.parameter("node"));
        return new LiveFilter(node == null ? null : node.toString(), source(request.parameter("source")));
    }

    static Eui64 node(String text) throws BadRequest {
        Eui64 node = text == null ? null : Eui64.parse(text);
        if (text != null && node == null) {
            throw new BadRequest("'node' is not 16 hexadecimal digits");
        }
        return node;
    }

    static TopicFilter source(String text) throws BadRequest {
        if (text != null && !IngestConfig.isTopicFilter(text)) {
            throw new BadRequest("'source' is no MQTT topic filter such as udp/5678 or mqtt/#");
        }
        return text == null ? null : new TopicFilter(text);
    }

    /** @param ofSource {@code null} for what has no source, such as news of a command */
    boolean wants(String ofNode, String ofSource) {
        return (node == null || node.equals(ofNode))
            && (source == null || ofSource == null || source.matches(ofSource));
    }
}
