package io.slipway.cloud;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.slipway.config.CloudConfig;
import io.slipway.upstream.Failures;
import java.io.Closeable;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/** Sends one command to a gateway over the cloud broker, and hears what becomes of it. Used by one thread. */
public final class Commander implements Closeable {
    private final Mqtt5BlockingClient client;
    private final Mqtt5BlockingClient.Mqtt5Publishes reports;

    /**
     * Connects, and sends the command when what is reported of it can be heard.
     *
     * @param topic {@code slipway/<gw>/<node>/down/<service>}
     * @throws IOException if the broker cannot be reached or refuses; the message is for people
     */
    public Commander(CloudConfig config, String topic, byte[] payload) throws IOException {
        BrokerLogin login = new BrokerLogin(config);
        Mqtt5ClientBuilder builder = MqttClient.builder().useMqttVersion5()
            .identifier("slipway-fleet-" + Long.toHexString(new SecureRandom().nextLong()))
            .transportConfig()
                .serverHost(config.broker.host)
                .serverPort(config.broker.port)
                .socketConnectTimeout(config.connectTimeoutS, TimeUnit.SECONDS)
                .mqttConnectTimeout(config.connectTimeoutS, TimeUnit.SECONDS)
                .sslConfig(login.tls)
                .applyTransportConfig();
        if (config.username != null) {
            Mqtt5SimpleAuthBuilder.Complete auth = Mqtt5SimpleAuth.builder().username(config.username);
            builder = builder.simpleAuth(login.password == null ? auth.build() : auth.password(login.password).build());
        }
        client = builder.buildBlocking();
        try {
            client.connect();
            reports = client.publishes(MqttGlobalPublishFilter.ALL);
            client.subscribeWith().topicFilter(topic + "/state").qos(MqttQos.AT_LEAST_ONCE).send();
            client.publish(Mqtt5Publish.builder().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload).build());
        } catch (RuntimeException refused) {
            throw new IOException("broker " + config.broker + ": " + Failures.text(refused), refused);
        }
    }

    /** The next report, as it came; {@code null} where none comes in that time. */
    public byte[] report(long ms) throws InterruptedException {
        Mqtt5Publish report = reports.receive(ms, TimeUnit.MILLISECONDS).orElse(null);
        return report == null ? null : report.getPayloadAsBytes();
    }

    @Override
    public void close() {
        reports.close();
        client.disconnect();
    }
}
