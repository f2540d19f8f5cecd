package io.slipway.mesh;

import io.slipway.reading.Eui64;
import java.util.List;

/**
 * What comes out of a mesh. Called by the link's thread, which reads nothing meanwhile, and for readings by the thread
 * of a {@link UdpService} as well: must not block.
 */
public interface MeshListener {
    /** The node did not say in which format its payload is, or has no way to say it. */
    int NO_FORMAT = -1;

    /**
     * A node sent a reading.
     *
     * @param source {@code udp/<destination port>}; of a service {@code coap/<path>} and the like
     * @param contentFormat CoAP's number for the payload's media type (RFC 7252 section 12.3), or {@link #NO_FORMAT}
     * @param payload the receiver's to keep
     */
    void uplink(Eui64 node, String source, int contentFormat, byte[] payload);

    /** A node was heard for the first time, or again after a long silence ({@code online}), or has fallen silent. */
    void availability(Eui64 node, boolean online);

    /** A node was heard for the first time since the start, or again after a long silence: it is in this mesh now. */
    void appeared(Eui64 node);

    /**
     * A node was removed, had to make room for another or was silent for too long: whether it is online will not be
     * said any more, and what was kept of it is to go. Any thread.
     */
    void forgotten(Eui64 node);

    /** A datagram came from a node, which is awake then. */
    void heard(Eui64 node);

    /** What is to be kept of some nodes for the next life of the gateway. */
    void changed(List<NodeRecord> records);
}
