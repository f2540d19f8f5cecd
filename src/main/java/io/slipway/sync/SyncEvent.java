package io.slipway.sync;

/** What a core reports. Those marked as alarms need a person or the owner; the rest is counted. */
public enum SyncEvent {
    /** A frame that is none, or is damaged, or of an unknown type: dropped. */
    BAD_FRAME,
    /** A frame of a session that is over: dropped. */
    STALE_FRAME,
    /** A block that was there already. */
    DUPLICATE,
    /** A block behind a hole: dropped, asked for again. */
    OUT_OF_ORDER,
    /** A block whose hash does not follow from the one before: dropped. */
    BROKEN_CHAIN,
    /** The store took nothing: it is full or not well. */
    STORE_REFUSED,
    /** A source fell silent and another was asked. */
    SOURCE_SWITCHED,
    /** A neighbour declared a gap and it was taken over. */
    GAP_TAKEN,
    /** A bound on streams or subscriptions was reached; the rest of a statement was passed over. */
    TOO_MANY_STREAMS,
    /** A change of a value that cannot be read, or lies too far in the future: passed over. */
    BAD_ENTRY,
    /** A change that came later than the removal of a tombstone: written again under a stamp of today. */
    RESTATED,
    /** Tombstones were removed, as every member has passed them. */
    COLLECTED,
    /** A stream of which nobody had anything left was let go. */
    FORGOTTEN,
    /** A comparison found no difference. */
    SAME,
    /** A comparison found the first block that differs; what comes of it is told apart. */
    DIFFERENT,
    /** A block of this node's own copy is not as it was written, or not there. */
    DAMAGED,
    /** Such a block was put right. */
    REPAIRED,
    /** Alarm: nobody who is here has a block that fits in the place of a damaged one; it is tried again. */
    UNREPAIRED,
    /** Alarm: a damaged block was given up, as nobody has it, and is declared as a gap. */
    LOST,
    /** Alarm: two byte strings under one name (I1), both sound, and who wrote the stream is not here. */
    FORK,
    /** Alarm: two processes live under one id at the same time. */
    CLONE,
    /** Alarm: others know lives of this gateway that its own store does not: it was restored or wiped. */
    RESTORED,
    /** Alarm: others hold more of this very life than this node. The owner must begin a new life at once (I6). */
    LIFE_IN_DOUBT,
    /** The neighbour speaks no version that is known here. */
    NO_COMMON_VERSION
}
