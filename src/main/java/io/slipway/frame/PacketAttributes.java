package io.slipway.frame;

/**
 * Contiki's packet attributes as slip-radios carry them in front of a frame: {@code n (id value(2)) x n}, values
 * big-endian. The ids differ between Contiki-NG and 6LBR; in frames that a 6LBR radio received, 3 is the link quality
 * and 4 the signal strength in dBm.
 */
public final class PacketAttributes {
    private static final int ATTRIBUTE_LENGTH = 3;

    private final byte[] bytes;
    private final int from;

    private PacketAttributes(byte[] bytes, int from) {
        this.bytes = bytes;
        this.from = from;
    }

    /** Reads the attributes that begin at {@code from}; {@code null} if they do not fit into the bytes. */
    static PacketAttributes parse(byte[] bytes, int from) {
        if (from >= bytes.length) {
            return null;
        }
        PacketAttributes attributes = new PacketAttributes(bytes, from);
        return attributes.end() > bytes.length ? null : attributes;
    }

    /** How many there are, 0 to 255. */
    public int count() {
        return bytes[from] & 0xff;
    }

    /** The id of the attribute with this index, 0 to 255. */
    public int id(int index) {
        return bytes[offset(index)] & 0xff;
    }

    /** The value of the attribute with this index, -32768 to 32767. */
    public int signedValue(int index) {
        int at = offset(index);
        return bytes[at + 1] << 8 | bytes[at + 2] & 0xff;
    }

    /** The value of the attribute with this index, 0 to 65535. */
    public int unsignedValue(int index) {
        return signedValue(index) & 0xffff;
    }

    /** The offset of the first byte after the attributes. */
    int end() {
        return offset(count());
    }

    private int offset(int index) {
        return from + 1 + ATTRIBUTE_LENGTH * index;
    }
}
