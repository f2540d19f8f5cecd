package io.slipway.sync;

import java.util.HashMap;
import java.util.Map;

/**
 * What becomes of the frames of a session other than HELLO, BLOCK and GAPDECL.
 *
 * <pre>
 * ACK    lines (varint) { key | contig (varint) | hash8 | level (u8) }
 * OFFER  lines (varint) { key | start | contig | records up to contig (varints) }, flag 1 for the last
 * </pre>
 */
final class Answers {
    private static final int OFFER_LINES = 120;

    private final Core core;
    private final Marks marks;
    private final Sources sources;
    private final Repair repair;

    Answers(Core core, Marks marks, Sources sources, Repair repair) {
        this.core = core;
        this.marks = marks;
        this.sources = sources;
        this.repair = repair;
    }

    void want(Peer peer, FrameIn in) throws BadFrame {
        StreamKey key = in.key();
        long have = in.varint();
        long from = in.varint();
        long credit = in.varint();
        in.skipExtensions();
        if (from == 0) {
            peer.outlet.stop(key);
            return;
        }
        peer.outlet.credit(credit);
        if (!peer.outlet.want(key, have, from)) {
            FrameOut out = new FrameOut(FrameType.NACK, 0, peer.mine, peer.theirs, 96);
            out.key(key).varint(have + 1).u8(Frames.BUSY).varint(Rules.STALL_MS);
            core.carrier.send(peer.link, out.toBytes());
        }
    }

    void ack(Peer peer, FrameIn in) throws BadFrame {
        long lines = in.varint(0, FrameType.MAX_FRAME);
        for (long i = 0; i < lines; i++) {
            StreamKey key = in.key();
            long contig = in.varint();
            long hash = in.u64();
            int level = in.u8();
            if (peer.has(key) == null && peer.has.size() >= Rules.MAX_STREAMS) {
                core.happened(SyncEvent.TOO_MANY_STREAMS, peer.origin);
                return;
            }
            take(peer, key, contig, hash, level);
        }
        in.skipExtensions();
    }

    private void take(Peer peer, StreamKey key, long contig, long hash, int level) {
        if (level > 1) {
            Peer.Has has = peer.raise(key, 0, 0);
            has.level2 = Math.max(has.level2, contig);
        } else {
            Peer.Has has = peer.raise(key, contig, hash);
            peer.outlet.arrived(key, contig);
            Stream stream = has.isDone ? core.streams.get(key) : core.streamOf(key);
            if (stream != null) {
                stream.claimed = Math.max(stream.claimed, contig);
            }
            if (stream != null && stream.source == null) {
                sources.review(stream);
            }
        }
        marks.note(key);
    }

    void nack(Peer peer, FrameIn in) throws BadFrame {
        StreamKey key = in.key();
        long number = in.varint(1, Long.MAX_VALUE);
        int reason = in.u8();
        in.varint();
        in.skipExtensions();
        Stream stream = core.streams.get(key);
        switch (reason) {
            case Frames.GAP:
                peer.outlet.rewind(key, number);
                break;
            case Frames.LACKING:
                repair.lacks(peer, key, number);
                break;
            case Frames.FORKED:
                repair.forked(peer, key, number);
                break;
            case Frames.FORK:
                if (stream != null) {
                    repair.differs(peer, stream, number, true);
                }
                break;
            default:
                // Busy, or it does not follow from theirs: they ask again when they can take it.
                peer.outlet.stop(key);
                stopped(peer, stream, number, reason);
                break;
        }
    }

    private void stopped(Peer peer, Stream stream, long number, int reason) {
        if (stream != null && reason == Frames.CRC) {
            core.doubt(stream, number);
        } else if (stream != null && stream.source == peer) {
            stream.avoided = peer;
            stream.avoidedUntil = core.now + Rules.STALL_MS;
        }
    }

    void offerAsk(Peer peer, FrameIn in) throws BadFrame {
        long since = in.u64();
        in.skipExtensions();
        int open = core.streams.size();
        FrameOut out = null;
        int lines = 0;
        for (Stream stream : core.streams.values()) {
            if (lines == 0) {
                int now = Math.min(open, OFFER_LINES);
                out = new FrameOut(FrameType.OFFER, now == open ? 1 : 0, peer.mine, peer.theirs, 64 * now);
                out.varint(now);
                lines = now;
            }
            long start = stream.contig == 0 ? 1 : core.store.since(stream.key, since);
            out.key(stream.key).varint(start).varint(stream.contig).varint(stream.committedTotal);
            open--;
            if (--lines == 0) {
                core.carrier.send(peer.link, out.toBytes());
            }
        }
        if (out == null) {
            core.carrier.send(peer.link,
                new FrameOut(FrameType.OFFER, 1, peer.mine, peer.theirs, 1).varint(0).toBytes());
        }
    }

    void offer(Peer peer, FrameIn in) throws BadFrame {
        long lines = in.varint(0, FrameType.MAX_FRAME);
        Map<StreamKey, Long> starts = new HashMap<>();
        for (long i = 0; i < lines; i++) {
            StreamKey key = in.key();
            starts.put(key, in.varint(1, Long.MAX_VALUE));
            in.varint();
            in.varint();
        }
        in.skipExtensions();
        if (core.joining && (peer.starts == null || peer.starts.size() < Rules.MAX_STREAMS)) {
            if (peer.starts != null) {
                starts.putAll(peer.starts);
            }
            peer.starts = starts;
        }
        sources.review();
    }
}
