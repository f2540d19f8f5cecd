package io.slipway.upstream;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.store.Batch;
import io.slipway.store.Outbox;
import io.slipway.store.StoreException;
import java.util.ArrayDeque;

/**
 * Batches from one part of the outbox that have been handed to the broker, oldest first. Acknowledgements come in any
 * order; the outbox is told of those that have nothing open before them. Sender thread only.
 */
final class Lane {
    /** Losses of the connection without an arrival between them that make the batches in flight suspicious. */
    private static final int SUSPICIOUS = 2;
    /** Batches behind an accused one that are tried before it begins with the first again. */
    private static final int MAX_WITNESSES = 64;

    final BatchFeed feed;
    private final Outbox outbox;
    private final Health health;
    private final ArrayDeque<Delivery> deliveries = new ArrayDeque<>();
    /** Made and not sent, because a cap holds it back. */
    private Parcel held;
    private long progressAtNs;
    private int strikes;
    /** Connections in a row that were given up because nothing of it was answered. */
    private int silences;
    private int strikesAlone;
    /** The batch that was alone the last time. */
    private Batch accused;
    /** Batches behind the accused one that the broker went over as well. */
    private int witnessesLost;
    /** Whether another batch got through over this connection. */
    private boolean witnessed;
    private long slowestNs;

    Lane(BatchFeed feed, Outbox outbox, Health health) {
        this.feed = feed;
        this.outbox = outbox;
        this.health = health;
    }

    int size() {
        return deliveries.size();
    }

    Iterable<Delivery> deliveries() {
        return deliveries;
    }

    Parcel held() {
        return held;
    }

    void hold(Parcel parcel) {
        held = parcel;
    }

    void add(Delivery delivery) {
        if (deliveries.isEmpty()) {
            progressAtNs = delivery.sentAtNs;
        }
        deliveries.add(delivery);
    }

    /**
     * Tells the outbox what has arrived, and what was set aside.
     *
     * @return how many batches have arrived
     */
    int settle(long nowNs) throws StoreException {
        int arrived = 0;
        Delivery first = deliveries.peekFirst();
        while (first != null && (first.hasArrived() || first.isAside())) {
            int readings = first.batch.readings.size();
            if (first.isAside()) {
                outbox.setAside(first.batch);
                health.count(Counter.UPSTREAM_READINGS_SET_ASIDE, readings);
            } else {
                outbox.acknowledge(first.batch);
                health.count(Counter.UPSTREAM_BATCHES_ACKED);
                health.count(Counter.UPSTREAM_READINGS_ACKED, readings);
                slowestNs = Math.max(slowestNs, first.answeredAtNs() - first.sentAtNs);
                arrived++;
            }
            deliveries.removeFirst();
            progressAtNs = nowNs;
            if (first.isWitness()) {
                witnessed = true;
            } else {
                absolve();
            }
            first = deliveries.peekFirst();
        }
        return arrived;
    }

    /** The longest wait for an acknowledgement among those settled since the last call, in nanoseconds. */
    long takeSlowestNs() {
        long slowest = slowestNs;
        slowestNs = 0;
        return slowest;
    }

    /** The oldest delivery that failed and is not set aside; {@code null} where none did. */
    Delivery firstFailed() {
        for (Delivery delivery : deliveries) {
            if (delivery.failure() != null && !delivery.isAside()) {
                return delivery;
            }
        }
        return null;
    }

    /** Whether the broker has not answered something. */
    boolean isAwaiting() {
        for (Delivery delivery : deliveries) {
            if (delivery.isAwaited()) {
                return true;
            }
        }
        return false;
    }

    /** For how long the broker has not answered although something is on its way, in nanoseconds; 0 if nothing is. */
    long silenceNs(long nowNs) {
        if (!isAwaiting()) {
            return 0;
        }
        long silence = nowNs - progressAtNs;
        boolean sent = false;
        for (Delivery delivery : deliveries) {
            if (delivery.isAcknowledged()) {
                silence = Math.min(silence, nowNs - delivery.answeredAtNs());
            } else if (!sent) {
                silence = Math.min(silence, nowNs - delivery.sentAtNs);
                sent = true;
            }
        }
        return Math.max(1, silence);
    }

    /** For how long the oldest has waited for a receipt, in nanoseconds; 0 if it waits for something else. */
    long unconfirmedNs(long nowNs) {
        Delivery first = deliveries.peekFirst();
        return first == null || !first.isAcknowledged() || first.hasArrived() ? 0
            : Math.max(1, nowNs - Math.max(progressAtNs, first.answeredAtNs()));
    }

    /**
     * The broker went while something was on its way.
     *
     * @param alone whether that was a single reading and nothing else
     * @return whether there is no doubt any more that it goes over this reading, and not for another reason
     */
    boolean strike(boolean alone) {
        if (deliveries.getFirst().isWitness()) {
            witnessesLost = (witnessesLost + 1) % MAX_WITNESSES;
            return false;
        }
        Batch first = deliveries.getFirst().batch;
        // With live_first, each connection may begin with others: what broke over those says nothing about this one.
        boolean again = accused != null && accused.epoch.equals(first.epoch) && accused.first() == first.first();
        boolean proven = alone && again && isAccused() && witnessed;
        // Before it is suspicious, others may have been on their way that nobody has answered yet.
        strikesAlone = alone && isSuspicious() ? again ? strikesAlone + 1 : 1 : 0;
        accused = first;
        strikes++;
        return proven;
    }

    /** The connection is given up for nothing of it was answered; returns whether that is so again and again. */
    boolean isSilentAgain() {
        silences++;
        return silences >= SUSPICIOUS;
    }

    /** There is nothing in it that could be to blame. */
    void absolve() {
        strikes = 0;
        silences = 0;
        strikesAlone = 0;
        accused = null;
        witnessesLost = 0;
    }

    /** Whether the broker has gone again and again without taking what was on its way. */
    boolean isSuspicious() {
        return strikes >= SUSPICIOUS;
    }

    /** Whether it has gone again and again over one and the same reading, which was alone. */
    boolean isAccused() {
        return strikesAlone >= SUSPICIOUS;
    }

    /** Whether another batch must get through over this connection before the accused reading is tried once more. */
    boolean needsWitness() {
        return isAccused() && !witnessed;
    }

    /** How many batches behind the accused one are no good as witnesses. */
    int witnessesLost() {
        return witnessesLost;
    }

    /** The oldest on its way; {@code null} where there is none. */
    Delivery first() {
        return deliveries.peekFirst();
    }

    /** Forgets everything: what has not arrived is still in the outbox and will be handed out again. */
    void clear() {
        for (Delivery delivery : deliveries) {
            if (!delivery.hasArrived()) {
                health.count(Counter.UPSTREAM_BATCHES_FAILED);
            }
        }
        deliveries.clear();
        held = null;
        witnessed = false;
    }
}
