package io.slipway.mdns;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/** An instance of the service type that others have announced. Who announced it is not known. Immutable. */
public final class Instance {
    /** Its whole name, which tells it from others. */
    public final String name;
    /** 0 to 65535. */
    public final int port;
    /** What its TXT record says; keys are in lower case. */
    public final Map<String, String> text;
    /** One or several, at most {@value Browser#MAX_ADDRESSES}; link-local ones have their interface. */
    public final List<InetAddress> addresses;

    Instance(String name, int port, Map<String, String> text, List<InetAddress> addresses) {
        this.name = name;
        this.port = port;
        this.text = text;
        this.addresses = addresses;
    }

    boolean isSame(Instance other) {
        return other != null && port == other.port && text.equals(other.text) && addresses.equals(other.addresses);
    }
}
