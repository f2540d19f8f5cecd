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

    Answers(Core core, Marks marks, Sources sources) {
        this.core = core;
        this.marks = marks;
        this.sources = sources;
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
        if (reason == Frames.GAP || reason == Frames.CRC) {
            peer.outlet.rewind(key, number);
        } else {
            if (reason == Frames.FORK) {
                core.happened(SyncEvent.FORK, key + "#" + number);
            }
            // Busy, or a fork: they ask again when they can take it.
            peer.outlet.stop(key);
            Stream stream = core.streams.get(key);
            if (stream != null && stream.source == peer) {
                stream.avoided = peer;
                stream.avoidedUntil = core.now + Rules.STALL_MS;
            }
        }
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
    }

    void compare(Peer peer, Stream stream) {
        if (peer != null && peer.trusted && stream != null && peer.has(stream.key) != null) {
            peer.comparison = new FirstDifference(stream.key, Math.min(stream.contig, peer.has(stream.key).contig));
            ask(peer);
        }
    }

    private void ask(Peer peer) {
        FirstDifference open = peer.comparison;
        FrameOut out = new FrameOut(FrameType.DIGEST_ASK, 0, peer.mine, peer.theirs, 112);
        out.key(open.key).varint(open.from).varint(open.step).varint(open.count);
        core.carrier.send(peer.link, out.toBytes());
    }

    private long[] hashes(StreamKey key, long from, long step, long count) {
        long[] hashes = new long[(int) count];
        Stream stream = core.streams.get(key);
        for (int i = 0; i < count && stream != null; i++) {
            long number = from + i * step;
            hashes[i] = number < 1 || number > stream.contig ? 0 : Chain.brief(core.store.hash(key, number));
        }
        return hashes;
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
