package io.slipway.upstream;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Epoch;
import io.slipway.store.Again;
import io.slipway.store.Batch;
import io.slipway.store.Outbox;
import io.slipway.store.StoreException;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers requests for readings that arrived once and are missing at the other end: sends those that the store still
 * holds, and says which numbers it does not hold. One batch at a time, with a rest after each, as a backlog on a
 * metered link, so that it never holds up what is new. It moves no cursor, so an answer that is lost costs nothing but
 * the next request. Sender thread only.
 */
final class Resend {
    private static final long REST_NS = 100_000_000L;
    private static final long REST_AFTER_FAILURE_NS = 1_000_000_000L;
    private static final int MOST_RANGES = 64;

    private final CloudInbox inbox;
    private final Outbox outbox;
    private final Health health;
    private final Runnable wake;
    private final JsonWriter json = new JsonWriter();
    /** First and last in turn of numbers that are not held. */
    private final List<long[]> absent = new ArrayList<>();
    private Missing asked;
    private long next;
    private Parcel held;
    private Parcel sent;
    private Publication open;
    private long restUntilNs = System.nanoTime();

    Resend(CloudInbox inbox, Outbox outbox, Health health, Runnable wake) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.health = health;
        this.wake = wake;
    }

    /** Does what can be done now; returns for how many milliseconds there will be nothing to do by itself. */
    long step(CloudClient client, Window window, long now) {
        try {
            return answer(client, window, now);
        } catch (StoreException failed) {
            // The batches go on: they do not need what cannot be read here.
            health.error("a request for readings is not answered: " + failed.getMessage());
            clear();
            restUntilNs = now + REST_AFTER_FAILURE_NS;
            return REST_AFTER_FAILURE_NS / 1_000_000;
        }
    }

    private long answer(CloudClient client, Window window, long now) throws StoreException {
        if (open != null) {
            if (!open.hasEnded(now)) {
                return 1000;
            }
            if (!open.isAcknowledged() && !divide(client, window)) {
                clear();
            }
            sent = null;
            open = null;
            restUntilNs = now + REST_NS;
        }
        if (restUntilNs - now > 0) {
            return (restUntilNs - now) / 1_000_000 + 1;
        }
        if (asked == null) {
            asked = inbox.pollMissing();
            if (asked == null) {
                return Sender.FOREVER;
            }
            next = asked.first;
        }
        if (held == null && next <= asked.last) {
            look(window);
        }
        if (held != null) {
            return send(client, window, now);
        }
        finish(client, now);
        return 1;
    }

    /**
     * Has what the broker would not take as it is go in parts; what has no parts is left out, or who asks for it again
     * would never get what is behind it.
     *
     * @return false where that is not why it did not take it
     */
    private boolean divide(CloudClient client, Window window) {
        if (sent == null || open.failure() == null || client.verdict(open.failure()) != Verdict.NOT_WHOLE) {
            return false;
        }
        int readings = sent.batch.readings.size();
        if (readings > 1) {
            window.size().halve(readings);
            next = sent.batch.first();
        }
        return true;
    }

    /** Looks for the next batch; where there is none, the request is at its end. */
    private void look(Window window) throws StoreException {
        Again again = outbox.again(asked.epoch, next, asked.last, window.size().readings(), window.size().bytes());
        Batch batch = again.batch;
        long before = batch == null ? again.upto : batch.first() - 1;
        if (before >= next) {
            absent.add(new long[] {next, before});
        }
        next = batch == null ? Long.MAX_VALUE : again.upto + 1;
        held = batch == null ? null : window.pack(batch);
        if (absent.size() >= MOST_RANGES) {
            // Said before the rest is looked for: the list must not grow with what is asked for.
            next = Long.MAX_VALUE;
        }
    }

    private long send(CloudClient client, Window window, long now) {
        int bytes = client.packetBytes(held);
        int readings = held.batch.readings.size();
        if (!window.allowance().take(bytes, readings, true, now)) {
            return window.allowance().waitMs(now);
        }
        health.count(Counter.UPSTREAM_RESENT, readings);
        health.count(Counter.UPSTREAM_BYTES_SENT, bytes);
        open = new Publication(wake, now);
        client.publish(held).whenComplete(open);
        sent = held;
        held = null;
        return 1000;
    }

    private void finish(CloudClient client, long now) {
        if (!absent.isEmpty()) {
            open = new Publication(wake, now);
            client.publish(client.access.topics.gap(), encode(client.access.gatewayId, asked.epoch), false)
                .whenComplete(open);
        }
        absent.clear();
        asked = null;
    }

    /** As every gap is told, and which numbers exactly beside it. */
    private byte[] encode(String origin, Epoch epoch) {
        json.reset().object().field("origin", origin).field("epoch", epoch.toString())
            .field("first", absent.get(0)[0]).field("last", absent.get(absent.size() - 1)[1])
            .field("n", null).field("reason", "absent").array("ranges");
        for (long[] range : absent) {
            json.object().field("first", range[0]).field("last", range[1]).endObject();
        }
        return json.endArray().endObject().toBytes();
    }

    /** What is on its way is not known any more; who misses it asks again. */
    void clear() {
        asked = null;
        held = null;
        sent = null;
        open = null;
        absent.clear();
    }
}
