package io.slipway.sync;

import io.slipway.reading.Epoch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The replication of one node: takes frames, clock and what the store did, and gives frames and what the store is to
 * do. No I/O, no thread, no clock of its own; every call is made by one engine thread and returns soon. See
 * docs/sync.md for the rules.
 *
 * <p>{@code nowMs} is monotonic and never falls. The wall clock may say anything; it orders no block.
 */
public final class Replica {
    private final Core core;
    private final Dataset dataset;
    private final Intake intake;
    private final Sources sources;
    private final Statements statements;
    private final Session session;
    private final Answers answers;
    private final Marks marks;
    private final Farewells farewells;
    private final Repair repair;
    private final Comparisons comparisons;

    /**
     * Reads what streams the store has; nothing is sent yet.
     *
     * @param origin this gateway's id
     * @param epoch this life of it: durable, and never used before, also not by a copy of the database (I6)
     * @param random for session numbers: must not repeat those of an earlier life
     */
    public Replica(String origin, Epoch epoch, Rules rules, BlockStore store, EntryTable table, Carrier carrier,
                   Observer observer, Random random) {
        core = new Core(origin, epoch, rules, store, carrier, observer, random);
        dataset = new Dataset(table, new StreamKey(origin, epoch, StreamKey.VALUES), observer);
        marks = new Marks(core);
        sources = new Sources(core);
        repair = new Repair(core, dataset);
        comparisons = new Comparisons(core, repair);
        intake = new Intake(core, dataset, sources, repair);
        statements = new Statements(core, marks);
        session = new Session(core, statements, sources, new Lives(core), marks);
        farewells = new Farewells(core);
        answers = new Answers(core, marks, sources, repair);
    }

    /** The shared values. */
    public Dataset dataset() {
        return dataset;
    }

    /** What may be reclaimed. */
    public Retention retention() {
        return new Retention(marks);
    }

    /** A way to a neighbour is there. What a link by this number was before is forgotten. */
    public void linkUp(int link, long nowMs) {
        core.now = nowMs;
        session.down(link);
        session.up(link);
    }

    /** The way is gone. Where nobody can tell, silence says the same after {@link Rules#SILENCE_MS}. */
    public void linkDown(int link, long nowMs) {
        core.now = nowMs;
        session.down(link);
        sources.review();
    }

    /** A frame came. Whatever it holds, this returns; what is no good is counted and dropped. */
    public void received(int link, byte[] frame, long nowMs) {
        core.now = nowMs;
        Peer peer = core.peers.get(link);
        if (peer == null) {
            return;
        }
        try {
            dispatch(peer, frame);
        } catch (BadFrame bad) {
            core.happened(SyncEvent.BAD_FRAME, bad.getMessage());
        }
        peer.outlet.pump();
    }

    private void dispatch(Peer peer, byte[] frame) throws BadFrame {
        if (frame.length > FrameType.MAX_FRAME) {
            throw new BadFrame("it is too long");
        }
        FrameIn in = new FrameIn(frame);
        if (in.u8() != 'R') {
            throw new BadFrame("it is no frame");
        }
        int version = in.u8();
        int type = in.u8();
        int flags = in.u8();
        int from = in.u32();
        int to = in.u32();
        if (type == FrameType.VERSIONS) {
            core.happened(SyncEvent.NO_COMMON_VERSION, "link " + peer.link);
        } else if (version != FrameType.VERSION) {
            FrameOut out = new FrameOut(FrameType.VERSIONS, 0, peer.mine, from, 2);
            core.carrier.send(peer.link, out.u8(FrameType.VERSION).u8(FrameType.VERSION).toBytes());
            core.happened(SyncEvent.BAD_FRAME, "version " + version);
        } else if (type == FrameType.HELLO) {
            session.hello(peer, in, flags, from, to);
        } else if (!session.isOf(peer, from, to)) {
            core.happened(SyncEvent.STALE_FRAME, "link " + peer.link);
        } else {
            peer.heardAt = core.now;
            body(peer, type, in);
        }
    }

    private void body(Peer peer, int type, FrameIn in) throws BadFrame {
        switch (type) {
            case FrameType.BLOCK:
                intake.block(peer, Frames.block(in));
                break;
            case FrameType.GAPDECL:
                intake.gap(peer, Frames.gap(in));
                break;
            case FrameType.WANT:
                answers.want(peer, in);
                break;
            case FrameType.ACK:
                answers.ack(peer, in);
                break;
            case FrameType.NACK:
                answers.nack(peer, in);
                break;
            case FrameType.DIGEST_ASK:
                comparisons.digestAsk(peer, in);
                break;
            case FrameType.DIGEST:
                comparisons.digest(peer, in);
                break;
            case FrameType.FETCH:
                repair.fetch(peer, in);
                break;
            case FrameType.OFFER_ASK:
                answers.offerAsk(peer, in);
                break;
            case FrameType.OFFER:
                answers.offer(peer, in);
                break;
            default:
                throw new BadFrame("an unknown type, " + type);
        }
    }

    /** Whether it takes no more blocks before the store commits: who commits at once then never sends one back. */
    public boolean isFull() {
        return intake.isFull();
    }

    /** The store's transaction up to this ticket is durable. Now it is acknowledged and passed on. */
    public void committed(long ticket, long nowMs) {
        core.now = nowMs;
        intake.committed(ticket);
        repair.committed(ticket);
        pump();
    }

    /** The store's transaction failed: nothing that was appended since the last commit is there. */
    public void rolledBack(long nowMs) {
        core.now = nowMs;
        intake.rolledBack();
        repair.rolledBack();
    }

    /**
     * The store has sealed and committed a block of this life.
     *
     * @param total how many records blocks 1 to {@code number} of the stream had
     * @param hash the block's
     */
    public void sealed(StreamKey key, long number, long total, byte[] hash, long nowMs) {
        core.now = nowMs;
        Stream stream = core.streamOf(key);
        if (stream != null) {
            boolean isNew = stream.contig == 0;
            stream.sealed(number, hash, total);
            core.untold.add(stream);
            if (isNew) {
                // Before a relay has it to tell, or it would be asked for there first.
                statements.tellNews();
            }
            pump();
        }
    }

    /** The store has reclaimed blocks, committed; the first of the stream that is left is {@code low}. */
    public void reclaimed(StreamKey key, long low, long nowMs) {
        core.now = nowMs;
        Stream stream = core.streams.get(key);
        if (stream != null) {
            stream.low = low;
        }
    }

    /** This node's own database, as a sink, has everything of a stream up to this block: level 2. */
    public void delivered(StreamKey key, long contig) {
        Stream stream = core.streams.get(key);
        if (stream != null && contig > stream.level2) {
            stream.level2 = contig;
            core.untold.add(stream);
        }
    }

    /**
     * What time brings: to be called once a second.
     *
     * @param wallMs the wall clock, ms since 1970
     * @param clockOk whether it is to be trusted
     */
    public void tick(long nowMs, long wallMs, boolean clockOk) {
        core.now = nowMs;
        core.wallMs = wallMs;
        core.clockOk = clockOk;
        session.tick();
        sources.review();
        comparisons.tick();
        repair.tick();
        statements.tellNews();
        farewells.review();
        if (dataset.hasTombstones()) {
            dataset.collect(vectors());
        }
        pump();
    }

    /** Looks for the first block in which a neighbour's stream differs, out of turn; the {@link Observer} is told. */
    public void compare(int link, StreamKey key, long nowMs) {
        core.now = nowMs;
        comparisons.compare(core.peers.get(link), core.streams.get(key), false);
    }

    /**
     * Looks at so many blocks of this node's own copy, and next time at those that follow: what rotted on the disk and
     * was not asked for since is found by nothing else. Reads each block once.
     */
    public void scrub(int blocks, long nowMs) {
        core.now = nowMs;
        repair.scrub(blocks);
    }

    /** A block of the own copy could not be read: it is looked at soon. */
    public void doubt(StreamKey key, long number) {
        Stream stream = core.streams.get(key);
        if (stream != null) {
            core.doubt(stream, number);
        }
    }

    /** In how many streams something is in doubt, or known not to be as it was written. */
    public int wounds() {
        return core.wounds.size();
    }

    /**
     * What this gateway wrote and a neighbour is interested in and does not say to have: blocks, and records in them;
     * {@code null} while nothing it says is believed.
     */
    public long[] lag(int link) {
        Peer peer = core.peers.get(link);
        if (peer == null || !peer.trusted) {
            return null;
        }
        long blocks = 0;
        long records = 0;
        for (Stream stream : core.streams.values()) {
            boolean isDue = stream.key.origin.equals(core.origin) && peer.hearsOf(stream.key);
            Peer.Has has = isDue ? peer.has(stream.key) : null;
            long there = has == null ? 0 : Math.min(has.contig, stream.contig);
            if (isDue && there < stream.contig && (has == null || !has.isDone)) {
                blocks += stream.contig - there;
                records += stream.committedTotal - core.store.total(stream.key, there);
            }
        }
        return new long[] {blocks, records};
    }

    /** What is committed, of each stream. A copy. */
    public List<StreamState> streams() {
        List<StreamState> states = new ArrayList<>();
        for (Stream stream : core.streams.values()) {
            states.add(stream.state());
        }
        return states;
    }

    private void pump() {
        for (Peer peer : core.peers.values()) {
            if (peer.trusted) {
                peer.outlet.pump();
            }
        }
    }

    /**
     * What each node that writes values has of their streams, two that live under one id each for itself; {@code null}
     * while a member is not here.
     */
    private List<Map<StreamKey, Long>> vectors() {
        List<Map<StreamKey, Long>> vectors = new ArrayList<>();
        Set<String> missing = new HashSet<>(core.rules.members);
        missing.remove(core.origin);
        for (Peer peer : core.peers.values()) {
            if (peer.trusted && core.rules.members.contains(peer.origin)) {
                missing.remove(peer.origin);
                Map<StreamKey, Long> vector = new HashMap<>();
                for (Map.Entry<StreamKey, Peer.Has> one : peer.has.entrySet()) {
                    if (one.getKey().kind == StreamKey.VALUES) {
                        vector.put(one.getKey(), one.getValue().contig);
                    }
                }
                vectors.add(vector);
            }
        }
        if (!missing.isEmpty()) {
            return null;
        }
        Map<StreamKey, Long> own = new HashMap<>();
        for (Stream stream : core.streams.values()) {
            if (stream.key.kind == StreamKey.VALUES) {
                own.put(stream.key, stream.contig);
            }
        }
        vectors.add(own);
        return vectors;
    }
}
