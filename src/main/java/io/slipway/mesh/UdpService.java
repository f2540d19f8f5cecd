package io.slipway.mesh;

import io.slipway.reading.Eui64;

/**
 * A protocol that the gateway speaks itself on some UDP ports of its mesh address. What comes to those ports is the
 * service's and no reading; the service makes readings of it. {@link Mesh} calls it.
 */
public interface UdpService {
    /** By what a node is known that was heard by it. Any thread. */
    Protocol protocol();

    /** The port of ours that nodes send to first, which is listened on where the mesh is routed; 0 for none. */
    int port();

    /** Whether datagrams to this port of ours, 0 to 65535, are for it. The link's thread; must not block. */
    boolean serves(int hostPort);

    /**
     * A datagram for it. The link's thread; must not block.
     *
     * @param back where it came from and where it went: the way of an answer
     * @param payload the receiver's to keep
     */
    void received(Eui64 node, Route back, byte[] payload);

    /** A node was heard for the first time, or again after a long silence. The link's thread; must not block. */
    void cameOnline(Eui64 node);

    /** The mesh closes and still sends: takes leave of the nodes. Returns within a second or so; nothing follows. */
    void stop();
}
