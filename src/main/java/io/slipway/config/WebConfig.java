package io.slipway.config;

import java.nio.file.Path;

/** {@code config web}: the status page, its JSON API and the metrics. Immutable. */
public final class WebConfig {
    /** Default: not. A server that nobody asks costs a small machine two threads and 3 MB. */
    public final boolean enabled;
    /** Where it listens. Default 127.0.0.1:8080; port 0 takes any free one. */
    public final HostPort listen;
    /** Users and password hashes; {@code null} where there is none. Then only loopback may be served. */
    public final Path passwordFile;
    /** Connections at one time, 4 to 1000. Default 32. */
    public final int maxConnections;
    /** Clients that follow the live events at one time, 1 to 100; they count as connections too. Default 8. */
    public final int liveClients;
    /** Requests a second from one address, 1 to 10000, with bursts of four seconds' worth. Default 20. */
    public final int requestsPerS;

    WebConfig(SectionReader in) {
        enabled = in.bool("enabled", false);
        HostPort parsed;
        try {
            parsed = HostPort.parse(in.text("listen", "127.0.0.1:8080"), 0);
        } catch (IllegalArgumentException wrong) {
            in.wrong("listen", wrong.getMessage());
            parsed = new HostPort("127.0.0.1", 8080);
        }
        listen = parsed;
        passwordFile = in.path("password_file", null);
        if (passwordFile == null && !listen.isLoopback()) {
            in.wrong("listen", "a loopback address; to serve a network set password_file too");
        }
        maxConnections = in.whole("max_connections", 32, 4, 1000);
        liveClients = in.whole("live_clients", 8, 1, 100);
        requestsPerS = in.whole("requests_per_s", 20, 1, 10_000);
        in.finish();
    }
}
