package io.slipway.decode;

import io.slipway.config.DecodeConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.ingest.Decoding;
import io.slipway.ingest.Rfc3339;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.reading.Topics;
import java.util.List;

/**
 * Makes values of readings as {@code config decode} says and publishes them, a message for each reading:
 *
 * <pre>
 * slipway/gw-01/0002000200020002/decoded/coap/sensors/t
 * {"id":"gw-01/17-9f3a21c4/42","at":"2026-11-21T10:50:49.123Z","clock_ok":true,
 *  "fields":{"temperature":21.5},"units":{"temperature":"Cel"}}
 * </pre>
 * A payload that does not fit is counted by its reason, and nothing is published: the reading itself is on its way
 * already, as it came. Any thread; the calls follow each other.
 */
public final class Decoders implements Decoding {
    private final Rule[] rules;
    private final Topics topics;
    private final Output output;
    private final Health health;
    private final Retained retained;
    private final HomeAssistant homeAssistant;
    private final Fields found = new Fields();
    private final Fields selected = new Fields();
    private final JsonWriter json = new JsonWriter();

    /**
     * @param sections in the order in which they are tried
     * @param homeAssistant hears of every value; {@code null} where nobody does
     */
    public Decoders(List<DecodeConfig> sections, Topics topics, Output output, HomeAssistant homeAssistant,
                    Health health) {
        this.rules = new Rule[sections.size()];
        for (int i = 0; i < rules.length; i++) {
            rules[i] = new Rule(sections.get(i));
        }
        this.topics = topics;
        this.output = output;
        this.homeAssistant = homeAssistant;
        this.health = health;
        this.retained = new Retained(output, health);
    }

    /** Has Home Assistant told what it knew before, as far as the sections still make those values. */
    public void start() {
        if (homeAssistant != null) {
            homeAssistant.restore(new HomeAssistant.Known() {
                @Override
                public boolean isMade(Eui64 node, String source, String field) {
                    Rule rule = rule(node, source);
                    return rule != null && rule.mayName(field);
                }
            });
        }
    }

    @Override
    public synchronized void accepted(Reading reading, int contentFormat) {
        Rule rule = rule(reading.node, reading.source);
        if (rule == null) {
            return;
        }
        try {
            found.clear();
            if (rule.decoder.decode(reading.payload, contentFormat, reading.at, found)) {
                Fields fields = found;
                if (rule.selects()) {
                    selected.clear();
                    found.select(rule.config.fields, selected);
                    fields = selected;
                }
                publish(rule, reading, fields);
            }
        } catch (Undecodable wrong) {
            health.count(wrong.reason.counter);
            rule.failed(reading.node, wrong.getMessage());
        } catch (RuntimeException mistake) {
            // A mistake of ours in a decoder must not end the thread that reads the line.
            health.count(Counter.DECODE_MALFORMED);
            health.error("A decoder of " + DecodeConfig.word(rule.config.format) + " failed: "
                + mistake.getClass().getName());
            rule.failed(reading.node, "the decoder failed");
        }
    }

    private Rule rule(Eui64 node, String source) {
        for (int i = 0; i < rules.length; i++) {
            if (rules[i].isAbout(node, source)) {
                return rules[i];
            }
        }
        return null;
    }

    private void publish(Rule rule, Reading reading, Fields fields) {
        json.reset().object().field("id", reading.id()).field("at", Rfc3339.format(reading.at))
            .field("clock_ok", reading.clockOk);
        fields.writeTo(json);
        byte[] message = json.endObject().toBytes();
        health.count(Counter.DECODE_DONE);
        rule.succeeded();
        if (homeAssistant != null) {
            // Before the value, so that it is not the first one that Home Assistant misses.
            homeAssistant.decoded(reading.node, reading.source, fields);
        }
        String topic = topics.decoded(reading.node, reading.source);
        if (rule.config.retain) {
            retained.publish(topic, message);
        } else {
            output.publish(topic, message, false);
        }
    }

    /** A node was forgotten: what is kept of it goes. */
    public synchronized void forgotten(Eui64 node) {
        retained.remove(topics.decoded(node, ""));
        if (homeAssistant != null) {
            homeAssistant.forgotten(node);
        }
    }

    /** A LAN client published something. */
    public void published(String topic, byte[] payload) {
        if (homeAssistant != null) {
            homeAssistant.published(topic, payload);
        }
    }

    /** Writes an array, one object for each section. */
    public synchronized void writeTo(JsonWriter status) {
        status.array("decode");
        for (Rule rule : rules) {
            rule.writeTo(status);
        }
        status.endArray();
    }
}
