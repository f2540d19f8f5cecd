package io.slipway.upstream;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import io.slipway.config.UpstreamConfig;
import io.slipway.security.PemFiles;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Makes the TLS settings of one upstream from its PEM files. The broker's certificate is checked against the CA file,
 * or against the JVM's authorities, and its name against the host in the configuration.
 */
final class TlsFiles {
    private TlsFiles() {
    }

    /** @throws IOException if a file cannot be read or used; the message names option and file */
    static MqttClientSslConfig read(UpstreamConfig config) throws IOException {
        return MqttClientSslConfig.builder()
            .trustManagerFactory(config.caFile == null ? null : PemFiles.trust("ca_file", config.caFile))
            .keyManagerFactory(config.certFile == null ? null
                : PemFiles.keys("cert_file", config.certFile, "key_file", config.keyFile))
            .handshakeTimeout(config.connectTimeoutS, TimeUnit.SECONDS)
            .build();
    }
}
