package io.slipway.sync;

import io.slipway.reading.Epoch;

/**
 * Names a stream: what one gateway wrote in one of its lives, of one kind. Its blocks are 1, 2, 3 … Immutable; any
 * thread.
 */
public final class StreamKey {
    /** Readings. */
    public static final int TELEMETRY = 0;
    /** Events of the gateway itself. */
    public static final int EVENTS = 1;
    /** Changes of small shared values, see {@link Dataset}. */
    public static final int VALUES = 2;
    /** Kinds are 0 to this; those that are not named above are carried like readings. */
    public static final int MAX_KIND = 127;
    /** The longest id of a gateway, in bytes. */
    public static final int MAX_ORIGIN = 64;

    /** The id of the gateway that writes it: 1 to 64 characters of ASCII. */
    public final String origin;
    /** The life in which it writes it. */
    public final Epoch epoch;
    /** One of the kinds above. */
    public final int kind;

    /** Names the stream of this kind that {@code origin} wrote in {@code epoch}. */
    public StreamKey(String origin, Epoch epoch, int kind) {
        this.origin = origin;
        this.epoch = epoch;
        this.kind = kind;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamKey && ((StreamKey) other).kind == kind
            && ((StreamKey) other).epoch.equals(epoch) && ((StreamKey) other).origin.equals(origin);
    }

    @Override
    public int hashCode() {
        return (origin.hashCode() * 31 + epoch.hashCode()) * 31 + kind;
    }

    @Override
    public String toString() {
        return origin + '/' + epoch + '/' + kind;
    }
}
