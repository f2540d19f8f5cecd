package io.slipway.replication;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What is asked for on a connection for a tunnel, behind the introduction: the broker of an upstream, by the name of
 * its section. Where that is, the neighbour knows by its own configuration; no address is ever named.
 *
 * <pre>
 * 'Q' | name of the upstream (u8 length, UTF-8)
 * </pre>
 */
final class TunnelRequest {
    private TunnelRequest() {
    }

    /** @throws IllegalArgumentException if the name is longer than 255 bytes */
    static byte[] toBytes(String upstream) {
        byte[] name = upstream.getBytes(StandardCharsets.UTF_8);
        if (name.length > 0xff) {
            throw new IllegalArgumentException("the name of an upstream has more than 255 bytes");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(2 + name.length);
        out.write('Q');
        out.write(name.length);
        out.write(name, 0, name.length);
        return out.toByteArray();
    }

    /** The name; {@code null} for anything else than a request. */
    static String parse(byte[] frame) {
        if (frame.length < 3 || frame[0] != 'Q' || (frame[1] & 0xff) != frame.length - 2) {
            return null;
        }
        return new String(frame, 2, frame.length - 2, StandardCharsets.UTF_8);
    }
}
