package io.slipway.config;

import java.nio.file.Path;

/** {@code config broker}: the MQTT broker for the LAN. Immutable. */
public final class BrokerConfig {
    /** Where it listens without TLS. Default 127.0.0.1:1883; port 0 takes any free one. */
    public final HostPort listen;
    /** Where it listens with TLS; {@code null} where it does not. */
    public final HostPort listenTls;
    /** Where it listens for WebSocket without TLS; {@code null} where it does not. */
    public final HostPort listenWs;
    /** Where it listens for WebSocket with TLS; {@code null} where it does not. */
    public final HostPort listenWss;
    /** The certificate for the listeners with TLS. */
    public final TlsConfig tls;
    /** Users and password hashes; {@code null} where there is none. Then only loopback may be served. */
    public final Path passwordFile;
    /** What users may read and write; {@code null} where they may do everything. */
    public final Path aclFile;
    /** Whether clients without a user name get in. Default: only where there is no password file. */
    public final boolean allowAnonymous;
    /** Connections at one time, 1 to 10000. Default 64. */
    public final int maxConnections;
    /** Of those, from one address, 1 to 10000. Default 32. */
    public final int maxConnectionsPerAddress;
    /** The longest MQTT packet in bytes, 1k to 16M. Default 64k. */
    public final int messageBytes;
    /** Packets of one client that are read in a second; 0 for no limit. Default 1000. */
    public final int messagesPerS;
    /** Messages that wait for one slow client, 10 to 100000; then its oldest are dropped. Default 1000. */
    public final int clientQueue;
    /** Bytes that wait for one slow client, 4k to 64M; then its oldest are dropped. Default 256k. */
    public final int clientQueueBytes;
    /** Wrong passwords that one address may send at once, 1 to 1000; then one more every 10 s. Default 10. */
    public final int loginAttempts;

    BrokerConfig(SectionReader in) {
        tls = new TlsConfig(in);
        passwordFile = in.path("password_file", null);
        aclFile = in.path("acl_file", null);
        allowAnonymous = in.bool("allow_anonymous", passwordFile == null);
        if (passwordFile == null && !allowAnonymous && !tls.clientCertificateRequired) {
            in.wrong("allow_anonymous", "1, or a password_file; without either nobody can log in");
        }
        listen = address(in, "listen", "127.0.0.1:1883", false);
        listenTls = address(in, "listen_tls", null, true);
        listenWs = address(in, "listen_ws", null, false);
        listenWss = address(in, "listen_wss", null, true);
        maxConnections = in.whole("max_connections", 64, 1, 10_000);
        maxConnectionsPerAddress = in.whole("max_connections_per_address", 32, 1, 10_000);
        messageBytes = (int) in.bytes("message_bytes", 64 << 10, 1 << 10, 16 << 20);
        messagesPerS = in.whole("messages_per_s", 1000, 0, 1_000_000);
        clientQueue = in.whole("client_queue", 1000, 10, 100_000);
        clientQueueBytes = (int) in.bytes("client_queue_bytes", 256 << 10, 4 << 10, 64 << 20);
        loginAttempts = in.whole("login_attempts", 10, 1, 1000);
        in.finish();
    }

    /** An address to listen on, which everybody on a network may reach only where somebody said who gets in. */
    private HostPort address(SectionReader in, String option, String fallback, boolean withTls) {
        String text = in.text(option, fallback);
        if (text == null) {
            return null;
        }
        HostPort parsed;
        try {
            parsed = HostPort.parse(text, 0);
        } catch (IllegalArgumentException wrong) {
            in.wrong(option, wrong.getMessage());
            return new HostPort("127.0.0.1", 1883);
        }
        if (withTls && !tls.isSet()) {
            in.wrong(option, "a certificate beside it: 'certificate' with a file, or certificate 'auto'");
        }
        boolean guarded = passwordFile != null || in.has("allow_anonymous") || withTls && tls.clientCertificateRequired;
        if (!guarded && !parsed.isLoopback()) {
            in.wrong(option, "a loopback address; to serve a network set password_file too, or allow_anonymous '1'"
                + " if everyone on that network may read and send");
        }
        return parsed;
    }
}
