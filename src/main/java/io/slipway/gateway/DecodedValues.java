package io.slipway.gateway;

import io.slipway.broker.LanBroker;
import io.slipway.config.Config;
import io.slipway.decode.Decoders;
import io.slipway.decode.HomeAssistant;
import io.slipway.decode.Output;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The values that are made of readings, and whom they are announced to. Any thread; what the LAN sees of it begins with
 * the constructor.
 */
final class DecodedValues {
    /** The file in the data directory that says what was announced; there is none where nothing was. */
    static final String ANNOUNCED = "homeassistant";
    private static final int AT_LEAST_ONCE = 1;

    private final Decoders decoders;
    private final HomeAssistant homeAssistant;

    /** Announces again what an earlier life announced, or takes it back; the broker must be up. */
    DecodedValues(Config config, Topics topics, final LanBroker broker, Health health) {
        Output output = new Output() {
            @Override
            public void publish(String topic, byte[] payload, boolean retain) {
                broker.publish(topic, payload, AT_LEAST_ONCE, retain);
            }
        };
        boolean announcing = config.homeAssistant.enabled;
        Path announced = config.gateway.dataDir.resolve(ANNOUNCED);
        homeAssistant = !announcing && !Files.exists(announced) ? null : new HomeAssistant(config.homeAssistant,
            config.gateway.id, Version.text(), topics, output, announced, health);
        decoders = new Decoders(config.decode, topics, output, announcing ? homeAssistant : null, health);
        if (announcing) {
            decoders.start();
        } else if (homeAssistant != null) {
            homeAssistant.withdrawAll();
        }
    }

    Decoders decoders() {
        return decoders;
    }

    /** A LAN client published something. */
    void published(String topic, byte[] payload) {
        decoders.published(topic, payload);
    }

    /** A node had to make room for another. */
    void forgotten(Eui64 node) {
        decoders.forgotten(node);
    }

    /** Nothing is published any more. */
    void close() {
        if (homeAssistant != null) {
            homeAssistant.close();
        }
    }
}
