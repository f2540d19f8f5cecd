package io.slipway.sync;

import io.slipway.reading.Epoch;

/**
 * One value that one writer gave to one key, or took away. Of two for one key the later by {@link #hlc} holds, of two
 * that are equally late the one of the greater writer: on every node, in whatever order they came. Immutable by
 * agreement. Any thread.
 */
public final class Entry {
    /** The longest key in bytes of UTF-8, and the longest value. */
    public static final int MAX_KEY = 255;
    /** The longest value in bytes. */
    public static final int MAX_VALUE = 4096;

    /** The name, such as {@code desired/gw-01/interval}. */
    public final String key;
    /** The value; {@code null} for a tombstone. */
    public final byte[] value;
    /** Hybrid logical clock: ms since 1970 times 65536 and a count. Not a time: it is pushed by what others wrote. */
    public final long hlc;
    /** The stream in which its writer states it: writer and life. */
    public final StreamKey stream;
    /** The block of that stream; 0 while it is not sealed. */
    public final long number;

    /** Takes the array as it is. */
    public Entry(String key, byte[] value, long hlc, StreamKey stream, long number) {
        this.key = key;
        this.value = value;
        this.hlc = hlc;
        this.stream = stream;
        this.number = number;
    }

    /** Whether it takes the key away. */
    public boolean isTombstone() {
        return value == null;
    }

    /** Whether it holds against the other: later, or equally late and of a greater writer. */
    public boolean beats(Entry other) {
        return compare(other) > 0;
    }

    /** By stamp and writer; 0 for the same one. */
    public int compare(Entry other) {
        if (hlc != other.hlc) {
            return Long.compare(hlc, other.hlc);
        }
        int byOrigin = stream.origin.compareTo(other.stream.origin);
        if (byOrigin != 0) {
            return byOrigin;
        }
        Epoch mine = stream.epoch;
        int byBoot = Integer.compare(mine.boot(), other.stream.epoch.boot());
        return byBoot != 0 ? byBoot : Integer.compare(mine.nonce(), other.stream.epoch.nonce());
    }
}
