package io.slipway.mdns;

import java.util.Map;

/** What is announced: one instance of a service type. Immutable. */
public final class Service {
    /** The type with its domain, such as {@code _slipway._tcp.local.}, with a dot at the end. */
    public final String type;
    /** What the instance is called, without dots, 1 to 50 ASCII characters; where another has that name, a number
     *  goes behind it. */
    public final String label;
    /** 1 to 65535. */
    public final int port;
    /** What its TXT record says (RFC 6763, 6); at most 512 bytes together. */
    public final Map<String, String> text;

    /** @param text in ASCII, kept as it is */
    public Service(String type, String label, int port, Map<String, String> text) {
        this.type = type;
        this.label = label;
        this.port = port;
        this.text = text;
    }

    /** The instance under its n-th name: {@code label}, {@code label (2)} and so on (RFC 6763, appendix D). */
    String instance(int n) {
        return (n == 1 ? label : label + " (" + n + ")") + "." + type;
    }

    /** The name of the machine that goes with it. It is a name of its own, as that of the system has another owner. */
    String host(int n) {
        return "slipway-" + (n == 1 ? label : label + "-" + n) + ".local.";
    }
}
