package io.slipway.decode;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import java.nio.charset.StandardCharsets;

/** A section of a configuration, and what it makes of payloads. */
final class DecodeFixture {
    /** 2026-11-21T10:50:49.123Z. */
    static final long NOW_MS = 1_795_258_249_123L;

    private final Rule rule;

    private DecodeFixture(Rule rule) {
        this.rule = rule;
    }

    /** @param options lines of a {@code config decode} */
    static DecodeFixture of(String... options) throws ConfigException {
        return new DecodeFixture(new Rule(Config.parse("test", "config gateway\noption id gw-01\nconfig mesh\n"
            + "option link file:/a\nconfig decode\n" + String.join("\n", options) + "\n").decode.get(0)));
    }

    Rule rule() {
        return rule;
    }

    /** As it is published, without the reading's identity. */
    String json(byte[] payload, int contentFormat) throws Undecodable {
        Fields found = new Fields();
        if (!rule.decoder.decode(payload, contentFormat, NOW_MS, found)) {
            return "nothing";
        }
        Fields shown = found;
        if (rule.selects()) {
            shown = new Fields();
            found.select(rule.config.fields, shown);
        }
        JsonWriter json = new JsonWriter().object();
        shown.writeTo(json);
        return json.endObject().toString();
    }

    String json(byte[] payload) throws Undecodable {
        return json(payload, -1);
    }

    String json(String text) throws Undecodable {
        return json(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Why it is refused: {@code REASON message}. */
    String refused(byte[] payload) {
        Undecodable wrong = assertThrows(Undecodable.class, () -> json(payload));
        return wrong.reason + " " + wrong.getMessage();
    }

    String refused(String text) {
        return refused(text.getBytes(StandardCharsets.UTF_8));
    }

    boolean isAbout(String node, String source) {
        return rule.isAbout(Eui64.parse(node), source);
    }
}
