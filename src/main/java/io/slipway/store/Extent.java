package io.slipway.store;

/**
 * How much a store holds and what its newest blocks say: at most 256, all of one epoch. Immutable; any thread.
 */
public final class Extent {
    /** Bytes of the database file that are in use. */
    public final long usedBytes;
    /** Blocks that were looked at; 0 where there is none. */
    public final long blocks;
    /** Readings in them. */
    public final long readings;
    /** Bytes of their payloads as they lie on the disk. */
    public final long payloadBytes;
    /** Milliseconds between their first and last reading by the monotonic clock; 0 where that is not known. */
    public final long spanMs;

    /** Readings committed since the gateway was started; 0 where it does not run. */
    public final long committed;
    /** Bytes written to the disk since then. */
    public final long writtenBytes;

    /** @param values 0 or more, in the order of the fields */
    public Extent(long... values) {
        usedBytes = values[0];
        blocks = values[1];
        readings = values[2];
        payloadBytes = values[3];
        spanMs = values[4];
        committed = values[5];
        writtenBytes = values[6];
    }

    /** The same of a gateway that runs. */
    Extent having(long committedReadings, long bytes) {
        return new Extent(usedBytes, blocks, readings, payloadBytes, spanMs, committedReadings, bytes);
    }

    /** The fields in their order, a space between them. */
    @Override
    public String toString() {
        return usedBytes + " " + blocks + " " + readings + " " + payloadBytes + " " + spanMs + " " + committed + " "
            + writtenBytes;
    }
}
