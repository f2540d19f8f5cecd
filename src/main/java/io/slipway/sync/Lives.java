package io.slipway.sync;

import io.slipway.reading.Epoch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Watches for what must not be: two processes under one id, and a gateway that forgot a part of its own past. */
final class Lives {
    private static final int REMEMBERED = 4;
    private static final int MAX_GATEWAYS = 256;
    /** A frame that was late can make a life seem to come back; a process that lives does so again and again. */
    private static final int COMEBACKS = 3;

    /** The lives of one gateway, the newest last. */
    private static final class Past {
        final List<Epoch> epochs = new ArrayList<>();
        int comebacks;
    }

    private final Core core;
    private final Map<String, Past> pasts = new HashMap<>();
    private boolean isRestoreTold;

    Lives(Core core) {
        this.core = core;
    }

    /** A fresh statement of a neighbour is here. */
    void stated(Peer peer) {
        if (peer.origin.equals(core.origin)) {
            core.happened(SyncEvent.CLONE, peer.origin + " lives here and there");
        } else {
            seen(peer.origin, peer.epoch);
            closeEarlier(peer);
        }
        for (Map.Entry<StreamKey, Peer.Has> one : peer.has.entrySet()) {
            if (one.getKey().origin.equals(core.origin)) {
                compare(one.getKey(), one.getValue());
            }
        }
    }

    private void seen(String origin, Epoch epoch) {
        Past past = pasts.get(origin);
        if (past == null) {
            if (pasts.size() >= MAX_GATEWAYS) {
                pasts.clear();
            }
            past = new Past();
            pasts.put(origin, past);
        }
        int last = past.epochs.size() - 1;
        int at = past.epochs.indexOf(epoch);
        if (at >= 0 && at < last) {
            past.comebacks++;
            past.epochs.remove(at);
            if (past.comebacks >= COMEBACKS) {
                past.comebacks = 0;
                core.happened(SyncEvent.CLONE, origin);
            }
        } else if (at < 0 && last + 1 >= REMEMBERED) {
            past.epochs.remove(0);
        }
        if (at < 0 || at < last) {
            past.epochs.add(epoch);
        }
    }

    /** Of a gateway that is in a new life, the streams of the others are over. A hint only: growth still counts. */
    private void closeEarlier(Peer peer) {
        for (Stream stream : core.streams.values()) {
            if (!stream.closed && stream.key.origin.equals(peer.origin) && !stream.key.epoch.equals(peer.epoch)) {
                core.close(stream);
            }
        }
    }

    /** What others hold under this gateway's name. */
    private void compare(StreamKey key, Peer.Has has) {
        Stream mine = core.streams.get(key);
        long contig = mine == null ? 0 : mine.contig;
        if (!core.isOwn(key)) {
            if (has.contig > contig && !isRestoreTold) {
                isRestoreTold = true;
                core.happened(SyncEvent.RESTORED, key);
            }
        } else if (has.contig > contig
            || has.contig == contig && contig > 0 && mine.hash != null && has.hash != Chain.brief(mine.hash)) {
            core.happened(SyncEvent.LIFE_IN_DOUBT, key);
        }
    }
}
