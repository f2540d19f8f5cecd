package io.slipway.broker;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.slipway.security.PemFiles;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A client of MQTT 5 that says whether the broker let it do what it tried. */
final class MqttPeer implements AutoCloseable {
    private static final long DEADLINE_S = 60;

    private final Mqtt5ClientBuilder builder;
    private final ConcurrentLinkedQueue<Mqtt5Publish> heard = new ConcurrentLinkedQueue<>();
    private String user;
    private String password;
    private Mqtt5AsyncClient client;

    MqttPeer(int port) {
        builder = Mqtt5Client.builder().serverHost("localhost").serverPort(port)
            .identifier("peer" + UUID.randomUUID().toString().substring(0, 8));
    }

    MqttPeer as(String name, String secret) {
        user = name;
        password = secret;
        return this;
    }

    /** @param certificate {@code null} for none */
    MqttPeer tls(Path authority, Path certificate, Path key) throws Exception {
        MqttClientSslConfigBuilder ssl = MqttClientSslConfig.builder()
            .trustManagerFactory(PemFiles.trust("ca", authority)).handshakeTimeout(DEADLINE_S, TimeUnit.SECONDS);
        if (certificate != null) {
            ssl.keyManagerFactory(PemFiles.keys("cert", certificate, "key", key));
        }
        builder.sslConfig(ssl.build());
        return this;
    }

    MqttPeer webSocket() {
        builder.webSocketConfig(MqttWebSocketConfig.builder().serverPath("mqtt").build());
        return this;
    }

    /** @param will a topic, or {@code null}; false if the broker refuses */
    boolean connect(String will) throws Exception {
        client = builder.buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, heard::add);
        var connect = client.connectWith().cleanStart(true);
        if (user != null) {
            connect.simpleAuth().username(user).password(password.getBytes(StandardCharsets.UTF_8)).applySimpleAuth();
        }
        if (will != null) {
            connect.willPublish().topic(will).payload("gone".getBytes(StandardCharsets.UTF_8)).applyWillPublish();
        }
        try {
            connect.send().get(DEADLINE_S, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException refused) {
            if (!(refused.getCause() instanceof com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException)) {
                throw refused;
            }
            return false;
        }
    }

    /** False if the broker refuses. */
    boolean subscribe(String filter) throws Exception {
        try {
            client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send()
                .get(DEADLINE_S, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException refused) {
            return false;
        }
    }

    /** False if the broker refuses. */
    boolean publish(String topic, String payload) throws Exception {
        try {
            client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload.getBytes(StandardCharsets.UTF_8)).send().get(DEADLINE_S, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException refused) {
            return false;
        }
    }

    long count(String topic) {
        return heard.stream().filter(m -> m.getTopic().toString().equals(topic)).count();
    }

    /** The payload of the first message on a topic. */
    String nextOn(String topic) {
        Await.until("a message on " + topic, DEADLINE_S, () -> count(topic) > 0);
        return text(heard.stream().filter(m -> m.getTopic().toString().equals(topic)).findFirst().orElseThrow());
    }

    void awaitMessage(String topic, String payload) {
        Await.until(payload + " on " + topic, DEADLINE_S, () -> heard.stream()
            .anyMatch(m -> m.getTopic().toString().equals(topic) && text(m).equals(payload)));
    }

    private static String text(Mqtt5Publish message) {
        return new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        if (client != null && client.getState().isConnected()) {
            client.disconnect().orTimeout(DEADLINE_S, TimeUnit.SECONDS).join();
        }
    }
}
