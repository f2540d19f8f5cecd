package io.slipway.decode;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.reading.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Decoders and what they publish: {@code TOPIC MESSAGE}, with {@code retained} before it where it is. */
final class Published implements Output {
    static final Eui64 NODE = Eui64.parse("0012740200020002");
    static final String ROOT = "slipway/gw-01/";

    final List<String> messages = new ArrayList<>();
    final Health health = new Health();
    final HomeAssistant homeAssistant;
    final Decoders decoders;
    private long seq;

    /**
     * @param announcements where they are kept
     * @param sections of the configuration
     */
    Published(Path announcements, String sections) throws ConfigException {
        Config config = Config.parse("test", "config gateway\noption id gw-01\nconfig mesh\noption link file:/a\n"
            + sections);
        Topics topics = new Topics("gw-01");
        homeAssistant = new HomeAssistant(config.homeAssistant, "gw-01", "1.0", topics, this, announcements, health);
        decoders = new Decoders(config.decode, topics, this, config.homeAssistant.enabled ? homeAssistant : null,
            health);
    }

    @Override
    public void publish(String topic, byte[] payload, boolean retain) {
        messages.add((retain ? "retained " : "") + topic + " " + new String(payload, StandardCharsets.UTF_8));
    }

    void accept(Eui64 node, String source, int contentFormat, String payload) {
        decoders.accepted(new Reading("gw-01", new Epoch(1, 2), ++seq, DecodeFixture.NOW_MS, true, 5, node, source,
            payload.getBytes(StandardCharsets.UTF_8)), contentFormat);
    }

    void accept(String source, String payload) {
        accept(NODE, source, -1, payload);
    }

    /** What was published since the last call. */
    List<String> take() {
        List<String> all = new ArrayList<>(messages);
        messages.clear();
        return all;
    }
}
