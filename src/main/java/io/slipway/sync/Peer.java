package io.slipway.sync;

import io.slipway.reading.Epoch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A neighbour on a link: the session with it and what it said that it has. One session belongs to one life of it, and
 * within one session what it has only grows (I4); with a new session everything begins anew.
 */
final class Peer {
    /** What a neighbour said of a stream. */
    static final class Has {
        long low;
        long contig;
        /** The first 8 bytes of the hash of block {@code contig}. */
        long hash;
        long level2;
        boolean closed;
        /** Whether it saw that nobody has anything of it. */
        boolean isDone;
        /** Whether it declared a gap before {@link #low} that was not taken over. */
        boolean isGapRefused;
        /** Up to where each of {@link Peer#sinks} acknowledged to this neighbour. */
        long[] marks = NO_MARKS;
    }

    private static final long[] NO_MARKS = new long[0];

    final int link;
    final Outlet outlet;
    /** Our number of the session; {@code renewed} is the one given to who may or may not live, or 0. */
    int mine;
    int renewed;
    /** Their number; 0 while it is not known. */
    int theirs;
    /** Whether a whole statement of this session is here. */
    boolean trusted;
    /** Whether they said that they have ours. */
    boolean knowsUs;
    String origin;
    Epoch epoch;
    long helloSerial;
    long helloAt;
    long heardAt;
    Map<StreamKey, Has> has = new LinkedHashMap<>();
    List<String> sinks = new ArrayList<>();
    /** Whose records it wants to hear of; {@code null} for everybody's. */
    Set<String> interest;
    /** The answer to OFFER_ASK: where to begin; {@code null} while there is none. */
    Map<StreamKey, Long> starts;
    /** Whether a joining node needs to be told where a stream is to begin. */
    boolean isOfferDue;
    /** A comparison under way, or {@code null}. */
    FirstDifference comparison;
    /** What is to be compared with it next, or {@code null}. */
    Stream toCompare;
    private final int[] replaced = new int[8];
    private int replacements;
    private long serial;
    /** How many parts of the statement came, and how many streams they named. */
    private long taken;
    private int lines;
    private List<Hello> parts = new ArrayList<>();

    Peer(int link, int mine, Outlet outlet) {
        this.link = link;
        this.mine = mine;
        this.outlet = outlet;
    }

    /** Forgets everything that was said and asked: another life, or a silence that was too long. */
    void begin(int theirs) {
        if (this.theirs != 0 && this.theirs != theirs) {
            replaced[replacements++ % replaced.length] = this.theirs;
        }
        this.theirs = theirs;
        trusted = false;
        knowsUs = false;
        serial = 0;
        taken = 0;
        parts = new ArrayList<>();
        has = new LinkedHashMap<>();
        sinks = new ArrayList<>();
        interest = null;
        starts = null;
        comparison = null;
        toCompare = null;
        outlet.clear();
    }

    /**
     * Takes a part of a statement of this session.
     *
     * @return the whole statement with the last part; {@code null} before that, and for what is old
     */
    List<Hello> take(Hello part, boolean last) {
        if (part.serial > serial && part.part == 0) {
            serial = part.serial;
            parts = new ArrayList<>();
            taken = 0;
            lines = 0;
        }
        if (part.serial != serial || part.part != taken) {
            return null;
        }
        taken++;
        lines += part.lines.size();
        if (lines > Rules.MAX_STREAMS) {
            // More than anybody may have: the statement is never complete, and takes no more memory.
            parts = new ArrayList<>();
            return null;
        }
        parts.add(part);
        List<Hello> whole = last ? parts : null;
        if (last) {
            parts = new ArrayList<>();
        }
        return whole;
    }

    /** Whether this was their number in an earlier session. */
    boolean wasReplaced(int number) {
        for (int one : replaced) {
            if (one == number && number != 0) {
                return true;
            }
        }
        return false;
    }

    Has has(StreamKey key) {
        return has.get(key);
    }

    /** Raises what is known of a stream; within a session nothing falls. */
    Has raise(StreamKey key, long contig, long hash) {
        Has known = has.get(key);
        if (known == null) {
            known = new Has();
            known.low = 1;
            has.put(key, known);
        }
        if (contig >= known.contig) {
            known.contig = contig;
            known.hash = hash;
        }
        return known;
    }

    /** Whether it is to hear of a stream: what it wants, what is its own, and values. */
    boolean hearsOf(StreamKey key) {
        return interest == null || key.kind == StreamKey.VALUES || key.origin.equals(origin)
            || interest.contains(key.origin);
    }

    /** Whether it is the one that writes the stream now. */
    boolean writes(StreamKey key) {
        return key.origin.equals(origin) && key.epoch.equals(epoch);
    }

    Map<String, Long> marksOf(StreamKey key) {
        Map<String, Long> marks = new HashMap<>();
        Has known = has.get(key);
        for (int i = 0; known != null && i < known.marks.length; i++) {
            marks.put(sinks.get(i), known.marks[i]);
        }
        return marks;
    }
}
