package io.slipway.upstream;

import io.slipway.config.UpstreamConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.store.Batch;
import io.slipway.store.Outbox;
import io.slipway.store.Position;
import io.slipway.store.StoreException;

/**
 * What is on its way to the broker, and what goes next. In order, one lane goes from the cursor on. With {@code
 * live_first} it begins behind all that waited when the connection came to stand, and a second lane has that; the
 * second one gets no more of the window and of a metered link than leaves room for the first. Sender thread only.
 */
final class Window {
    /** An acknowledgement that took longer says that the line is full: then less of a backlog goes at a time. */
    private static final long SLOW_NS = 1_000_000_000L;

    private final UpstreamConfig config;
    private final Outbox outbox;
    private final Health health;
    private final Runnable wake;
    private final Packer packer;
    private final Allowance allowance;
    private final BatchSize size;
    private final Lane live;
    private final Lane waited;
    private final Lane[] lanes;
    private boolean begun;
    /** Batches of the backlog at a time. */
    private int waitedLimit = 1;

    Window(UpstreamConfig config, Outbox outbox, Health health, Runnable wake) {
        this.config = config;
        this.outbox = outbox;
        this.health = health;
        this.wake = wake;
        this.packer = new Packer(config);
        this.allowance = new Allowance(config, System.nanoTime());
        this.size = new BatchSize(config);
        this.live = new Lane(new BatchFeed(outbox, size, config.batchAgeMs, wake), outbox, health);
        this.waited = new Lane(new BatchFeed(outbox, size, 0, wake), outbox, health);
        this.lanes = new Lane[] {live, waited};
    }

    /** Whom the store is to tell of commits. */
    Runnable commitListener() {
        if (!config.liveFirst) {
            return live.feed;
        }
        return new Runnable() {
            @Override
            public void run() {
                // Where the store held everything back, or was away, what waited has only now something to hand out.
                waited.feed.run();
                live.feed.run();
            }
        };
    }

    Allowance allowance() {
        return allowance;
    }

    /** How large a batch may be by now. */
    BatchSize size() {
        return size;
    }

    /** Makes a parcel of a batch that is none of the window's own. */
    Parcel pack(Batch batch) {
        return packer.pack(batch);
    }

    /** Sends what may go now. */
    void fill(CloudClient client, long now) throws StoreException {
        if (!begun) {
            begin();
        }
        allowance.charge(client.takeOtherBytes(), 0);
        Lane suspect = suspect();
        if (suspect != null) {
            probe(suspect, client, now);
            return;
        }
        int limit = limit(client);
        while (inFlight() < limit && dispatch(live, client, now)) {
            continue;
        }
        while (live.held() == null && inFlight() < limit && waited.size() < share(limit)
            && dispatch(waited, client, now)) {
            continue;
        }
    }

    /** Batches of the backlog at a time where there may be so many in all. */
    private int share(int limit) {
        return limit == 1 ? 1 : Math.min(waitedLimit, limit - Math.max(1, limit / 4));
    }

    /**
     * One at a time, and only over a connection that has shown that it works: what it breaks over is that one. Where
     * that was the same reading some times, another goes before it: a line on which nothing gets through proves
     * nothing.
     */
    private void probe(Lane suspect, CloudClient client, long now) throws StoreException {
        if (client.isReporting() || inFlight() > 0) {
            return;
        }
        boolean goes = suspect.needsWitness() && suspect.held() == null ? callWitness(suspect, client, now)
            : dispatch(suspect, client, now);
        if (!goes && suspect.held() == null && suspect.feed.waitMs(now) == Sender.FOREVER) {
            // It has nothing: what it was accused over goes by the other lane since this connection came to stand.
            suspect.absolve();
            wake.run();
        }
    }

    /** Returns false if there is nothing to accuse. */
    private boolean callWitness(Lane suspect, CloudClient client, long now) throws StoreException {
        Batch accused = suspect.feed.next(now);
        if (accused == null) {
            return false;
        }
        suspect.hold(packer.pack(accused));
        Batch witness = null;
        Batch next = suspect.feed.next(now);
        for (int i = 0; next != null && i <= suspect.witnessesLost(); i++) {
            witness = next;
            next = suspect.feed.next(now);
        }
        if (witness == null) {
            // Nothing is behind it, so it holds up nothing.
            dispatch(suspect, client, now);
            return true;
        }
        Parcel parcel = packer.pack(witness);
        allowance.charge(client.packetBytes(parcel), witness.readings.size());
        send(suspect, parcel, client, now).asWitness();
        return true;
    }

    /** The broker's Receive Maximum counts as well: what the library queued would stand before newer readings. */
    private int limit(CloudClient client) {
        return Math.min(config.window, client.receiveMaximum());
    }

    private void begin() throws StoreException {
        Position mark = config.liveFirst && outbox.backlog() > 0 ? outbox.live() : null;
        live.feed.begin(mark, null);
        waited.feed.begin(null, mark == null ? Position.START : mark);
        begun = true;
    }

    private Lane suspect() {
        return live.isSuspicious() ? live : waited.isSuspicious() ? waited : null;
    }

    private boolean dispatch(Lane lane, CloudClient client, long now) throws StoreException {
        Parcel parcel = lane.held();
        if (parcel == null) {
            parcel = nextParcel(lane, client, now);
            if (parcel == null) {
                return false;
            }
        }
        int bytes = client.packetBytes(parcel);
        if (!allowance.take(bytes, parcel.batch.readings.size(), lane == waited, now)) {
            lane.hold(parcel);
            return false;
        }
        lane.hold(null);
        send(lane, parcel, client, now);
        return true;
    }

    /** What goes next, no larger than a cap lets through at once; {@code null} where nothing is due. */
    private Parcel nextParcel(Lane lane, CloudClient client, long now) throws StoreException {
        Batch batch = lane.feed.next(now);
        Parcel parcel = batch == null ? null : packer.pack(batch);
        while (parcel != null && client.packetBytes(parcel) > allowance.largest() && batch.readings.size() > 1) {
            size.halve(batch.readings.size());
            lane.feed.back();
            batch = lane.feed.next(now);
            parcel = batch == null ? null : packer.pack(batch);
        }
        return parcel;
    }

    private Delivery send(Lane lane, Parcel parcel, CloudClient client, long now) {
        Delivery delivery = new Delivery(parcel.batch, wake, config.receipts, now);
        lane.add(delivery);
        health.count(Counter.UPSTREAM_BATCHES_SENT);
        health.count(Counter.UPSTREAM_BYTES_SENT, client.packetBytes(parcel));
        client.publish(parcel).whenComplete(delivery);
        return delivery;
    }

    /** Milliseconds until something may go that may not go now; {@link Sender#FOREVER} if only events can help. */
    long waitMs(CloudClient client, long now) {
        int limit = limit(client);
        boolean full = suspect() == null ? inFlight() >= limit : client.isReporting() || inFlight() > 0;
        if (full) {
            // An answer wakes us. What a cap holds back was not asked for, so nobody knows when that may go.
            return Sender.FOREVER;
        }
        boolean capped = live.held() != null || waited.held() != null && waited.size() < share(limit);
        return capped ? Math.min(allowance.waitMs(now), live.feed.waitMs(now)) : live.feed.waitMs(now);
    }

    /** The option that holds something back; {@code null} where nothing is held back. */
    String heldBackBy() {
        return live.held() == null && waited.held() == null ? null : allowance.holder();
    }

    private int inFlight() {
        return live.size() + waited.size();
    }

    /**
     * Tells the outbox what has arrived.
     *
     * @return how many batches have
     */
    int settle(long now) throws StoreException {
        Lane suspect = suspect();
        boolean accused = suspect != null && suspect.isAccused();
        int arrived = live.settle(now);
        int ofBacklog = waited.settle(now);
        if (ofBacklog > 0) {
            waitedLimit = waited.takeSlowestNs() > SLOW_NS ? Math.max(1, waitedLimit / 2)
                : Math.min(config.window, waitedLimit + ofBacklog);
        }
        size.passed(arrived + ofBacklog);
        if (accused && !suspect.isAccused()) {
            // What was passed over to find witnesses is still to go.
            clear();
        }
        return arrived + ofBacklog;
    }

    /** What the other end says that it has stored; no more than what is on its way can be meant by that. */
    void confirm(Receipt receipt) {
        for (Lane lane : lanes) {
            for (Delivery delivery : lane.deliveries()) {
                receipt.confirm(delivery);
            }
        }
    }

    Delivery firstFailed() {
        Delivery failed = live.firstFailed();
        return failed == null ? waited.firstFailed() : failed;
    }

    /** Whether the broker has not answered something. */
    boolean isAwaiting() {
        return live.isAwaiting() || waited.isAwaiting();
    }

    /** See {@link Lane#silenceNs}. */
    long silenceNs(long now) {
        return Math.max(live.silenceNs(now), waited.silenceNs(now));
    }

    /** See {@link Lane#unconfirmedNs}. */
    long unconfirmedNs(long now) {
        return Math.max(live.unconfirmedNs(now), waited.unconfirmedNs(now));
    }

    /**
     * The broker would not have this batch as it is.
     *
     * @return whether it will go in parts; if not, because it has none, it is set aside
     */
    boolean divide(Delivery refused) {
        if (refused.batch.readings.size() == 1) {
            refused.setAside();
            return false;
        }
        size.halve(refused.batch.readings.size());
        return true;
    }

    /**
     * The broker has gone while something was on its way. Once is the line's fault; where it happens again and again
     * without anything getting through, what was on its way is made smaller, and at last a single reading is set
     * aside over which alone the broker went.
     *
     * @param sure whether the broker has said that it was too large
     * @return whether a reading was set aside
     */
    boolean blame(boolean sure) {
        boolean alone = inFlight() == 1;
        for (Lane lane : lanes) {
            if (lane.isAwaiting()) {
                int readings = lane.first().batch.readings.size();
                if (lane.strike(alone && readings == 1)) {
                    lane.first().setAside();
                    return true;
                }
                if ((sure || lane.isSuspicious()) && readings > 1) {
                    size.halve(readings);
                }
            }
        }
        return false;
    }

    /**
     * The connection is given up because the broker does not answer. That blames no batch; but where it happens again
     * and again, a batch may take longer on this line than anybody waits, and the next are smaller.
     */
    void unanswered() {
        for (Lane lane : lanes) {
            if (lane.isAwaiting() && lane.isSilentAgain() && lane.first().batch.readings.size() > 1) {
                size.halve(lane.first().batch.readings.size());
            }
        }
    }

    /** Forgets what is on its way: it is all still in the outbox, and goes again from there. */
    void clear() {
        live.clear();
        waited.clear();
        begun = false;
    }

    void close() {
        packer.close();
    }
}
