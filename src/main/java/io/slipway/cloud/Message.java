package io.slipway.cloud;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.HashMap;
import java.util.Map;
import org.tinylog.Logger;

/** A message in hand for which the broker has no acknowledgement yet. Immutable; any thread. */
final class Message {
    /** Where it was published. */
    final String topic;
    /** As it came. */
    final byte[] payload;
    /** The media type; {@code null} where the sender said none. */
    final String contentType;
    /** User properties; of several with one name, the last. */
    final Map<String, String> properties = new HashMap<>();
    private final Mqtt5Publish publish;

    Message(Mqtt5Publish publish) {
        this.publish = publish;
        this.topic = publish.getTopic().toString();
        this.payload = publish.getPayloadAsBytes();
        MqttUtf8String type = publish.getContentType().orElse(null);
        this.contentType = type == null ? null : type.toString();
        for (Mqtt5UserProperty property : publish.getUserProperties().asList()) {
            properties.put(property.getName().toString(), property.getValue().toString());
        }
    }

    /** The gateway's id in {@code slipway/<gw>/…}. */
    String gateway() {
        int from = topic.indexOf('/') + 1;
        return topic.substring(from, topic.lastIndexOf('/'));
    }

    /** The last level of the topic. */
    String kind() {
        return topic.substring(topic.lastIndexOf('/') + 1);
    }

    /** Sends the PUBACK, once; over a connection that has ended since, nothing happens. */
    void acknowledge() {
        try {
            publish.acknowledge();
        } catch (RuntimeException gone) {
            // The broker sends it again then, and what is stored is stored once.
            Logger.debug("not acknowledged: {}", gone.getMessage());
        }
    }
}
