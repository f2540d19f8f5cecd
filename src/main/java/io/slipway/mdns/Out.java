package io.slipway.mdns;

import java.net.InetSocketAddress;

/** Sends messages on one link. What cannot be sent is lost, as any datagram may be. */
interface Out {
    /** @param to {@code null} for all on the link */
    void send(Message message, InetSocketAddress to);
}
