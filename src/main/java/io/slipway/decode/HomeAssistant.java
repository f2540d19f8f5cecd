package io.slipway.decode;

import io.slipway.config.HomeAssistantConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Tells Home Assistant of every number whose unit it knows (MQTT discovery): a retained message on
 * {@code homeassistant/sensor/<gateway>_<node>_<source>_<field>/config} when the value comes for the first time, all of
 * them again when Home Assistant says that it has started, and an empty one when the node is forgotten or the
 * configuration does not make the value any more. Any thread; never waits.
 */
public final class HomeAssistant {
    private static final byte[] NOTHING = {};

    /** Which values there can be. */
    interface Known {
        /** Whether the configuration makes such a value. */
        boolean isMade(Eui64 node, String source, String field);
    }

    private final HomeAssistantConfig config;
    private final String gateway;
    private final String version;
    private final Topics topics;
    private final Output output;
    private final Health health;
    private final AnnouncedFile file;
    private final Map<Eui64, List<Announcement>> announced = new HashMap<>();
    /** By id, so that no two values share one. */
    private final Map<String, Announcement> byId = new HashMap<>();

    /**
     * @param gateway the gateway's id
     * @param version of this program
     * @param file where it is remembered what was announced
     */
    public HomeAssistant(HomeAssistantConfig config, String gateway, String version, Topics topics, Output output,
                         Path file, Health health) {
        this.config = config;
        this.gateway = gateway;
        this.version = version;
        this.topics = topics;
        this.output = output;
        this.health = health;
        this.file = new AnnouncedFile(file, health);
    }

    /** Announces again what an earlier life announced, and takes back what there is no more. */
    synchronized void restore(Known known) {
        String lines = file.read();
        boolean changed = false;
        for (int from = 0; from < lines.length();) {
            int end = lines.indexOf('\n', from);
            int to = end < 0 ? lines.length() : end;
            Announcement one = Announcement.parse(lines.substring(from, to));
            from = to + 1;
            if (one == null) {
                changed = true;
            } else if (!known.isMade(one.node, one.source, one.field) || !announce(one)) {
                changed = true;
                withdraw(one);
            }
        }
        if (changed) {
            save();
        }
    }

    /** Takes back what an earlier life announced: this one announces nothing. */
    public void withdrawAll() {
        restore(new Known() {
            @Override
            public boolean isMade(Eui64 node, String source, String field) {
                return false;
            }
        });
    }

    /** A node sent values. */
    synchronized void decoded(Eui64 node, String source, Fields fields) {
        boolean changed = false;
        for (int i = 0; i < fields.count(); i++) {
            if (fields.kind(i) == Fields.Kind.NUMBER && fields.unit(i) != null) {
                changed |= decoded(node, source, fields.name(i), fields.unit(i));
            }
        }
        if (changed) {
            save();
        }
    }

    private boolean decoded(Eui64 node, String source, String field, String unit) {
        List<Announcement> known = announced.get(node);
        for (int i = 0; known != null && i < known.size(); i++) {
            Announcement one = known.get(i);
            if (one.isOf(source, field)) {
                if (one.unit.equals(unit) || HomeAssistantUnit.of(unit) == null) {
                    return false;
                }
                forget(one);
                known.remove(i);
                break;
            }
        }
        return HomeAssistantUnit.of(unit) != null && announce(new Announcement(node, source, field, unit));
    }

    /** False, and counted, where it cannot be. */
    private boolean announce(Announcement one) {
        String id = one.id(gateway);
        HomeAssistantUnit unit = HomeAssistantUnit.of(one.unit);
        if (unit == null || !one.isHarmless() || byId.size() >= config.limit || byId.containsKey(id)) {
            health.count(Counter.HOMEASSISTANT_REFUSED);
            return false;
        }
        byId.put(id, one);
        List<Announcement> known = announced.get(one.node);
        if (known == null) {
            known = new ArrayList<>();
            announced.put(one.node, known);
        }
        known.add(one);
        output.publish(topic(id), message(one, id, unit), true);
        return true;
    }

    private void forget(Announcement one) {
        byId.remove(one.id(gateway));
    }

    private void withdraw(Announcement one) {
        String id = one.id(gateway);
        // Another value may have the id by now.
        if (!byId.containsKey(id)) {
            output.publish(topic(id), NOTHING, true);
        }
    }

    /** The node will not be heard of again under what is known of it. */
    synchronized void forgotten(Eui64 node) {
        List<Announcement> known = announced.remove(node);
        if (known != null) {
            for (Announcement one : known) {
                forget(one);
                withdraw(one);
            }
            save();
        }
    }

    /** Home Assistant's birth message has everything sent again: it may have been started with an empty memory. */
    synchronized void published(String topic, byte[] payload) {
        if (!topic.startsWith(config.prefix) || !topic.equals(config.prefix + "/status")
            || !new String(payload, StandardCharsets.UTF_8).equals("online")) {
            return;
        }
        for (Map.Entry<String, Announcement> one : byId.entrySet()) {
            output.publish(topic(one.getKey()), message(one.getValue(), one.getKey(),
                HomeAssistantUnit.of(one.getValue().unit)), true);
        }
    }

    /** Waits for what is being written, two seconds at most. */
    public void close() {
        file.close();
    }

    private String topic(String id) {
        return config.prefix + "/sensor/" + id + "/config";
    }

    private byte[] message(Announcement one, String id, HomeAssistantUnit unit) {
        JsonWriter json = new JsonWriter().object().field("name", one.field).field("unique_id", "slipway_" + id)
            .field("state_topic", topics.decoded(one.node, one.source))
            // A message without the field leaves the state as it is.
            .field("value_template", "{{ value_json['fields']['" + one.field + "'] | default('') }}");
        if (unit.deviceClass != null) {
            json.field("device_class", unit.deviceClass);
        }
        if (unit.unit != null) {
            json.field("unit_of_measurement", unit.unit);
        }
        if (unit.isMeasurement) {
            json.field("state_class", "measurement");
        }
        json.array("availability").object().field("topic", topics.state()).endObject();
        // Nobody says whether a client of the LAN or of a line is there: what waited for its state would wait for ever.
        if (!one.node.equals(Eui64.LAN) && !one.source.startsWith("mqtt/")) {
            json.object().field("topic", topics.nodeState(one.node)).endObject();
        }
        json.endArray().field("availability_mode", "all");
        json.object("device").array("identifiers").value("slipway_" + gateway + "_" + one.node).endArray()
            .field("name", one.node.equals(Eui64.LAN) ? gateway : one.node.toString())
            .field("sw_version", "slipway " + version).endObject();
        json.object("origin").field("name", "slipway").field("sw", version).endObject();
        return json.endObject().toBytes();
    }

    private void save() {
        StringBuilder lines = new StringBuilder();
        for (Iterator<Announcement> all = byId.values().iterator(); all.hasNext();) {
            lines.append(all.next()).append('\n');
        }
        file.save(lines.toString());
    }
}
