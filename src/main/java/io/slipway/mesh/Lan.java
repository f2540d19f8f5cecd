package io.slipway.mesh;

import io.slipway.reading.Eui64;

/** The LAN's broker, as protocols of the mesh see it. Called by their threads: must not block and must not throw. */
public interface Lan {
    /** Takes messages of the LAN. */
    interface Receiver {
        /** @param qos 0, 1 or 2: how it was published */
        void message(String topic, byte[] payload, int qos);
    }

    /**
     * A node published, or its will is due. When this returns the reading has its identity and is on its way to the
     * disk and to the LAN; it is not durable yet.
     *
     * @param topic without wildcards, none of the gateway's own
     * @param payload the receiver's to keep
     * @param qos 0, 1 or 2
     * @param retain whether the LAN's broker keeps it for those who subscribe later
     */
    void published(Eui64 node, String topic, byte[] payload, int qos, boolean retain);

    /** Hands over what the LAN's broker retains under a filter, before it returns. */
    void retained(String filter, Receiver receiver);
}
