package io.slipway.record;

/** One piece of a recorded line. Immutable as long as nobody writes its bytes. */
public final class LineRecord {
    /** What happened. */
    public enum Kind {
        /** Bytes came from the mote. */
        UP,
        /** Bytes were handed to the port, for the mote. */
        DOWN,
        /** Something else: the text, in UTF-8, says what. */
        EVENT
    }

    private static final Kind[] KINDS = Kind.values();

    /** What happened. */
    public final Kind kind;
    /** Microseconds by a clock that never jumps, since some moment before the recording; begins anew with a process. */
    public final long monoUs;
    /** Microseconds since 1970 by the wall clock, right or wrong as that was. */
    public final long wallUs;
    /** The bytes, at most 4096. Read only. */
    public final byte[] data;

    LineRecord(Kind kind, long monoUs, long wallUs, byte[] data) {
        this.kind = kind;
        this.monoUs = monoUs;
        this.wallUs = wallUs;
        this.data = data;
    }

    static int code(Kind kind) {
        return kind.ordinal() + 1;
    }

    /** {@code null} for a kind that a line has not. */
    static Kind kind(int code) {
        return code >= 1 && code <= KINDS.length ? KINDS[code - 1] : null;
    }
}
