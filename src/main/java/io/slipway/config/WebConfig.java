package io.slipway.config;

import java.nio.file.Path;

/** {@code config web}: the status page, its JSON API and the metrics. Immutable. */
public final class WebConfig {
    /** Default: not. A server that nobody asks costs a small machine two threads and 3 MB. */
    public final boolean enabled;
    /** Where it listens, with TLS where there is a certificate. Default 127.0.0.1:8080; port 0 takes any free one. */
    public final HostPort listen;
    /** The certificate; without one it is plain HTTP. */
    public final TlsConfig tls;
    /** Users and password hashes; {@code null} where there is none. Then only loopback may be served. */
    public final Path passwordFile;
    /** What users may send, by the topics of commands; {@code null} where they may send everything. */
    public final Path aclFile;
    /** Connections at one time, 4 to 1000. Default 32. */
    public final int maxConnections;
    /** Clients that follow the live events at one time, 1 to 100; they count as connections too. Default 8. */
    public final int liveClients;
    /** Requests a second from one address, 1 to 10000, with bursts of four seconds' worth. Default 20. */
    public final int requestsPerS;
    /** Wrong passwords that one address may send at once, 1 to 1000; then one more every 10 s. Default 10. */
    public final int loginAttempts;

    WebConfig(SectionReader in) {
        enabled = in.bool("enabled", false);
        tls = new TlsConfig(in);
        HostPort parsed;
        try {
            parsed = HostPort.parse(in.text("listen", "127.0.0.1:8080"), 0);
        } catch (IllegalArgumentException wrong) {
            in.wrong("listen", wrong.getMessage());
            parsed = new HostPort("127.0.0.1", 8080);
        }
        listen = parsed;
        passwordFile = in.path("password_file", null);
        if (passwordFile == null && !tls.clientCertificateRequired && !listen.isLoopback()) {
            in.wrong("listen", "a loopback address; to serve a network set password_file too");
        }
        if (tls.clientCaFile != null && !tls.isSet()) {
            in.wrong("client_ca_file", "a certificate beside it: 'certificate' with a file, or certificate 'auto'");
        }
        aclFile = in.path("acl_file", null);
        maxConnections = in.whole("max_connections", 32, 4, 1000);
        liveClients = in.whole("live_clients", 8, 1, 100);
        requestsPerS = in.whole("requests_per_s", 20, 1, 10_000);
        loginAttempts = in.whole("login_attempts", 10, 1, 1000);
        in.finish();
    }
}
