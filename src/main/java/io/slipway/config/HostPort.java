package io.slipway.config;

/** An address to listen on or to connect to: {@code host:port}, an IPv6 host in brackets. Immutable. */
public final class HostPort {
    /** A name or a numeric address, without brackets. */
    public final String host;
    /** 0 to 65535; 0 lets the system choose one to listen on. */
    public final int port;

    HostPort(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** @throws IllegalArgumentException with a message that says what was expected */
    static HostPort parse(String text, int minPort) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("an IPv6 address in brackets, [::1]:port");
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && !host.isEmpty() && port >= minPort && port <= 65535) {
                return new HostPort(host, port);
            }
        } catch (NumberFormatException notAPort) {
            // Said below.
        }
        throw new IllegalArgumentException("host:port with a port from " + minPort + " to 65535");
    }

    /** Whether only this machine can reach it: a numeric loopback address or {@code localhost}. */
    public boolean isLoopback() {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
