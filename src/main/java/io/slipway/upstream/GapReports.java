package io.slipway.upstream;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.store.Gap;
import io.slipway.store.Outbox;
import io.slipway.store.StoreException;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;

/**
 * Tells the other end of readings that it will not get, one gap at a time, beside the batches, which it never holds
 * up. A gap counts as told when the broker has acknowledged it; one that grows is told again, whole. Sender thread
 * only.
 */
final class GapReports {
    /** Between two looks at what there is to tell: a gap that grows with every commit is not told with every commit. */
    private static final long PAUSE_NS = 5_000_000_000L;
    private static final long PAUSE_AFTER_FAILURE_NS = 30_000_000_000L;
    private static final int AT_A_TIME = 16;

    /** One message on its way; the connection's thread reports its end here. */
    private static final class Message implements BiConsumer<Object, Throwable> {
        private final Gap gap;
        private final Runnable wake;
        private final long sentAtNs;
        private volatile boolean acknowledged;
        private volatile boolean failed;

        Message(Gap gap, Runnable wake, long sentAtNs) {
            this.gap = gap;
            this.wake = wake;
            this.sentAtNs = sentAtNs;
        }

        @Override
        public void accept(Object puback, Throwable failure) {
            acknowledged = failure == null;
            failed = failure != null;
            wake.run();
        }
    }

    private final Outbox outbox;
    private final Health health;
    private final Runnable wake;
    private final JsonWriter json = new JsonWriter();
    private final ArrayDeque<Gap> open = new ArrayDeque<>();
    private Message message;
    private long nextLookNs = System.nanoTime();

    GapReports(Outbox outbox, Health health, Runnable wake) {
        this.outbox = outbox;
        this.health = health;
        this.wake = wake;
    }

    /** Does what can be done now; returns for how many milliseconds there will be nothing to do by itself. */
    long step(CloudClient client, long now) {
        try {
            return tell(client, now);
        } catch (StoreException failed) {
            // The batches go on: they do not need what cannot be read here.
            health.error("gaps are not told now: " + failed.getMessage());
            open.clear();
            message = null;
            nextLookNs = now + PAUSE_AFTER_FAILURE_NS;
            return PAUSE_AFTER_FAILURE_NS / 1_000_000;
        }
    }

    private long tell(CloudClient client, long now) throws StoreException {
        if (message != null && !finish(now)) {
            return PAUSE_AFTER_FAILURE_NS / 1_000_000;
        }
        if (open.isEmpty()) {
            if (!outbox.hasGaps()) {
                return Sender.FOREVER;
            }
            long wait = nextLookNs - now;
            if (wait > 0) {
                return wait / 1_000_000 + 1;
            }
            open.addAll(outbox.gaps(AT_A_TIME));
            nextLookNs = now + PAUSE_NS;
        }
        if (!open.isEmpty()) {
            message = new Message(open.removeFirst(), wake, now);
            client.publish(client.access.topics.gap(), encode(message.gap), false).whenComplete(message);
            return PAUSE_AFTER_FAILURE_NS / 1_000_000;
        }
        return Sender.FOREVER;
    }

    /** Whether the message has come to its end. */
    private boolean finish(long now) throws StoreException {
        if (message.acknowledged) {
            outbox.told(message.gap);
            health.count(Counter.UPSTREAM_GAPS_TOLD);
        } else if (message.failed || now - message.sentAtNs > PAUSE_AFTER_FAILURE_NS) {
            open.clear();
            nextLookNs = now + PAUSE_AFTER_FAILURE_NS;
        } else {
            return false;
        }
        message = null;
        return true;
    }

    private byte[] encode(Gap gap) {
        json.reset().object().field("origin", gap.origin);
        json.field("epoch", gap.epoch == null ? null : gap.epoch.toString());
        number("first", gap.first, gap.epoch != null);
        number("last", gap.last, gap.epoch != null && gap.hasEnd());
        number("n", gap.count, gap.count > 0);
        return json.field("reason", gap.reason).endObject().toBytes();
    }

    private void number(String name, long number, boolean isKnown) {
        json.name(name);
        if (isKnown) {
            json.value(number);
        } else {
            json.value(null);
        }
    }

    /** The connection is gone: what was on its way is told again over the next. */
    void clear() {
        open.clear();
        message = null;
        nextLookNs = System.nanoTime();
    }
}
