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

    void happened(SyncEvent event, Object about) {
        observer.happened(event, String.valueOf(about));
    }

    /** The stream, new and empty if nothing was known of it; {@code null} if there are too many. */
    Stream streamOf(StreamKey key) {
        Stream stream = streams.get(key);
        if (stream == null) {
            if (streams.size() >= Rules.MAX_STREAMS) {
                happened(SyncEvent.TOO_MANY_STREAMS, key);
                return null;
            }
            stream = new Stream(new StreamState(key, 1, 0, Chain.start(), 0, false), isOwn(key));
            streams.put(key, stream);
        }
        return stream;
    }
}
