package io.slipway.mesh.wired;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the body of a control packet from front to back (MQTT 3.1.1 section 1.5). */
final class PacketReader {
    private final byte[] bytes;
    private int at;

    PacketReader(byte[] body) {
        this.bytes = body;
    }

    boolean isAtEnd() {
        return at == bytes.length;
    }

    int octet() throws MalformedPacketException {
        return bytes[advance(1)] & 0xff;
    }

    int word() throws MalformedPacketException {
        int from = advance(2);
        return (bytes[from] & 0xff) << 8 | bytes[from + 1] & 0xff;
    }

    /** A packet id, which is never 0. */
    int id() throws MalformedPacketException {
        int id = word();
        if (id == 0) {
            throw new MalformedPacketException("the packet id is 0");
        }
        return id;
    }

    /** Octets with their length before them. */
    byte[] binary() throws MalformedPacketException {
        int length = word();
        int from = advance(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    /** Text with its length before it; U+FFFD stands where it is no UTF-8. */
    String text() throws MalformedPacketException {
        return new String(binary(), StandardCharsets.UTF_8);
    }

    /** What is left. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
        at = bytes.length;
        return rest;
    }

    private int advance(int count) throws MalformedPacketException {
        if (bytes.length - at < count) {
            throw new MalformedPacketException("it is cut off");
        }
        int from = at;
        at += count;
        return from;
    }
}
