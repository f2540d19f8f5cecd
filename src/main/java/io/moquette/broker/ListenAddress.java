package io.moquette.broker;

/** One address that the embedded broker listens on. Immutable. */
public final class ListenAddress {
    final String host;
    final int port;
    final Transport transport;

    /**
     * An address.
     *
     * @param port 0 to take any free one
     * @param transport what lies between TCP and MQTT
     */
    public ListenAddress(String host, int port, Transport transport) {
        this.host = host;
        this.port = port;
        this.transport = transport;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
