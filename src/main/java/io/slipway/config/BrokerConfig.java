package io.slipway.config;

import java.nio.file.Path;

/** {@code config broker}: the MQTT broker for the LAN. Immutable. */
public final class BrokerConfig {
    /** Where it listens. Default 127.0.0.1:1883; port 0 takes any free one. */
    public final HostPort listen;
    /** Users and password hashes; {@code null} where there is none. Then only loopback may be served. */
    public final Path passwordFile;
    /** Whether clients without a user name get in. Default: only where there is no password file. */
    public final boolean allowAnonymous;
    /** Connections at one time, 1 to 10000. Default 64. */
    public final int maxConnections;
    /** The longest MQTT packet in bytes, 1k to 16M. Default 64k. */
    public final int messageBytes;
    /** Messages that wait for one slow client, 10 to 100000; then its oldest are dropped. Default 1000. */
    public final int clientQueue;
    /** Bytes that wait for one slow client, 4k to 64M; then its oldest are dropped. Default 256k. */
    public final int clientQueueBytes;

    BrokerConfig(SectionReader in) {
        HostPort parsed;
        try {
            parsed = HostPort.parse(in.text("listen", "127.0.0.1:1883"), 0);
        } catch (IllegalArgumentException wrong) {
            in.wrong("listen", wrong.getMessage());
            parsed = new HostPort("127.0.0.1", 1883);
        }
        listen = parsed;
        passwordFile = in.path("password_file", null);
        allowAnonymous = in.bool("allow_anonymous", passwordFile == null);
        if (passwordFile == null && !allowAnonymous) {
            in.wrong("allow_anonymous", "1, or a password_file; without either nobody can log in");
        }
        if (passwordFile == null && !listen.isLoopback() && !in.has("allow_anonymous")) {
            in.wrong("listen", "a loopback address; to serve a network set password_file too, or allow_anonymous '1'"
                + " if everyone on that network may read and send");
        }
        maxConnections = in.whole("max_connections", 64, 1, 10_000);
        messageBytes = (int) in.bytes("message_bytes", 64 << 10, 1 << 10, 16 << 20);
        clientQueue = in.whole("client_queue", 1000, 10, 100_000);
        clientQueueBytes = (int) in.bytes("client_queue_bytes", 256 << 10, 4 << 10, 64 << 20);
        in.finish();
    }
}
