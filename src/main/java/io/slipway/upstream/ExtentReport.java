package io.slipway.upstream;

import io.slipway.health.Health;
import io.slipway.health.Release;
import io.slipway.json.JsonWriter;
import io.slipway.store.HeldEpoch;
import io.slipway.store.Outbox;
import io.slipway.store.StoreException;
import java.util.List;

/**
 * Tells the other end, as a retained message, of which lives of this gateway readings are held, so that it can miss
 * what it has never heard of. After each connection, but not twice in ten minutes to a broker that remembers us, and
 * every hour. Sender thread only.
 */
final class ExtentReport {
    private static final long HOUR_NS = 3600_000_000_000L;
    private static final long AGAIN_NS = HOUR_NS / 6;
    private static final long RETRY_NS = HOUR_NS / 60;
    /** Some kilobytes; older lives have long arrived or been deleted. */
    private static final int MOST_EPOCHS = 64;

    private final Outbox outbox;
    private final String origin;
    private final Health health;
    private final Runnable wake;
    private Publication open;
    private boolean said;
    private long saidAtNs;
    private long dueNs = System.nanoTime();

    ExtentReport(Outbox outbox, String origin, Health health, Runnable wake) {
        this.outbox = outbox;
        this.origin = origin;
        this.health = health;
        this.wake = wake;
    }

    /**
     * The connection is a new one.
     *
     * @param remembered whether the broker had kept our session: else it may not hold what was said any more
     */
    void begin(long now, boolean remembered) {
        open = null;
        dueNs = said && remembered ? Math.max(now, saidAtNs + AGAIN_NS) : now;
    }

    /** Does what can be done now; returns for how many milliseconds there will be nothing to do by itself. */
    long step(CloudClient client, long now) {
        if (open != null && open.hasEnded(now)) {
            said |= open.isAcknowledged();
            dueNs = now + (open.isAcknowledged() ? HOUR_NS : RETRY_NS);
            saidAtNs = now;
            open = null;
        }
        if (open != null || dueNs - now > 0) {
            return open != null ? RETRY_NS / 1_000_000 : (dueNs - now) / 1_000_000 + 1;
        }
        List<HeldEpoch> held;
        try {
            held = outbox.held(MOST_EPOCHS);
        } catch (StoreException failed) {
            // The batches go on: they do not need what cannot be read here.
            health.error("what is held is not said now: " + failed.getMessage());
            dueNs = now + RETRY_NS;
            return RETRY_NS / 1_000_000;
        }
        JsonWriter json = new JsonWriter().object().field("origin", origin).field("version", Release.version())
            .array("epochs");
        for (HeldEpoch one : held) {
            json.object().field("epoch", one.epoch.toString()).field("first", one.first).field("last", one.last)
                .endObject();
        }
        open = new Publication(wake, now);
        client.publish(client.access.topics.extent(), json.endArray().endObject().toBytes(), true).whenComplete(open);
        return RETRY_NS / 1_000_000;
    }
}
