package io.slipway.sync;

import java.util.ArrayList;
import java.util.List;

/**
 * Which streams are compared with whom, and what comes of it: mostly the latest blocks of streams that grow, at times
 * the whole of one, and at once what a statement or a repair shows to differ.
 */
final class Comparisons {
    static final long EVERY_MS = 30_000;
    /** So many blocks at the end of a stream that grows. */
    static final int LATEST = Frames.MAX_DIGEST;
    /** One comparison of so many is of a whole stream. */
    private static final int WHOLE = 4;

    private final Core core;
    private final Repair repair;
    private long dueAt = -1;
    private int turn;

    Comparisons(Core core, Repair repair) {
        this.core = core;
        this.repair = repair;
    }

    /** Once a second. */
    void tick() {
        for (Peer peer : core.peers.values()) {
            if (peer.toCompare != null && peer.comparison == null) {
                compare(peer, peer.toCompare, false);
                peer.toCompare = null;
            }
        }
        if (dueAt < 0) {
            dueAt = core.now + EVERY_MS;
        } else if (core.now >= dueAt) {
            dueAt = core.now + EVERY_MS;
            next();
        }
    }

    private void next() {
        List<Peer> peers = new ArrayList<>();
        for (Peer peer : core.peers.values()) {
            if (peer.trusted) {
                peers.add(peer);
            }
        }
        if (peers.isEmpty()) {
            return;
        }
        int round = turn / peers.size();
        Peer peer = peers.get(turn++ % peers.size());
        boolean isWhole = round % WHOLE == WHOLE - 1;
        List<Stream> streams = new ArrayList<>();
        for (Stream stream : core.streams.values()) {
            Peer.Has has = peer.has(stream.key);
            if (has != null && has.contig > 0 && stream.contig > 0) {
                if (has.contig == stream.contig && stream.hash != null && has.hash != 0
                    && has.hash != Chain.brief(stream.hash)) {
                    // It said so itself.
                    compare(peer, stream, false);
                    return;
                }
                if (isWhole || !stream.closed) {
                    streams.add(stream);
                }
            }
        }
        if (!streams.isEmpty()) {
            int place = isWhole ? round / WHOLE : round - round / WHOLE;
            compare(peer, streams.get(place % streams.size()), !isWhole);
        }
    }

    /** Begins one with a neighbour; one that is under way is forgotten. */
    void compare(Peer peer, Stream stream, boolean isLatest) {
        if (peer != null && peer.trusted && stream != null && peer.has(stream.key) != null) {
            long end = Math.min(stream.contig, peer.has(stream.key).contig);
            peer.comparison = new FirstDifference(stream.key, end, isLatest ? LATEST : 0);
            ask(peer);
        }
    }

    private void ask(Peer peer) {
        FirstDifference open = peer.comparison;
        FrameOut out = new FrameOut(FrameType.DIGEST_ASK, 0, peer.mine, peer.theirs, 112);
        out.key(open.key).varint(open.from).varint(open.step).varint(open.count);
        core.carrier.send(peer.link, out.toBytes());
    }

    void digestAsk(Peer peer, FrameIn in) throws BadFrame {
        StreamKey key = in.key();
        long from = in.varint();
        long step = in.varint(1, Long.MAX_VALUE >> 16);
        long count = in.varint(0, Frames.MAX_DIGEST);
        in.skipExtensions();
        long[] hashes = hashes(key, from, step, count);
        FrameOut out = new FrameOut(FrameType.DIGEST, 0, peer.mine, peer.theirs, 96 + 8 * (int) count);
        out.key(key).varint(from).varint(step).varint(count);
        for (long hash : hashes) {
            out.u64(hash);
        }
        core.carrier.send(peer.link, out.toBytes());
    }

    void digest(Peer peer, FrameIn in) throws BadFrame {
        StreamKey key = in.key();
        long from = in.varint();
        long step = in.varint(1, Long.MAX_VALUE >> 16);
        long count = in.varint(0, Frames.MAX_DIGEST);
        long[] theirs = new long[(int) count];
        for (int i = 0; i < count; i++) {
            theirs[i] = in.u64();
        }
        in.skipExtensions();
        FirstDifference open = peer.comparison;
        if (open == null || !open.key.equals(key) || open.from != from || open.step != step || open.count != count) {
            return;
        }
        if (open.answered(theirs, hashes(key, from, step, count)) && !open.isFound()) {
            ask(peer);
            return;
        }
        peer.comparison = null;
        core.happened(open.isSame() ? SyncEvent.SAME : SyncEvent.DIFFERENT, key + "#" + open.first());
        Stream stream = core.streams.get(key);
        if (!open.isSame() && stream != null) {
            repair.differs(peer, stream, open.first(), false);
        }
    }

    private long[] hashes(StreamKey key, long from, long step, long count) {
        long[] hashes = new long[(int) count];
        Stream stream = core.streams.get(key);
        for (int i = 0; i < count && stream != null; i++) {
            long number = from + i * step;
            if (number >= 1 && number <= stream.contig) {
                byte[] hash = core.store.hash(key, number);
                hashes[i] = Chain.brief(hash);
                if (hash == null && core.store.gap(key, number) == null) {
                    core.doubt(stream, number);
                }
            }
        }
        return hashes;
    }
}
