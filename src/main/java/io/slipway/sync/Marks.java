package io.slipway.sync;

import java.util.ArrayList;
import java.util.List;

/**
 * Up to where required sinks have acknowledged. What a sink itself says in its session counts, also if it is less than
 * before; else what neighbours heard of it directly, the least of it; else what was noted when it was here last.
 */
final class Marks {
    private final Core core;

    Marks(Core core) {
        this.core = core;
    }

    /** The sinks that are here, at most {@link Hello#MAX_SINKS}. */
    List<String> heardDirectly() {
        List<String> here = new ArrayList<>();
        for (String sink : core.rules.requiredSinks) {
            if (here.size() < Hello.MAX_SINKS && isHere(sink)) {
                here.add(sink);
            }
        }
        return here;
    }

    /** What a sink that is here says of a stream; the least where two live under its id; 0 for nothing. */
    long direct(String sink, StreamKey key) {
        long least = Long.MAX_VALUE;
        for (Peer peer : core.peers.values()) {
            if (peer.trusted && peer.origin.equals(sink)) {
                Peer.Has has = peer.has(key);
                long mark = has == null ? 0 : core.rules.requiredLevel > 1 ? has.level2 : has.contig;
                least = Math.min(least, mark);
            }
        }
        return least == Long.MAX_VALUE ? 0 : least;
    }

    /** Up to where every required sink other than this node has acknowledged. */
    long acknowledged(StreamKey key) {
        long least = Long.MAX_VALUE;
        for (String sink : core.rules.requiredSinks) {
            if (!sink.equals(core.origin)) {
                least = Math.min(least, mark(sink, key));
            }
        }
        return least;
    }

    /** Notes in the store's open transaction what changed of a stream. */
    void note(StreamKey key) {
        for (String sink : core.rules.requiredSinks) {
            if (isHere(sink)) {
                long mark = direct(sink, key);
                if (mark != core.store.marked(sink, key)) {
                    core.store.mark(sink, key, mark);
                }
            }
        }
    }

    private long mark(String sink, StreamKey key) {
        if (isHere(sink)) {
            return direct(sink, key);
        }
        long least = Long.MAX_VALUE;
        for (Peer peer : core.peers.values()) {
            int index = peer.trusted ? peer.sinks.indexOf(sink) : -1;
            if (index >= 0) {
                Peer.Has has = peer.has(key);
                least = Math.min(least, has == null || index >= has.marks.length ? 0 : has.marks[index]);
            }
        }
        return least == Long.MAX_VALUE ? core.store.marked(sink, key) : least;
    }

    private boolean isHere(String sink) {
        for (Peer peer : core.peers.values()) {
            if (peer.trusted && peer.origin.equals(sink)) {
                return true;
            }
        }
        return false;
    }
}
