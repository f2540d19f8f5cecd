package io.slipway.sync;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The receiving side of all links: checks that a block follows from the one before, gives it to the store, and
 * acknowledges once the store's transaction is durable (I3).
 */
final class Intake {
    /** What is appended and not committed. */
    private static final class Waiting {
        final long ticket;
        final Stream stream;
        final long number;
        final byte[] hash;
        final long total;
        final boolean held;

        Waiting(long ticket, Stream stream, boolean held) {
            this.ticket = ticket;
            this.stream = stream;
            this.number = stream.head;
            this.hash = stream.headHash;
            this.total = stream.total;
            this.held = held;
        }
    }

    private final Core core;
    private final Dataset dataset;
    private final Sources sources;
    private final Repair repair;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    Intake(Core core, Dataset dataset, Sources sources, Repair repair) {
        this.core = core;
        this.dataset = dataset;
        this.sources = sources;
        this.repair = repair;
    }

    void block(Peer peer, Block block) {
        Stream stream = core.streams.get(block.key);
        if (stream == null || repair.took(peer, block)) {
            return;
        }
        heard(peer, stream);
        if (block.number <= stream.head) {
            known(peer, stream, block);
            return;
        }
        if (stream.own) {
            core.happened(SyncEvent.LIFE_IN_DOUBT, block);
            return;
        }
        if (block.number > stream.head + 1 || stream.startAt > block.number) {
            core.happened(SyncEvent.OUT_OF_ORDER, block);
            askAgain(peer, stream);
            return;
        }
        // Behind a gap whose last hash nobody knows, the block's own word is all there is.
        if (stream.headHash != null && !Arrays.equals(Chain.hash(stream.headHash, block), block.hash)) {
            core.happened(SyncEvent.BROKEN_CHAIN, block);
            avoid(peer, stream);
            core.doubt(stream, stream.contig);
            peer.toCompare = stream;
            refuse(peer, stream.key, block.number, Frames.CRC);
            return;
        }
        long ticket = isFull() ? BlockStore.REFUSED : core.store.append(block);
        if (ticket == BlockStore.REFUSED) {
            core.happened(SyncEvent.STORE_REFUSED, block);
            refuse(peer, stream.key, block.number, Frames.BUSY);
            return;
        }
        if (block.key.kind == StreamKey.VALUES) {
            dataset.apply(block, core.wallMs);
        }
        stream.head = block.number;
        stream.headHash = block.hash;
        stream.total += block.count;
        waiting.add(new Waiting(ticket, stream, true));
    }

    /** There already, committed or not: the same bytes, or a fork. */
    private void known(Peer peer, Stream stream, Block block) {
        core.happened(SyncEvent.DUPLICATE, block);
        byte[] hash = block.number <= stream.contig ? core.store.hash(block.key, block.number) : null;
        if (hash != null && !Arrays.equals(hash, block.hash)) {
            core.happened(SyncEvent.DIFFERENT, block);
            avoid(peer, stream);
            repair.differs(peer, stream, block.number, false);
            return;
        }
        acknowledge(peer, stream);
    }

    void gap(Peer peer, BlockGap gap) {
        Stream stream = core.streams.get(gap.key);
        if (stream == null || stream.own) {
            return;
        }
        heard(peer, stream);
        if (gap.to <= stream.head) {
            acknowledge(peer, stream);
            return;
        }
        if (gap.from > stream.head + 1 || gap.total < stream.total) {
            core.happened(SyncEvent.OUT_OF_ORDER, gap);
            askAgain(peer, stream);
            return;
        }
        boolean joined = gap.reason == BlockGap.BEFORE_JOIN && stream.startAt > gap.to;
        Peer.Has theirs = peer.has(gap.key);
        if (!joined && theirs != null) {
            theirs.low = Math.max(theirs.low, gap.to + 1);
            if (!sources.isGone(stream, gap.reason)) {
                theirs.isGapRefused = true;
                sources.stop(stream);
                return;
            }
        }
        BlockGap mine = new BlockGap(gap.key, stream.head + 1, gap.to, gap.reason, gap.total, gap.hash);
        long ticket = isFull() ? BlockStore.REFUSED : core.store.append(mine);
        if (ticket == BlockStore.REFUSED) {
            core.happened(SyncEvent.STORE_REFUSED, gap);
            refuse(peer, stream.key, stream.head + 1, Frames.BUSY);
            return;
        }
        core.happened(SyncEvent.GAP_TAKEN, mine);
        stream.head = gap.to;
        stream.headHash = gap.hash;
        stream.total = gap.total;
        stream.goneSince = -1;
        waiting.add(new Waiting(ticket, stream, false));
    }

    /** Whether the next block would be refused before a commit. */
    boolean isFull() {
        return waiting.size() >= Rules.MAX_UNCOMMITTED;
    }

    /** Everything up to this ticket is durable. */
    void committed(long ticket) {
        while (!waiting.isEmpty() && waiting.peek().ticket <= ticket) {
            Waiting one = waiting.poll();
            Stream stream = one.stream;
            if (!one.held && (stream.low > stream.contig || stream.contig == 0)) {
                stream.low = one.number + 1;
            }
            stream.contig = one.number;
            stream.hash = one.hash;
            stream.committedTotal = one.total;
            core.untold.add(stream);
            if (stream.source != null) {
                acknowledge(stream.source, stream);
            }
        }
    }

    /** Nothing that was appended and not committed ever was. */
    void rolledBack() {
        while (!waiting.isEmpty()) {
            waiting.poll().stream.rewind();
        }
    }

    private void heard(Peer peer, Stream stream) {
        if (peer == stream.source) {
            long since = core.now - stream.heardAt;
            stream.smoothedMs += (Math.min(since, Rules.STALL_MS) - stream.smoothedMs) / 8;
            stream.heardAt = core.now;
        }
    }

    private void acknowledge(Peer peer, Stream stream) {
        FrameOut out = new FrameOut(FrameType.ACK, 0, peer.mine, peer.theirs, 96);
        out.varint(1);
        Statements.writeAck(out, stream);
        core.carrier.send(peer.link, out.toBytes());
    }

    /** Once for each block that is missing, and again only after a while: what follows it is on its way already. */
    private void askAgain(Peer peer, Stream stream) {
        if (stream.nackedFor != stream.head + 1 || core.now - stream.nackedAt > Rules.STALL_MS / 4) {
            stream.nackedFor = stream.head + 1;
            stream.nackedAt = core.now;
            refuse(peer, stream.key, stream.head + 1, Frames.GAP);
        }
    }

    private void refuse(Peer peer, StreamKey key, long number, int reason) {
        FrameOut out = new FrameOut(FrameType.NACK, 0, peer.mine, peer.theirs, 96);
        out.key(key).varint(number).u8(reason).varint(reason == Frames.BUSY ? Rules.STALL_MS / 4 : 0);
        core.carrier.send(peer.link, out.toBytes());
    }

    private void avoid(Peer peer, Stream stream) {
        stream.avoided = peer;
        stream.avoidedUntil = core.now + 4 * Rules.STALL_MS;
    }
}
