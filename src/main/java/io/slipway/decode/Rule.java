package io.slipway.decode;

import io.slipway.config.DecodeConfig;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import io.slipway.reading.TopicFilter;

/** One {@code config decode} at work, and how it goes. One thread at a time. */
final class Rule {
    final DecodeConfig config;
    final Decoder decoder;
    /** {@code null} for every node. */
    private final Eui64 node;
    private final TopicFilter[] sources;
    private long done;
    private long failed;
    private String lastReason;
    private Eui64 lastNode;

    Rule(DecodeConfig config) {
        this.config = config;
        this.decoder = decoder(config);
        this.node = config.node.equals("*") ? null : Eui64.parse(config.node);
        this.sources = new TopicFilter[config.sources.size()];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = new TopicFilter(config.sources.get(i));
        }
    }

    /** The JVM loads only the decoders that it comes to. */
    private static Decoder decoder(DecodeConfig config) {
        String value = config.fields.isEmpty() ? "value" : config.fields.get(0).from;
        switch (config.format) {
            case TEXT:
                return new TextDecoder(value, false);
            case NUMBER:
                return new TextDecoder(value, true);
            case JSON:
                return TreeDecoder.json();
            case CBOR:
                return TreeDecoder.cbor();
            case SENML_JSON:
                return SenmlDecoder.json();
            case SENML_CBOR:
                return SenmlDecoder.cbor();
            case DEMO_LINE:
                return new DemoLineDecoder();
            case PACKED:
                return new PackedDecoder(config);
            default:
                return new AutoDecoder();
        }
    }

    boolean isAbout(Eui64 sender, String source) {
        if (node != null && !node.equals(sender)) {
            return false;
        }
        for (int i = 0; i < sources.length; i++) {
            if (sources[i].matches(source)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it makes values of that name, as far as the configuration can say. */
    boolean mayName(String field) {
        for (int i = 0; i < config.fields.size(); i++) {
            if (config.fields.get(i).name.equals(field)) {
                return true;
            }
        }
        return config.fields.isEmpty();
    }

    /** Whether {@link Fields#select} has something to do: a packed record has its names from the beginning. */
    boolean selects() {
        return config.format != DecodeConfig.Format.PACKED && !config.fields.isEmpty();
    }

    void succeeded() {
        done++;
    }

    void failed(Eui64 sender, String reason) {
        failed++;
        lastNode = sender;
        lastReason = reason;
    }

    void writeTo(JsonWriter json) {
        json.object().field("name", config.name).field("format", DecodeConfig.word(config.format))
            .field("done", done).field("failed", failed);
        if (lastReason != null) {
            json.field("last_reason", lastReason).field("last_node", lastNode.toString());
        }
        json.endObject();
    }
}
