package io.slipway.cloud;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import io.slipway.config.CloudConfig;
import io.slipway.config.FileProblem;
import io.slipway.security.PemFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/**
 * Where to connect, as whom, with what secrets. Read once, at start, so that a wrong file is found then. Immutable; has
 * no {@code toString} on purpose.
 */
final class BrokerLogin {
    final CloudConfig config;
    final String clientId;
    /** {@code null} without TLS. */
    final MqttClientSslConfig tls;
    /** {@code null} where there is none. */
    final byte[] password;

    BrokerLogin(CloudConfig config) throws IOException {
        this.config = config;
        this.clientId = config.clientId != null ? config.clientId
            : "slipway-cloud-" + Long.toHexString(new SecureRandom().nextLong());
        this.tls = config.tls ? tls(config) : null;
        String line = config.passwordFile == null ? null : firstLine("password_file", config.passwordFile);
        this.password = line == null ? null : line.getBytes(StandardCharsets.UTF_8);
    }

    /** A client that is set up to connect, under this id. */
    Mqtt5ClientBuilder client(String id) {
        Mqtt5ClientBuilder builder = MqttClient.builder().useMqttVersion5()
            .identifier(id)
            .executorConfig(MqttClientExecutorConfig.builder().nettyThreads(1).build())
            .transportConfig()
                .serverHost(config.broker.host)
                .serverPort(config.broker.port)
                .socketConnectTimeout(config.connectTimeoutS, TimeUnit.SECONDS)
                .mqttConnectTimeout(config.connectTimeoutS, TimeUnit.SECONDS)
                .sslConfig(tls)
                .applyTransportConfig();
        if (config.username == null) {
            return builder;
        }
        Mqtt5SimpleAuthBuilder.Complete auth = Mqtt5SimpleAuth.builder().username(config.username);
        return builder.simpleAuth(password == null ? auth.build() : auth.password(password).build());
    }

    private static MqttClientSslConfig tls(CloudConfig config) throws IOException {
        return MqttClientSslConfig.builder()
            .trustManagerFactory(config.caFile == null ? null : PemFiles.trust("ca_file", config.caFile))
            .keyManagerFactory(config.certFile == null ? null
                : PemFiles.keys("cert_file", config.certFile, "key_file", config.keyFile))
            .handshakeTimeout(config.connectTimeoutS, TimeUnit.SECONDS)
            .build();
    }

    /** A password's file; the message of what is thrown names option and file. */
    static String firstLine(String option, Path file) throws IOException {
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IOException(option + " " + file + ": " + FileProblem.of(unreadable), unreadable);
        }
        int end = 0;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        if (end == 0) {
            throw new IOException(option + " " + file + " has an empty first line");
        }
        return text.substring(0, end);
    }
}
