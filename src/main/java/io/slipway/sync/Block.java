package io.slipway.sync;

import io.slipway.reading.Epoch;

/**
 * A sealed block: records under one name, the same bytes on every node for ever (I1). Immutable by agreement: nobody
 * writes to the arrays. Any thread.
 */
public final class Block {
    /** The largest payload in bytes. */
    public static final int MAX_PAYLOAD = 16 * 1024;

    /** The stream that it belongs to. */
    public final StreamKey key;
    /** 1, 2, 3 … in the stream. */
    public final long number;
    /** The life in which its records were taken in; another than the stream's where a later life sealed them. */
    public final Epoch records;
    /** The first record's number in that life. */
    public final long first;
    /** The last record's number; between them may be some that are not here. */
    public final long last;
    /** How many records it holds. */
    public final int count;
    /** When the first was, in milliseconds since 1970 by its writer's clock. Orders nothing. */
    public final long tmin;
    /** When the last was. */
    public final long tmax;
    /** How the payload is written; what is unknown is carried all the same. */
    public final int codec;
    /** 16 bytes, see {@link Chain}. */
    public final byte[] hash;
    /** The records, 0 to {@link #MAX_PAYLOAD} bytes. */
    public final byte[] payload;

    /**
     * Takes the arrays as they are.
     *
     * @param range first, last and count of the records
     * @param times tmin and tmax
     */
    public Block(StreamKey key, long number, Epoch records, long[] range, long[] times, int codec, byte[] hash,
                 byte[] payload) {
        this.key = key;
        this.number = number;
        this.records = records;
        this.first = range[0];
        this.last = range[1];
        this.count = (int) range[2];
        this.tmin = times[0];
        this.tmax = times[1];
        this.codec = codec;
        this.hash = hash;
        this.payload = payload;
    }

    @Override
    public String toString() {
        return key + "#" + number;
    }
}
