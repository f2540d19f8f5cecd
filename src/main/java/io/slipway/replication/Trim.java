package io.slipway.replication;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.store.ReplicaFile;
import io.slipway.sync.Replica;
import io.slipway.sync.Retention;
import io.slipway.sync.StreamKey;
import io.slipway.sync.StreamState;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the replica within its bytes and days: the oldest blocks go, and each is declared as a gap. The replication's
 * thread only.
 */
final class Trim {
    private static final long DAY_MS = 86_400_000L;
    /** Streams at one time, and blocks of each: others wait for the thread meanwhile. */
    private static final int STREAMS_AT_ONCE = 4;
    private static final int BLOCKS_AT_ONCE = 16;

    private final long keepBytes;
    private final long keepMs;
    private final Health health;
    /** What the open transaction takes out: for each stream the first block that is left. */
    private final Map<StreamKey, Long> taken = new LinkedHashMap<>();

    Trim(long keepBytes, int keepDays, Health health) {
        this.keepBytes = keepBytes;
        this.keepMs = keepDays * DAY_MS;
        this.health = health;
    }

    /** Takes out what is too old or too much, within the file's open transaction; a part of it at a time. */
    void apply(ReplicaFile file, Retention retention, long wallMs, boolean clockOk) {
        for (int i = 0; i < STREAMS_AT_ONCE; i++) {
            boolean pressed = file.usedBytes() > keepBytes;
            StreamState oldest = oldest(file, retention, pressed);
            if (oldest == null) {
                return;
            }
            boolean old = keepMs > 0 && clockOk && file.lastTime(oldest.key, oldest.low) < wallMs - keepMs;
            if (!pressed && !old) {
                return;
            }
            take(file, retention, oldest, pressed);
        }
    }

    /** The stream whose first block is the oldest of those that may go; {@code null} for none. */
    private StreamState oldest(ReplicaFile file, Retention retention, boolean pressed) {
        StreamState found = null;
        long time = 0;
        for (StreamState state : file.blocks().streams()) {
            if (state.low <= state.contig
                && retention.verdict(state.key, state.low, pressed, true) != Retention.KEEP) {
                long last = file.lastTime(state.key, state.low);
                if (found == null || last < time) {
                    found = state;
                    time = last;
                }
            }
        }
        return found;
    }

    private void take(ReplicaFile file, Retention retention, StreamState stream, boolean pressed) {
        long low = stream.low;
        for (int i = 0; i < BLOCKS_AT_ONCE && low > 0 && low <= stream.contig; i++) {
            int reason = retention.verdict(stream.key, low, pressed, true);
            if (reason == Retention.KEEP) {
                break;
            }
            low = file.reclaim(stream.key, low, reason);
            health.count(Counter.SYNC_BLOCKS_RECLAIMED);
        }
        if (low > 0) {
            taken.put(stream.key, low);
        }
    }

    /** What was taken out is gone for good. */
    void committed(Replica replica, long nowMs) {
        for (Map.Entry<StreamKey, Long> one : taken.entrySet()) {
            replica.reclaimed(one.getKey(), one.getValue(), nowMs);
        }
        taken.clear();
    }

    /** Nothing was taken out. */
    void rolledBack() {
        taken.clear();
    }
}
