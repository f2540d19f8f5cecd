package io.slipway.mesh;

import io.slipway.reading.Eui64;

/** What is worth keeping of a node, for the next life of the gateway; see {@link Mesh#restore}. Immutable. */
public final class NodeRecord {
    /** Its name. */
    public final Eui64 node;
    /** What is kept, which {@link NodeCodec} can read. Not to be changed. */
    public final byte[] body;

    /** Takes the bytes as they are. */
    public NodeRecord(Eui64 node, byte[] body) {
        this.node = node;
        this.body = body;
    }
}
