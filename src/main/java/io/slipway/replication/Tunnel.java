package io.slipway.replication;

import java.io.Closeable;

/**
 * A way to a broker through a neighbour's connection: a port of this machine that takes one connection, whose bytes go
 * to the broker as they are. Any thread.
 */
public interface Tunnel extends Closeable {
    /** The neighbour's id. */
    String neighbour();

    /** The port on 127.0.0.1. */
    int port();

    /** Why it has ended, without the neighbour's id; {@code null} while it has not, or where nobody knows. */
    String failure();

    /** Ends it. May be called twice; returns at once. */
    @Override
    void close();
}
