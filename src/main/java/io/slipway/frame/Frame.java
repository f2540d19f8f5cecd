package io.slipway.frame;

/** One decoded frame. Its {@link #type()} says which subclass it is. Immutable as long as nobody writes its bytes. */
public abstract class Frame {
    private final FrameType type;
    private final byte[] bytes;

    Frame(FrameType type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /** The kind. */
    public final FrameType type() {
        return type;
    }

    /** The frame without SLIP and without its CRC-8. Not a copy: read only. */
    public final byte[] bytes() {
        return bytes;
    }
}
