package io.slipway.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Mends this node's own copy, block by block and in place: what it says to have never falls. A block that is not sound
 * is asked for elsewhere and put into its place if it fits between its neighbours. Where two copies differ and both are
 * sound, that of who writes the stream counts, if it is here; else it is a fork, and an alarm.
 */
final class Repair {
    /** So many blocks are asked for at a time. */
    private static final int MOST = 8;
    /** So many blocks of one stream are looked at in one turn. */
    private static final int LOOKS = 16;
    private static final long ANSWER_MS = 15_000;
    private static final long RETRY_MS = 60_000;
    /** A block that others wait for is given up after this, though a member that is not here may have it. */
    private static final long LOST_MS = 600_000;

    private final Core core;
    private final Dataset dataset;
    private final Integrity integrity;
    /** The streams that are left of a round of {@link #scrub}, and the place in the first. */
    private final Deque<Stream> round = new ArrayDeque<>();
    private long place = 1;

    Repair(Core core, Dataset dataset) {
        this.core = core;
        this.dataset = dataset;
        this.integrity = new Integrity(core);
    }

    /** Looks at so many of the own blocks, and next time at those that follow. */
    void scrub(int blocks) {
        if (round.isEmpty()) {
            round.addAll(core.streams.values());
        }
        for (int left = blocks; left > 0 && !round.isEmpty(); left--) {
            Stream stream = round.peek();
            if (place > stream.contig || core.streams.get(stream.key) != stream) {
                round.poll();
                place = 1;
                continue;
            }
            BlockGap gap = core.store.gap(stream.key, place);
            if (gap == null && integrity.unsound(stream, place) != 0) {
                core.doubt(stream, place);
            }
            place = gap == null ? place + 1 : gap.to + 1;
        }
    }

    /** Goes on with everything that is in doubt. Once a second. */
    void tick() {
        int asked = 0;
        for (Wound wound : new ArrayList<>(core.wounds.values())) {
            if (core.streams.get(wound.stream.key) != wound.stream) {
                core.wounds.remove(wound.stream);
            } else {
                look(wound);
                if (wound.isOpen && wound.ticket == 0 && asked++ < MOST) {
                    ask(wound);
                }
            }
        }
    }

    private void look(Wound wound) {
        Stream stream = wound.stream;
        for (int i = 0; i < LOOKS && !wound.isOpen && wound.number <= wound.until; i++) {
            long unsound = wound.number > stream.contig ? 0 : integrity.unsound(stream, wound.number);
            if (unsound != 0) {
                core.happened(SyncEvent.DAMAGED, stream.key + "#" + unsound);
                wound.open(unsound, core.now);
            } else {
                mendEnd(stream, wound.number);
                wound.number++;
            }
        }
        if (!wound.isOpen && wound.number > wound.until) {
            core.wounds.remove(stream);
        }
    }

    /** The last block is sound, but the stream names another hash for its end. */
    private void mendEnd(Stream stream, long number) {
        if (number == stream.contig && number == stream.head && stream.hash != null) {
            Block last = core.store.read(stream.key, number);
            if (last != null && Chain.brief(last.hash) != Chain.brief(stream.hash)
                    && core.store.replace(last) != BlockStore.REFUSED) {
                core.happened(SyncEvent.REPAIRED, last);
                stream.hash = last.hash;
                stream.rewind();
            }
        }
    }

    private void ask(Wound wound) {
        Peer asked = wound.asked;
        if (asked != null && asked.trusted && core.peers.get(asked.link) == asked
            && core.now - wound.askedAt < ANSWER_MS) {
            return;
        }
        if (asked != null) {
            wound.lacking.add(asked.link);
            wound.isUnanswered = true;
        }
        Peer next = next(wound);
        wound.asked = next;
        if (next == null) {
            nobody(wound);
            return;
        }
        wound.askedAt = core.now;
        FrameOut out = new FrameOut(FrameType.FETCH, 0, next.mine, next.theirs, 64);
        core.carrier.send(next.link, out.key(wound.stream.key).varint(wound.number).toBytes());
    }

    /** Who writes the stream, if it has the block; else whoever has it. */
    private Peer next(Wound wound) {
        Peer found = null;
        for (Peer peer : core.peers.values()) {
            Peer.Has has = peer.trusted ? peer.has(wound.stream.key) : null;
            if (has != null && has.contig >= wound.number && has.low <= wound.number
                && !wound.lacking.contains(peer.link) && (wound.authority == null || wound.authority == peer)
                && (found == null || peer.origin.equals(wound.stream.key.origin))) {
                found = peer;
            }
        }
        return found;
    }

    private void nobody(Wound wound) {
        if (wound.authority != null) {
            // It went, or its copy ends here: what does not follow from it is still to be mended.
            wound.authority = null;
            wound.look(wound.number);
            return;
        }
        if (!wound.isTold) {
            wound.isTold = true;
            core.happened(SyncEvent.UNREPAIRED, wound.stream.key + "#" + wound.number);
        }
        if (isLost(wound)) {
            BlockGap gap = integrity.gapFor(wound.stream, wound.number);
            long ticket = core.store.replace(gap);
            if (ticket != BlockStore.REFUSED) {
                wound.ticket = ticket;
                wound.hash = gap.hash;
                wound.isGivenUp = true;
            }
        } else if (core.now - wound.askedAt >= RETRY_MS) {
            wound.askedAt = core.now;
            wound.lacking.clear();
            wound.isUnanswered = false;
        }
    }

    /**
     * Everybody was asked, and for long. Members that are not here are waited for, unless who wrote the stream is here
     * and does not have it either, or others wait for the block.
     */
    private boolean isLost(Wound wound) {
        long since = core.now - wound.openSince;
        if (wound.isUnanswered || since < Rules.GAP_PATIENCE_MS) {
            return false;
        }
        Set<String> missing = new HashSet<>(core.rules.members);
        missing.remove(core.origin);
        boolean isNeeded = false;
        boolean isWriterHere = false;
        for (Peer peer : core.peers.values()) {
            if (peer.trusted) {
                missing.remove(peer.origin);
                isWriterHere |= peer.origin.equals(wound.stream.key.origin);
                Peer.Has has = peer.has(wound.stream.key);
                isNeeded |= has == null || has.contig < wound.number;
            }
        }
        return missing.isEmpty() || isWriterHere || isNeeded && since >= LOST_MS;
    }

    /** A neighbour asks for one block: only what is sound is given. */
    void fetch(Peer peer, FrameIn in) throws BadFrame {
        StreamKey key = in.key();
        long number = in.varint(1, Long.MAX_VALUE);
        in.skipExtensions();
        Stream stream = core.streams.get(key);
        if (stream != null && number <= stream.contig && integrity.unsound(stream, number) != 0) {
            core.doubt(stream, number);
        } else {
            Block block = stream == null || number > stream.contig ? null : core.store.read(key, number);
            if (block != null) {
                FrameOut out = new FrameOut(FrameType.BLOCK, 0, peer.mine, peer.theirs, block.payload.length + 128);
                Frames.write(out, block);
                core.carrier.send(peer.link, out.toBytes());
                return;
            }
        }
        nack(peer, key, number, Frames.LACKING);
    }

    /** A neighbour does not have what it was asked for. */
    void lacks(Peer peer, StreamKey key, long number) {
        Wound wound = wound(peer, key, number);
        if (wound != null) {
            wound.lacking.add(peer.link);
            wound.asked = null;
            ask(wound);
        }
    }

    /** Takes a block if it is one that was asked for here. */
    boolean took(Peer peer, Block block) {
        Wound wound = wound(peer, block.key, block.number);
        if (wound == null) {
            return false;
        }
        Stream stream = wound.stream;
        boolean isOther = integrity.isContradicted(stream, block);
        if (!integrity.follows(block) || isOther && peer != authority(block.key)) {
            // Theirs differs from ours further on or before: where, a comparison tells.
            peer.toCompare = stream;
            wound.isUnanswered = true;
            lacks(peer, block.key, block.number);
            return true;
        }
        long ticket = core.store.replace(block);
        if (ticket == BlockStore.REFUSED) {
            return true;
        }
        if (isOther && block.key.kind == StreamKey.VALUES) {
            dataset.apply(block, core.wallMs);
        }
        wound.ticket = ticket;
        wound.hash = block.hash;
        wound.isGivenUp = false;
        return true;
    }

    private Wound wound(Peer peer, StreamKey key, long number) {
        Stream stream = core.streams.get(key);
        Wound wound = stream == null ? null : core.wounds.get(stream);
        return wound != null && wound.isOpen && wound.ticket == 0 && wound.number == number && wound.asked == peer
            ? wound : null;
    }

    /** What was put into the store up to this ticket is durable. */
    void committed(long ticket) {
        for (Wound wound : new ArrayList<>(core.wounds.values())) {
            if (wound.ticket != 0 && wound.ticket <= ticket) {
                Stream stream = wound.stream;
                core.happened(wound.isGivenUp ? SyncEvent.LOST : SyncEvent.REPAIRED, stream.key + "#" + wound.number);
                if (wound.number == stream.contig) {
                    stream.replacedEnd(wound.hash, core.store.total(stream.key, wound.number));
                    core.untold.add(stream);
                }
                wound.until = Math.min(stream.contig, Math.max(wound.until, wound.number + 1));
                wound.look(wound.number + 1);
            }
        }
    }

    /** Nothing of it went into the store. */
    void rolledBack() {
        for (Wound wound : core.wounds.values()) {
            wound.ticket = 0;
            wound.asked = null;
        }
    }

    /**
     * A neighbour's block is another than this node's, and those before are alike.
     *
     * @param isAnswer whether the neighbour said so: it has found its own copy sound
     */
    void differs(Peer peer, Stream stream, long number, boolean isAnswer) {
        if (number < 1 || number > stream.contig || core.wounds.containsKey(stream)) {
            return;
        }
        if (integrity.unsound(stream, number) != 0) {
            core.doubt(stream, number);
            return;
        }
        Peer authority = authority(stream.key);
        if (authority == peer) {
            core.doubt(stream, stream.contig);
            Wound wound = core.wounds.get(stream);
            wound.open(number, core.now);
            wound.authority = peer;
            ask(wound);
            return;
        }
        if (authority != null) {
            authority.toCompare = stream;
        }
        if (!isAnswer) {
            nack(peer, stream.key, number, Frames.FORK);
        } else if (authority == null) {
            forked(peer, stream.key, number);
            nack(peer, stream.key, number, Frames.FORKED);
        }
    }

    /** Both copies are sound, and nobody is here who could say which one counts. */
    void forked(Peer peer, StreamKey key, long number) {
        core.happened(SyncEvent.FORK, key + "#" + number + ", here and at " + peer.origin);
    }

    /** The one neighbour that wrote the stream; {@code null} where there is none, or two, or it is this node. */
    private Peer authority(StreamKey key) {
        Peer found = null;
        for (Peer peer : core.peers.values()) {
            if (peer.trusted && key.origin.equals(peer.origin)) {
                if (found != null) {
                    return null;
                }
                found = peer;
            }
        }
        return key.origin.equals(core.origin) ? null : found;
    }

    private void nack(Peer peer, StreamKey key, long number, int reason) {
        FrameOut out = new FrameOut(FrameType.NACK, 0, peer.mine, peer.theirs, 96);
        out.key(key).varint(number).u8(reason).varint(0);
        core.carrier.send(peer.link, out.toBytes());
    }
}
