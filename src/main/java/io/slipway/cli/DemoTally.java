package io.slipway.cli;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Watches the demo's two brokers as a subscriber would, shows what arrives, and counts readings by identity. */
final class DemoTally {
    private final PrintStream out;
    private final Set<String> live = new HashSet<>();
    private final Set<String> batches = new HashSet<>();
    private long inCloud;

    DemoTally(PrintStream out) {
        this.out = out;
    }

    /** For the LAN broker's messages. */
    Consumer<Mqtt5Publish> lan() {
        return new Consumer<Mqtt5Publish>() {
            @Override
            public void accept(Mqtt5Publish message) {
                onLan(message.getTopic().toString(), new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8));
            }
        };
    }

    /** For the cloud broker's messages. */
    Consumer<Mqtt5Publish> cloud() {
        return new Consumer<Mqtt5Publish>() {
            @Override
            public void accept(Mqtt5Publish message) {
                onCloud(message);
            }
        };
    }

    private synchronized void onLan(String topic, String text) {
        out.println("LAN    " + topic + "  " + text);
        int id = text.indexOf("{\"id\":\"");
        if (topic.contains("/up/") && id == 0) {
            live.add(text.substring(7, text.indexOf('"', 7)));
        }
    }

    private synchronized void onCloud(Mqtt5Publish message) {
        String topic = message.getTopic().toString();
        if (!topic.endsWith("/batch")) {
            out.println("cloud  " + topic + "  " + new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8));
            return;
        }
        String range = property(message, "epoch") + "/" + property(message, "first") + ".."
            + property(message, "last");
        int count = Integer.parseInt(property(message, "count"));
        out.println("cloud  batch " + range + ", " + count + " readings in " + message.getPayloadAsBytes().length
            + " bytes");
        // Batches are delivered at least once; only a new range counts.
        if (batches.add(range)) {
            inCloud += count;
        }
    }

    private static String property(Mqtt5Publish message, String name) {
        for (Mqtt5UserProperty property : message.getUserProperties().asList()) {
            if (property.getName().equals(MqttUtf8String.of(name))) {
                return property.getValue().toString();
            }
        }
        return "0";
    }

    /** Readings seen on the LAN, each once. */
    synchronized int live() {
        return live.size();
    }

    /** Readings that came to the cloud, each once. */
    synchronized long inCloud() {
        return inCloud;
    }
}
