package io.slipway.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.slipway.testing.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.zip.InflaterInputStream;

/** The other end: subscribes to everything of a gateway and keeps it. */
final class Cloud implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    private final Mqtt5AsyncClient client;
    private final List<Mqtt5Publish> messages;

    private Cloud(int port, List<Mqtt5Publish> messages, String user) throws Exception {
        this.messages = messages;
        var builder = MqttClient.builder().useMqttVersion5().serverHost("127.0.0.1").serverPort(port);
        if (user != null) {
            builder = builder.simpleAuth().username(user).applySimpleAuth();
        }
        client = builder.buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, message -> {
            synchronized (messages) {
                messages.add(message);
            }
        });
        client.connect().get(20, TimeUnit.SECONDS);
        // With QoS 0 it writes nothing back. A PUBACK to a broker that was just killed would fail, and with that
        // the client would throw away what it has not read yet.
        client.subscribeWith().topicFilter("slipway/#").qos(MqttQos.AT_MOST_ONCE).send().get(20, TimeUnit.SECONDS);
    }

    static Cloud at(int port) throws Exception {
        return new Cloud(port, new ArrayList<>(), null);
    }

    static Cloud at(int port, String user) throws Exception {
        return new Cloud(port, new ArrayList<>(), user);
    }

    /** A new connection to a broker that has lost the old one, which goes on collecting where that stopped. */
    Cloud again(int port) throws Exception {
        return new Cloud(port, messages, null);
    }

    void send(String topic, String payload, boolean retain) throws Exception {
        client.publishWith().topic(topic).payload(payload.getBytes()).qos(MqttQos.AT_LEAST_ONCE).retain(retain).send()
            .get(20, TimeUnit.SECONDS);
    }

    List<Mqtt5Publish> messages(String topic) {
        synchronized (messages) {
            List<Mqtt5Publish> found = new ArrayList<>();
            for (Mqtt5Publish message : messages) {
                if (message.getTopic().toString().equals(topic)) {
                    found.add(message);
                }
            }
            return found;
        }
    }

    /** The payloads, as text, that came on a topic. */
    List<String> texts(String topic) {
        List<String> texts = new ArrayList<>();
        for (Mqtt5Publish message : messages(topic)) {
            texts.add(new String(message.getPayloadAsBytes()));
        }
        return texts;
    }

    /** The numbers of the readings as they came, repetitions included. */
    List<Long> arrived() throws IOException {
        List<Long> seqs = new ArrayList<>();
        for (Mqtt5Publish message : messages("slipway/gw-01/batch")) {
            for (JsonNode record : unpack(message.getPayloadAsBytes())) {
                seqs.add(record.get("seq").longValue());
            }
        }
        return seqs;
    }

    /** {@code epoch/seq} of each reading in the order of arrival, repetitions included. */
    List<String> identities() throws IOException {
        List<String> ids = new ArrayList<>();
        for (Mqtt5Publish message : messages("slipway/gw-01/batch")) {
            JsonNode pack = unpack(message.getPayloadAsBytes());
            String epoch = pack.get(0).get("epoch").asText();
            for (JsonNode record : pack) {
                ids.add(epoch + "/" + record.get("seq").longValue());
            }
        }
        return ids;
    }

    /** The numbers in the order of their first arrival. */
    List<Long> firstArrivals() throws IOException {
        List<Long> firsts = new ArrayList<>();
        TreeSet<Long> seen = new TreeSet<>();
        for (Long seq : arrived()) {
            if (seen.add(seq)) {
                firsts.add(seq);
            }
        }
        return firsts;
    }

    void awaitReadings(int count) {
        Await.until(count + " readings to arrive", 60, () -> new TreeSet<>(arrived()).size() >= count);
    }

    /** Reads a pack in any of the forms, told by its first byte. */
    static JsonNode unpack(byte[] payload) throws IOException {
        if (payload[0] == 0x78) {
            return unpack(new InflaterInputStream(new ByteArrayInputStream(payload)).readAllBytes());
        }
        return payload[0] == '[' ? JSON.readTree(payload) : CBOR.readTree(payload);
    }

    @Override
    public void close() {
        // Fails where the broker is gone, which is no matter here.
        client.disconnect().exceptionally(gone -> null).join();
    }
}
