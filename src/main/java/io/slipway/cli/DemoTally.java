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
    private static final String ID = "{\"id\":\"";
    private static final String ROOT = "slipway/demo/";

    private final PrintStream out;
    private final Set<String> live = new HashSet<>();
    private final Set<String> batches = new HashSet<>();
    private long inCloud;
    private boolean online;

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
        show("LAN", topic, text);
        if (topic.contains("/up/") && text.startsWith(ID)) {
            live.add(text.substring(ID.length(), text.indexOf('"', ID.length())));
        }
    }

    /** One line, in columns; of a reading's JSON the first member and the last, which are its identity and value. */
    private void show(String where, String topic, String text) {
        StringBuilder line = new StringBuilder(120).append(where);
        pad(line, 7).append(topic.startsWith(ROOT) ? topic.substring(ROOT.length()) : topic);
        pad(line, 46).append(' ');
        int firstEnd = text.startsWith(ID) ? text.indexOf(',') + 1 : 0;
        int last = text.lastIndexOf(",\"");
        out.println(firstEnd > 0 && last >= firstEnd
            ? line.append(text, 0, firstEnd).append(" … ").append(text, last + 1, text.length()) : line.append(text));
    }

    private static StringBuilder pad(StringBuilder line, int column) {
        while (line.length() < column) {
            line.append(' ');
        }
        return line;
    }

    private synchronized void onCloud(Mqtt5Publish message) {
        String topic = message.getTopic().toString();
        online |= topic.equals(ROOT + "state");
        if (!topic.endsWith("/batch")) {
            show("cloud", topic, new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8));
            return;
        }
        String range = property(message, "epoch") + "/" + property(message, "first") + ".."
            + property(message, "last");
        int count = Integer.parseInt(property(message, "count"));
        show("cloud", topic, "readings " + range + ", " + message.getPayloadAsBytes().length + " bytes");
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

    /** Whether the gateway has said in the cloud that it is there: from then on it hears commands. */
    synchronized boolean online() {
        return online;
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
