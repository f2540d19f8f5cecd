package io.slipway.upstream;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import io.slipway.config.FileProblem;
import io.slipway.config.UpstreamConfig;
import io.slipway.reading.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Everything that a connection needs to know: where to, as whom, with what secrets, which topics. Read once, at
 * start, so that a wrong file is found then and not at the first connection. Immutable; has no {@code toString} on
 * purpose.
 */
final class CloudAccess {
    /** What the gateway's state topic holds while it is connected. */
    static final byte[] ONLINE = "online".getBytes(StandardCharsets.US_ASCII);
    /** What it holds after a good-bye, or as the will after a lost connection. */
    static final byte[] OFFLINE = "offline".getBytes(StandardCharsets.US_ASCII);
    /** How long the broker keeps the session, and so commands, of a gateway that is away, in seconds. */
    static final long SESSION_EXPIRY_S = 86_400;
    /** Commands that may be on their way to us without our acknowledgement. */
    static final int RECEIVE_MAXIMUM = 10;
    /** The largest packet that we take, in bytes: a small machine must not be made to hold more. */
    static final int MAXIMUM_PACKET_SIZE = 64 << 10;

    final UpstreamConfig config;
    /** What else goes over the connection; {@code null} for nothing. Set before the first connection. */
    Passenger passenger;
    /** Neighbours that may help; {@code null} where there are none. Set before the first connection. */
    Detour detour;
    final String gatewayId;
    final String clientId;
    final Topics topics;
    /** {@code null} without TLS. */
    final MqttClientSslConfig tls;
    /** {@code null} where there is none. */
    final byte[] password;

    CloudAccess(UpstreamConfig config, String gatewayId, Topics topics) throws IOException {
        this.config = config;
        this.gatewayId = gatewayId;
        this.clientId = config.clientId == null ? "slipway-" + gatewayId : config.clientId;
        this.topics = topics;
        try {
            this.tls = config.tls ? TlsFiles.read(config) : null;
            this.password = config.passwordFile == null ? null : firstLine(config);
        } catch (IOException unusable) {
            throw new IOException("upstream '" + config.name + "': " + unusable.getMessage(), unusable.getCause());
        }
    }

    /** The file's bytes; if there are none to be had, a message that names the option. */
    static byte[] read(String option, Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new IOException(option + " " + file + ": " + FileProblem.of(unreadable), unreadable);
        }
    }

    private static byte[] firstLine(UpstreamConfig config) throws IOException {
        if (config.username == null) {
            throw new IOException("password_file needs option 'username' beside it");
        }
        String text = new String(read("password_file", config.passwordFile), StandardCharsets.UTF_8);
        int end = 0;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        if (end == 0) {
            throw new IOException("password_file " + config.passwordFile + " has an empty first line");
        }
        return text.substring(0, end).getBytes(StandardCharsets.UTF_8);
    }
}
