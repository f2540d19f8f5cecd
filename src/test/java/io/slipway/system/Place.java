package io.slipway.system;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import io.slipway.config.Config;
import io.slipway.health.Health;
import io.slipway.reading.Reading;
import io.slipway.store.Batch;
import io.slipway.store.Outbox;
import io.slipway.store.Store;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.InflaterInputStream;

/** What arrived at one place, by identity: {@code node source payload-in-hex}. Repetitions are counted. */
final class Place implements AutoCloseable {
    private static final ObjectMapper JSON =
        new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    private final Map<String, String> readings = new LinkedHashMap<>();
    private final Map<String, List<String>> others = new LinkedHashMap<>();
    private int repetitions;
    /** Said to whoever looks, since it happens in threads whose exceptions nobody sees. */
    private String conflict;
    private Mqtt5AsyncClient client;

    /** Nothing yet; the caller hands in what arrives. */
    static Place empty() {
        return new Place();
    }

    /** A subscriber on the LAN broker. */
    static Place lan(int port) throws Exception {
        Place place = new Place();
        place.subscribe(port);
        return place;
    }

    /** A subscriber on the cloud broker. */
    static Place cloud(int port) throws Exception {
        return lan(port);
    }

    /** The database of a gateway that does not run. */
    static Place store(Path dataDir) throws Exception {
        Place place = new Place();
        Config config = Config.parse("test", "config gateway\n option id 'gw-01'\nconfig mesh\n"
            + " option link 'file:/dev/null'\n");
        try (Store store = Store.open(config.store, dataDir, "gw-01", new Health())) {
            Outbox outbox = store.outbox("check-" + store.epoch());
            for (Batch batch = outbox.next(null, 512, 1 << 20); batch != null;
                 batch = outbox.next(batch, 512, 1 << 20)) {
                for (Reading reading : batch.readings) {
                    place.add(reading.id(), reading.node + " " + reading.source + " "
                        + HexFormat.of().formatHex(reading.payload));
                }
            }
        }
        return place;
    }

    private void subscribe(int port) throws Exception {
        client = MqttClient.builder().useMqttVersion5().serverHost("127.0.0.1").serverPort(port).buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, message -> {
            try {
                received(message.getTopic().toString(), message.getPayloadAsBytes());
            } catch (IOException broken) {
                add("broken " + message, broken.toString());
            }
        });
        client.connect().get(20, TimeUnit.SECONDS);
        client.subscribeWith().topicFilter("slipway/#").qos(MqttQos.AT_LEAST_ONCE).send().get(20, TimeUnit.SECONDS);
    }

    void publish(String topic, String payload) throws Exception {
        client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE)
            .payload(payload.getBytes(StandardCharsets.UTF_8)).send().get(20, TimeUnit.SECONDS);
    }

    synchronized void received(String topic, byte[] payload) throws IOException {
        if (topic.contains("/up/")) {
            JsonNode reading = JSON.readTree(payload);
            byte[] value = reading.has("hex") ? HexFormat.of().parseHex(reading.get("hex").asText())
                : reading.get("value").asText().getBytes(StandardCharsets.UTF_8);
            add(reading.get("id").asText(), reading.get("node").asText() + " " + reading.get("source").asText() + " "
                + HexFormat.of().formatHex(value));
        } else if (topic.endsWith("/batch")) {
            unpack(payload);
        } else {
            others.computeIfAbsent(topic, any -> new ArrayList<>()).add(new String(payload, StandardCharsets.UTF_8));
        }
    }

    /** A SenML pack (RFC 8428) in any form, told by its first byte; it is complete in itself. */
    private void unpack(byte[] payload) throws IOException {
        if (payload[0] == 0x78) {
            unpack(new InflaterInputStream(new ByteArrayInputStream(payload)).readAllBytes());
            return;
        }
        boolean json = payload[0] == '[';
        JsonNode pack = (json ? JSON : CBOR).readTree(payload);
        String base = pack.get(0).get(json ? "bn" : "-2").asText();
        String epoch = pack.get(0).get("epoch").asText();
        for (JsonNode record : pack) {
            String name = record.get(json ? "n" : "0").asText();
            String source = record.has("source") ? record.get("source").asText()
                : name.substring(name.indexOf('/') + 1);
            add(base + epoch + "/" + record.get("seq").asLong(), name.substring(0, name.indexOf('/')) + " " + source
                + " " + HexFormat.of().formatHex(value(record, json)));
        }
    }

    private static byte[] value(JsonNode record, boolean json) throws IOException {
        JsonNode data = record.get(json ? "vd" : "8");
        if (data != null) {
            return json ? Base64.getUrlDecoder().decode(data.asText()) : data.binaryValue();
        }
        JsonNode text = record.get(json ? "vs" : "3");
        return (text != null ? text : record.get(json ? "v" : "2")).asText().getBytes(StandardCharsets.UTF_8);
    }

    synchronized void add(String id, String what) {
        String before = readings.put(id, what);
        if (before != null) {
            repetitions++;
            if (!before.equals(what)) {
                conflict = id + " is both " + before + " and " + what;
            }
        }
    }

    /** Identity to reading, in the order of first arrival. */
    synchronized Map<String, String> readings() {
        if (conflict != null) {
            throw new AssertionError(conflict);
        }
        return new LinkedHashMap<>(readings);
    }

    /** The readings without their identities. */
    synchronized List<String> contents() {
        return new ArrayList<>(readings().values());
    }

    synchronized int size() {
        return readings.size();
    }

    /** How often a reading came that had come before. */
    synchronized int repetitions() {
        return repetitions;
    }

    /** What came on another topic, as text. */
    synchronized List<String> texts(String topic) {
        return new ArrayList<>(others.getOrDefault(topic, List.of()));
    }

    @Override
    public void close() {
        if (client != null) {
            // Fails where the broker is gone, which is no matter here.
            client.disconnect().exceptionally(gone -> null).join();
        }
    }
}
