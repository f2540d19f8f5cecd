package io.slipway.mdns;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.dns.DefaultDnsRecordEncoder;

/** Writes names, without compression. Any thread. */
final class NameEncoder extends DefaultDnsRecordEncoder {
    /** What is not ASCII becomes a question mark; {@code name} was made here or read from a message. */
    void write(String name, ByteBuf out) {
        try {
            encodeName(name, out);
        } catch (Exception impossible) {
            // Netty declares what it never throws.
            throw new IllegalArgumentException(impossible);
        }
    }
}
