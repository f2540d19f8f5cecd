package io.slipway.cloud;

/** One row of the table {@code stream}, and what becomes of it in the transaction that holds it. */
final class StreamRow {
    final long sid;
    final String origin;
    final String epoch;
    /** Every number up to and with this one is stored, or gone for good. */
    long contig;
    /** When that was last so for another number, milliseconds since 1970 by this process's clock. */
    long contigAt;
    /** The highest number stored. */
    long top;
    /** The highest number that the gateway has told of, in any way. */
    long told;
    /** When a batch last came. */
    long cameAt;
    /** The latest time of a reading; 0 where none has one. */
    long lastAt;
    /** How often has been asked for what is missing, since something last came of it. */
    int asks;
    /** Not before this moment again. */
    long askAt;

    StreamRow(long sid, String origin, String epoch) {
        this.sid = sid;
        this.origin = origin;
        this.epoch = epoch;
    }

    /** The last number that there is, as far as is known. */
    long end() {
        return Math.max(top, told);
    }

    /** What is known to be there grows; what was complete begins to wait from now on. */
    void grow(long newTop, long newTold, long now) {
        if (contig == end()) {
            contigAt = now;
        }
        top = Math.max(top, newTop);
        told = Math.max(told, newTold);
    }

    void reach(long number, long now) {
        if (number > contig) {
            contig = number;
            contigAt = now;
            asks = 0;
            askAt = 0;
        }
    }
}
