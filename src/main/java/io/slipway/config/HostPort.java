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
        String host = text.substring(0, Math.max(colon, 0));
        long port = WholeNumber.parse(text.substring(colon + 1));
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("host:port, an IPv6 address in brackets as in [::1]:1883");
        }
        if (host.isEmpty() || !isHost(host, bracketed) || port < minPort || port > 65535) {
            throw new IllegalArgumentException("host:port with a port from " + minPort + " to 65535");
        }
        return new HostPort(host, (int) port);
    }

    /** Letters of a host name; in brackets those of an address too, with a zone after {@code %} (RFC 4007). */
    private static boolean isHost(String host, boolean bracketed) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c == '.' || c == '-' || c == '_';
            if (!plain && !(bracketed && (c == ':' || c == '%'))) {
                return false;
            }
        }
        return !bracketed || host.indexOf(':') >= 0;
    }

    /** Whether only this machine can reach it: {@code localhost}, {@code ::1} or a numeric 127.x.x.x. */
    public boolean isLoopback() {
        if (!host.startsWith("127.")) {
            return host.equals("localhost") || host.equals("::1");
        }
        for (int i = 0; i < host.length(); i++) {
            // A name such as 127.example.com is no address.
            if (host.charAt(i) != '.' && (host.charAt(i) < '0' || host.charAt(i) > '9')) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
