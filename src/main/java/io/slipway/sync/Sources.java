package io.slipway.sync;

/**
 * Whom each stream is fetched from: one source at a time. The one that writes it, if it is there, else a relay that
 * has the next block; another one only after a silence (a line that is slow is not dead).
 */
final class Sources {
    private final Core core;

    Sources(Core core) {
        this.core = core;
    }

    /** Looks at every stream. Called once a second and after each statement. */
    void review() {
        int catchingUp = 0;
        for (Stream stream : core.streams.values()) {
            if (!stream.own && core.rules.wants(stream.key)) {
                review(stream, catchingUp < Rules.MAX_CATCHING_UP);
                if (stream.closed && stream.source != null) {
                    catchingUp++;
                }
            }
        }
    }

    /** Looks at one of today's streams. */
    void review(Stream stream) {
        if (!stream.own && !stream.closed && core.rules.wants(stream.key)) {
            review(stream, true);
        }
    }

    /** The link is down or began anew: nothing is asked for over it any more. */
    void forget(Peer peer) {
        for (Stream stream : core.streams.values()) {
            if (stream.source == peer) {
                stream.source = null;
            }
            if (stream.avoided == peer) {
                stream.avoided = null;
            }
        }
    }

    /** Whether who writes the stream is giving it: nobody can do better, and nothing else need be looked at. */
    private boolean isAtBest(Stream stream) {
        Peer at = stream.source;
        Peer.Has has = at != null && at.trusted && at.writes(stream.key) ? at.has(stream.key) : null;
        if (has == null || stream.closed || has.low > stream.head + 1 || has.isGapRefused || at == stream.avoided) {
            return false;
        }
        if (stream.claimed <= stream.head) {
            stream.behindSince = -1;
            stream.goneSince = -1;
            return true;
        }
        if (has.contig <= stream.head) {
            return false;
        }
        if (stream.behindSince < 0) {
            stream.behindSince = core.now;
        }
        return silentMs(stream) <= patienceMs(stream) / 2;
    }

    private void review(Stream stream, boolean mayBegin) {
        if (isAtBest(stream)) {
            return;
        }
        boolean behind = isBehind(stream);
        if (!behind) {
            stream.behindSince = -1;
            stream.goneSince = -1;
        } else if (stream.behindSince < 0) {
            stream.behindSince = core.now;
        }
        if (!behind && stream.closed) {
            stop(stream);
            return;
        }
        if (stream.source != null && !isOfUse(stream, stream.source)) {
            stop(stream);
        }
        if (stream.source == null && !mayBegin) {
            return;
        }
        Peer best = best(stream);
        if (best == null) {
            return;
        }
        if (stream.source == null || isBetter(stream, best)) {
            change(stream, best);
        } else if (behind && silentMs(stream) > patienceMs(stream)) {
            core.happened(SyncEvent.SOURCE_SWITCHED, stream.key);
            stream.avoided = stream.source;
            stream.avoidedUntil = core.now + 4 * Rules.STALL_MS;
            change(stream, best(stream));
        } else if (behind && silentMs(stream) > patienceMs(stream) / 2
            && core.now - stream.askedAt > patienceMs(stream) / 2) {
            want(stream);
        }
    }

    private long patienceMs(Stream stream) {
        return Math.max(Rules.STALL_MS, 4 * stream.smoothedMs);
    }

    private long silentMs(Stream stream) {
        return core.now - Math.max(stream.heardAt, stream.behindSince);
    }

    /** Another source is taken in mid-stream only if the one at hand cannot give what comes next, or for the origin. */
    private boolean isBetter(Stream stream, Peer other) {
        Peer at = stream.source;
        if (at == other) {
            return false;
        }
        return rank(stream, other) > rank(stream, at);
    }

    private Peer best(Stream stream) {
        Peer best = null;
        for (Peer peer : core.peers.values()) {
            if (isOfUse(stream, peer) && (best == null || rank(stream, peer) > rank(stream, best)
                    || rank(stream, peer) == rank(stream, best)
                        && peer.has(stream.key).contig > best.has(stream.key).contig)) {
                best = peer;
            }
        }
        return best;
    }

    /** Whether it has more, or may have more one day. */
    private boolean isOfUse(Stream stream, Peer peer) {
        Peer.Has has = peer.trusted ? peer.has(stream.key) : null;
        return has != null && (has.contig > stream.head || !stream.closed) && mayAsk(stream, peer);
    }

    private int rank(Stream stream, Peer peer) {
        Peer.Has has = peer.has(stream.key);
        boolean writes = peer.writes(stream.key);
        int rank = writes ? 1 : 0;
        // Who writes it has the next block before any relay, whatever arrived first.
        if (writes || has.contig > stream.head || !isBehind(stream)) {
            rank += 2 + (has.low <= stream.head + 1 ? 8 : 0);
        }
        if (peer != stream.avoided || core.now > stream.avoidedUntil) {
            rank += 4;
        }
        return rank;
    }

    /** A joining node does not ask before it knows where to begin. */
    private boolean mayAsk(Stream stream, Peer peer) {
        Peer.Has has = peer.has(stream.key);
        if (has.isGapRefused && has.low > stream.head + 1 && !isGone(stream, 0)) {
            return false;
        }
        if (stream.head > 0 || stream.startAt > 0 || !core.joining || stream.key.kind == StreamKey.VALUES
            || core.rules.joinMs == Rules.ALL) {
            return true;
        }
        if (core.rules.joinMs == Rules.FROM_NOW) {
            stream.startAt = peer.has(stream.key).contig + 1;
            return true;
        }
        Long start = peer.starts == null ? null : peer.starts.get(stream.key);
        if (start == null) {
            peer.isOfferDue = true;
            return false;
        }
        stream.startAt = start;
        return true;
    }

    private boolean isBehind(Stream stream) {
        if (stream.claimed <= stream.head) {
            return false;
        }
        for (Peer peer : core.peers.values()) {
            Peer.Has has = peer.trusted ? peer.has(stream.key) : null;
            if (has != null && has.contig > stream.head) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the block behind the head is to be given up. Nobody who is there holds it; and the one that writes the
     * stream is among them, or all required sinks have it, or somebody who holds it has been waited for. A required
     * sink always waits: it is what the others rely on.
     *
     * @param reason that of the gap, see {@link BlockGap}
     */
    boolean isGone(Stream stream, int reason) {
        boolean origin = false;
        for (Peer peer : core.peers.values()) {
            Peer.Has has = peer.trusted ? peer.has(stream.key) : null;
            if (has != null && has.contig > stream.head && has.low <= stream.head + 1) {
                stream.goneSince = -1;
                return false;
            }
            origin |= peer.trusted && peer.origin.equals(stream.key.origin);
        }
        if (stream.goneSince < 0) {
            stream.goneSince = core.now;
        }
        boolean spared = reason == BlockGap.RETENTION && !core.rules.requiredSinks.contains(core.origin);
        return origin || spared || core.now - stream.goneSince >= Rules.GAP_PATIENCE_MS;
    }

    private void change(Stream stream, Peer to) {
        if (stream.source != null && stream.source != to) {
            stop(stream);
        }
        stream.source = to;
        stream.heardAt = core.now;
        want(stream);
    }

    private void want(Stream stream) {
        Peer peer = stream.source;
        FrameOut out = new FrameOut(FrameType.WANT, 0, peer.mine, peer.theirs, 96);
        out.key(stream.key).varint(stream.head).varint(Math.max(stream.head + 1, stream.startAt))
            .varint(Rules.CREDIT_BYTES);
        core.carrier.send(peer.link, out.toBytes());
        stream.askedAt = core.now;
    }

    /** Asks nobody for it until the next review. */
    void stop(Stream stream) {
        Peer peer = stream.source;
        if (peer != null) {
            FrameOut out = new FrameOut(FrameType.WANT, 0, peer.mine, peer.theirs, 96);
            out.key(stream.key).varint(stream.head).varint(0).varint(0);
            core.carrier.send(peer.link, out.toBytes());
            stream.source = null;
        }
    }
}
