package io.slipway.mesh;

import io.slipway.frame.Ipv6Address;
import java.io.Closeable;
import java.io.IOException;

/** What joins the gateway to the motes: the line of a border router, or sockets of this router where it routes. */
interface Attachment extends Closeable {
    /** Begins to read, on a thread of its own, and goes on until {@link #close}. */
    void start();

    /**
     * What is to be written for a datagram. Any thread; never waits.
     *
     * @throws IllegalArgumentException if it can never go, in words
     */
    Transmission transmission(Route route, byte[] payload, CommandListener listener);

    /** Writes one; may wait. The sender's thread only. */
    void write(Transmission transmission) throws IOException;

    /** Writes what belongs to no datagram; may wait. The sender's thread only. */
    void write(byte[] wire) throws IOException;

    /** Whether what is written now has a chance to reach a mote. Any thread. */
    boolean isUp();

    /** Our address in the mesh where no node has used another one yet. Any thread. */
    Ipv6Address host();

    /** The first 64 bits that a node has which was never heard. Any thread. */
    long prefix();

    /** Ends the reading, and a write that hangs. */
    @Override
    void close();
}
