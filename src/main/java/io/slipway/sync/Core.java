package io.slipway.sync;

import io.slipway.reading.Epoch;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What the parts of one core share: who it is, what it has, whom it knows. The engine's thread only. */
final class Core {
    final String origin;
    final Epoch epoch;
    final Rules rules;
    final BlockStore store;
    final Carrier carrier;
    final Observer observer;
    /** For the numbers of sessions: they must not repeat over lives, nothing hangs on their being secret. */
    final Random random;
    final Map<StreamKey, Stream> streams = new LinkedHashMap<>();
    final Map<Integer, Peer> peers = new LinkedHashMap<>();
    /** Streams whose {@code contig} has not been told to everybody yet. */
    final Set<Stream> untold = new LinkedHashSet<>();
    /** What of the own copy is in doubt: one place a stream, see {@link Repair}. */
    final Map<Stream, Wound> wounds = new LinkedHashMap<>();
    /** Whether the store knew no foreign stream at the start. */
    final boolean joining;
    /** The engine's clock of this call: monotonic ms. */
    long now;
    long wallMs;
    boolean clockOk;

    Core(String origin, Epoch epoch, Rules rules, BlockStore store, Carrier carrier, Observer observer,
         Random random) {
        this.origin = origin;
        this.epoch = epoch;
        this.rules = rules;
        this.store = store;
        this.carrier = carrier;
        this.observer = observer;
        this.random = random;
        boolean foreign = false;
        for (StreamState state : store.streams()) {
            foreign |= !state.key.origin.equals(origin);
            boolean own = isOwn(state.key);
            Stream stream = new Stream(state, own);
            streams.put(state.key, stream);
            if (state.key.origin.equals(origin) && !own && !state.closed) {
                close(stream);
            }
        }
        this.joining = !foreign;
    }

    /** Whether this life writes it. */
    boolean isOwn(StreamKey key) {
        return key.origin.equals(origin) && key.epoch.equals(epoch);
    }

    /** Notes that a life is over. */
    void close(Stream stream) {
        stream.closed = true;
        store.close(stream.key);
    }

    /** A block that this node has may not be as it was written: it is looked at soon. */
    void doubt(Stream stream, long number) {
        if (number < 1 || number > stream.contig) {
            return;
        }
        Wound wound = wounds.get(stream);
        if (wound == null) {
            wounds.put(stream, new Wound(stream, number));
        } else {
            wound.until = Math.max(wound.until, number);
            if (number < wound.number && wound.ticket == 0) {
                wound.authority = null;
                wound.look(number);
            }
        }
    }

    void happened(SyncEvent event, Object about) {
        observer.happened(event, String.valueOf(about));
    }

    /** The stream, new and empty if nothing was known of it; {@code null} if there are too many. */
    Stream streamOf(StreamKey key) {
        Stream stream = streams.get(key);
        if (stream == null) {
            if (streams.size() >= rules.maxStreams) {
                happened(SyncEvent.TOO_MANY_STREAMS, key);
                return null;
            }
            stream = new Stream(new StreamState(key, 1, 0, Chain.start(), 0, false), isOwn(key));
            streams.put(key, stream);
        }
        return stream;
    }
}
