package io.slipway.replication;

import io.netty.channel.ChannelHandler;

/** Who had a connection opened from this end, and what for. Its event loop only. */
interface Caller {
    /** Whose gateway must answer. */
    String id();

    /** Whether the certificate with this SHA-256 will do; 32 zeros without TLS. */
    boolean accepts(byte[] certificate);

    /** Whether it is to become a tunnel; else it is for replication. */
    boolean isTunnel();

    /** The other end is who it should be: what takes the greeting's place. */
    ChannelHandler introduced();

    /**
     * The connection has ended before that.
     *
     * @param answered whether the other end said who it is
     * @param refusal why this end closed it; {@code null} where it did not
     */
    void ended(boolean answered, String refusal);
}
