package io.slipway.sync;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lets go of streams of which nothing is left, so that statements stay short. In two steps, as nobody may take an old
 * statement for a new stream: once every member has said that it holds no block of it, it is called done; once every
 * member has called it done, or knows it no more, it is forgotten. What is unknown and called done is not taken up.
 */
final class Farewells {
    private final Core core;

    Farewells(Core core) {
        this.core = core;
    }

    void review() {
        List<Stream> empty = new ArrayList<>();
        for (Stream stream : core.streams.values()) {
            if (stream.closed && !stream.own && stream.key.kind != StreamKey.VALUES && stream.contig > 0
                && stream.low > stream.contig && stream.head == stream.contig) {
                empty.add(stream);
            }
        }
        if (empty.isEmpty()) {
            return;
        }
        List<Peer> members = membersHere();
        for (Stream stream : empty) {
            if (members == null || !allHaveNothing(stream, members)) {
                stream.isDone = false;
            } else if (!stream.isDone) {
                stream.isDone = true;
            } else if (allSayDone(stream, members)) {
                forget(stream);
            }
        }
    }

    private List<Peer> membersHere() {
        Set<String> missing = new HashSet<>(core.rules.members);
        missing.remove(core.origin);
        List<Peer> here = new ArrayList<>();
        for (Peer peer : core.peers.values()) {
            if (peer.trusted) {
                missing.remove(peer.origin);
                here.add(peer);
            }
        }
        return missing.isEmpty() ? here : null;
    }

    private boolean allHaveNothing(Stream stream, List<Peer> members) {
        for (Peer peer : members) {
            Peer.Has has = peer.has(stream.key);
            if (has != null && !has.isDone && (!has.closed || has.low <= has.contig || has.contig != stream.contig)) {
                return false;
            }
        }
        return true;
    }

    private boolean allSayDone(Stream stream, List<Peer> members) {
        for (Peer peer : members) {
            Peer.Has has = peer.has(stream.key);
            if (has != null && !has.isDone) {
                return false;
            }
        }
        return true;
    }

    private void forget(Stream stream) {
        for (Peer peer : core.peers.values()) {
            peer.outlet.stop(stream.key);
        }
        core.untold.remove(stream);
        core.streams.remove(stream.key);
        core.store.forget(stream.key);
        core.happened(SyncEvent.FORGOTTEN, stream.key);
    }
}
