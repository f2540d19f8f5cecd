package io.slipway.sync;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who may be believed: brings up a session on each link and takes statements. A statement is believed only if it is
 * addressed to the number that this end drew for this session, so nothing that was under way from an earlier life of
 * the neighbour, or from before this end began anew, can be taken for the present.
 */
final class Session {
    private static final long RETRY_MS = 5_000;

    private final Core core;
    private final Statements statements;
    private final Sources sources;
    private final Lives lives;
    private final Marks marks;

    Session(Core core, Statements statements, Sources sources, Lives lives, Marks marks) {
        this.core = core;
        this.statements = statements;
        this.sources = sources;
        this.lives = lives;
        this.marks = marks;
    }

    void up(int link) {
        Outlet outlet = new Outlet(core, link);
        Peer peer = new Peer(link, number(), outlet);
        outlet.of(peer);
        peer.heardAt = core.now;
        core.peers.put(link, peer);
        statements.hello(peer, peer.mine, 0, false);
    }

    void down(int link) {
        Peer peer = core.peers.remove(link);
        if (peer != null) {
            sources.forget(peer);
        }
    }

    /** Whether a frame other than HELLO belongs to the session. */
    boolean isOf(Peer peer, int from, int to) {
        return peer.trusted && from == peer.theirs && to == peer.mine;
    }

    void hello(Peer peer, FrameIn in, int flags, int from, int to) throws BadFrame {
        Hello hello = Hello.read(in);
        if (hello.min > FrameType.VERSION || hello.max < FrameType.VERSION) {
            core.happened(SyncEvent.NO_COMMON_VERSION, hello.origin);
            return;
        }
        boolean renewal = peer.renewed != 0 && to == peer.renewed;
        if (to != peer.mine && !renewal) {
            introduce(peer, from);
            return;
        }
        if (!renewal && from != peer.theirs && peer.wasReplaced(from)) {
            challenge(peer, from);
            return;
        }
        if (from != peer.theirs || renewal) {
            sources.forget(peer);
            peer.begin(from);
            peer.mine = renewal ? peer.renewed : peer.mine;
        }
        peer.renewed = 0;
        peer.heardAt = core.now;
        peer.origin = hello.origin;
        peer.epoch = hello.epoch;
        peer.interest = hello.interest;
        peer.outlet.credit(hello.creditBytes);
        List<Hello> statement = peer.take(hello, (flags & Hello.LAST) != 0);
        if (statement == null) {
            return;
        }
        boolean first = !peer.trusted;
        peer.trusted = true;
        peer.knowsUs = (flags & Hello.KNOWN) != 0;
        Set<StreamKey> listed = new HashSet<>();
        for (Hello part : statement) {
            take(peer, part, listed);
        }
        // Of streams of earlier lives, what is not listed any more was let go.
        for (Map.Entry<StreamKey, Peer.Has> one : peer.has.entrySet()) {
            one.getValue().isDone |= one.getValue().closed && !listed.contains(one.getKey());
        }
        lives.stated(peer);
        if (!peer.knowsUs && (first || core.now - peer.helloAt > RETRY_MS / 5)) {
            statements.hello(peer, peer.mine, peer.theirs, true);
        }
        review(listed);
        askForOffer(peer);
    }

    /** Only what the statement names; lives that are over take turns, and those are among all. */
    private void review(Set<StreamKey> listed) {
        boolean isMoreOfThePast = false;
        for (StreamKey key : listed) {
            Stream stream = core.streams.get(key);
            if (stream != null) {
                isMoreOfThePast |= stream.closed && stream.claimed > stream.head;
                sources.review(stream);
            }
        }
        if (isMoreOfThePast) {
            sources.review();
        }
    }

    /** Somebody begins anew, or a frame is late: it hears our number, and what it says to that is believed. */
    private void introduce(Peer peer, int from) {
        if (from == peer.theirs && peer.trusted) {
            core.happened(SyncEvent.STALE_FRAME, "a statement on link " + peer.link);
        } else {
            statements.hello(peer, peer.mine, from, false);
        }
    }

    /**
     * A session that was replaced speaks with our present number. Mostly the frame is late; but it may be that what
     * replaced it was, so it is given a new number, and who answers to that lives. By chance only, so that two that
     * doubt each other do not go on doing so in step.
     */
    private void challenge(Peer peer, int from) {
        core.happened(SyncEvent.STALE_FRAME, "a statement of an earlier session on link " + peer.link);
        if (core.random.nextBoolean()) {
            if (peer.renewed == 0) {
                peer.renewed = number();
            }
            statements.hello(peer, peer.renewed, from, false);
        }
    }

    private void take(Peer peer, Hello part, Set<StreamKey> listed) {
        peer.sinks = part.sinks;
        for (Hello.Line line : part.lines) {
            if (peer.has(line.key) == null && peer.has.size() >= Rules.MAX_STREAMS) {
                core.happened(SyncEvent.TOO_MANY_STREAMS, peer.origin);
                return;
            }
            // One copy of the name for all neighbours: it is most of what a line would take.
            Stream mine = line.done ? core.streams.get(line.key) : core.streamOf(line.key);
            StreamKey key = mine == null ? line.key : mine.key;
            listed.add(key);
            Peer.Has has = peer.raise(key, line.contig, line.hash);
            if (mine != null) {
                mine.claimed = Math.max(mine.claimed, line.contig);
            }
            has.low = Math.max(has.low, line.low);
            has.level2 = Math.max(has.level2, line.level2);
            has.closed = line.closed;
            has.isDone = line.done;
            has.marks = line.sinks;
            peer.outlet.arrived(key, line.contig);
            marks.note(key);
        }
    }

    private void askForOffer(Peer peer) {
        if (peer.isOfferDue) {
            peer.isOfferDue = false;
            FrameOut out = new FrameOut(FrameType.OFFER_ASK, 0, peer.mine, peer.theirs, 8);
            core.carrier.send(peer.link, out.u64(core.rules.joinMs).toBytes());
        }
    }

    /** Repeats statements and gives up who is silent. */
    void tick() {
        for (Peer peer : core.peers.values()) {
            if (peer.trusted && core.now - peer.heardAt > Rules.SILENCE_MS) {
                sources.forget(peer);
                peer.begin(0);
                peer.mine = number();
            }
            long every = peer.trusted && peer.knowsUs ? Rules.HELLO_MS : RETRY_MS;
            if (core.now - peer.helloAt >= every) {
                statements.hello(peer, peer.mine, peer.theirs, peer.trusted);
                askForOffer(peer);
            }
        }
    }

    private int number() {
        int number = core.random.nextInt();
        return number == 0 ? 1 : number;
    }
}
