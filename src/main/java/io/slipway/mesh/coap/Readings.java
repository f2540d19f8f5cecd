package io.slipway.mesh.coap;

import io.slipway.reading.Eui64;

/** Where readings go that came by CoAP. Called by the CoAP thread of a mesh: must not block. */
public interface Readings {
    /**
     * A node sent a representation of a resource, or was asked for it.
     *
     * @param source {@code coap/<path>}, with {@code ?<query>} where there is one
     * @param contentFormat the number of its media type (RFC 7252 section 12.3), 0 to 65535; -1 where the node did not
     *     say
     * @param payload the receiver's to keep
     */
    void reading(Eui64 node, String source, int contentFormat, byte[] payload);
}
