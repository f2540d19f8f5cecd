package io.slipway.replication;

import io.slipway.config.UpstreamConfig;

/** An upstream of this gateway, as those need to know it that others go through. Any thread. */
public interface Uplink {
    /** Its name and its broker's address. */
    UpstreamConfig config();

    /** Whether the broker has let this gateway in, and has not been lost since. */
    boolean isConnected();

    /** Through which neighbour this gateway itself goes there; {@code null} where it needs none. */
    String via();
}
