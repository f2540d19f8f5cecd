package io.slipway.sync;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a core is told at its start, and the numbers that all cores share. Immutable; any thread. */
public final class Rules {
    /** Bytes of blocks that may be on their way over one link. */
    public static final int CREDIT_BYTES = 16 * 1024;
    /** Blocks that may be on their way over one link. */
    public static final int CREDIT_BLOCKS = 8;
    /** How long a source must be silent, at least, before another is asked, in ms. Less makes slow lines collapse. */
    public static final long STALL_MS = 12_000;
    /** What was sent and not acknowledged for so long is wanted by nobody, or the subscription is begun anew. */
    public static final long UNCLAIMED_MS = 4 * STALL_MS;
    /** How often a statement is repeated, in ms. */
    public static final long HELLO_MS = 20_000;
    /** A neighbour that was not heard for so many ms is taken for gone. */
    public static final long SILENCE_MS = 65_000;
    /** How long a gap that only relays declare waits for somebody who holds the blocks, in ms: longer than a start. */
    public static final long GAP_PATIENCE_MS = 120_000;
    /** So many streams are known at most, unless a node is told another number, and so many of each neighbour. */
    public static final int MAX_STREAMS = 4096;
    /** So many streams of lives that are over are fetched at a time, so that those of today get their share. */
    public static final int MAX_CATCHING_UP = 2;
    /** So many streams may be asked for over one link. */
    public static final int MAX_WANTS = 256;
    /** So many blocks wait for the store's transaction at most. */
    public static final int MAX_UNCOMMITTED = 64;

    /** {@link #joinMs}: everything. */
    public static final long ALL = Long.MIN_VALUE;
    /** {@link #joinMs}: nothing that was written before. */
    public static final long FROM_NOW = Long.MAX_VALUE;

    /** The ids of all nodes that write values; tombstones wait for each of them. */
    public final Set<String> members;
    /** The ids of the nodes that must have acknowledged a block before it may be reclaimed. */
    public final Set<String> requiredSinks;
    /** What counts as acknowledged: 1 stored by the sink, 2 stored in the sink's own database. */
    public final int requiredLevel;
    /** What a node without any foreign stream asks for: all, nothing, or what is newer than this, ms since 1970. */
    public final long joinMs;

    /** The gateways whose records are fetched; {@code null} for all. Values are fetched from everybody. */
    public final Set<String> interest;

    /** So many streams are known here at most; some 330 bytes each where one neighbour names it. */
    public final int maxStreams;

    /** Sets are copied; interested in all. */
    public Rules(Set<String> members, Set<String> requiredSinks, int requiredLevel, long joinMs) {
        this(members, requiredSinks, requiredLevel, joinMs, null);
    }

    /** Sets are copied. */
    public Rules(Set<String> members, Set<String> requiredSinks, int requiredLevel, long joinMs,
                 Set<String> interest) {
        this(members, requiredSinks, requiredLevel, joinMs, interest, MAX_STREAMS);
    }

    /** Sets are copied. */
    public Rules(Set<String> members, Set<String> requiredSinks, int requiredLevel, long joinMs,
                 Set<String> interest, int maxStreams) {
        this.maxStreams = maxStreams;
        this.members = Collections.unmodifiableSet(new LinkedHashSet<>(members));
        this.requiredSinks = Collections.unmodifiableSet(new LinkedHashSet<>(requiredSinks));
        this.requiredLevel = requiredLevel;
        this.joinMs = joinMs;
        this.interest = interest == null ? null : Collections.unmodifiableSet(new LinkedHashSet<>(interest));
    }

    /** Whether a stream is to be fetched here at all. */
    boolean wants(StreamKey key) {
        return interest == null || key.kind == StreamKey.VALUES || interest.contains(key.origin);
    }
}
