package io.slipway.upstream;

import io.slipway.store.Batch;
import java.util.BitSet;
import java.util.function.BiConsumer;

/** One batch on its way. The connection's thread reports its answer here; all else is the sender's. */
final class Delivery implements BiConsumer<Object, Throwable> {
    final Batch batch;
    final long sentAtNs;
    private final Runnable wake;
    /** The readings by index for which no receipt has come; {@code null} where a PUBACK is all that is awaited. */
    private final BitSet unconfirmed;
    private volatile boolean acknowledged;
    private volatile Throwable failure;
    private volatile long answeredAtNs;
    private boolean aside;
    private boolean witness;

    /**
     * @param wake the sender, who looks after each change
     * @param receipts whether it has arrived only when a receipt says so
     */
    Delivery(Batch batch, Runnable wake, boolean receipts, long nowNs) {
        this.batch = batch;
        this.wake = wake;
        this.sentAtNs = nowNs;
        if (receipts) {
            unconfirmed = new BitSet();
            unconfirmed.set(0, batch.readings.size());
        } else {
            unconfirmed = null;
        }
    }

    /** Whether the broker has taken it over. */
    boolean isAcknowledged() {
        return acknowledged;
    }

    /** Whether it counts as arrived. */
    boolean hasArrived() {
        return unconfirmed == null ? acknowledged : unconfirmed.isEmpty();
    }

    /** Whether the broker has neither taken nor refused it. */
    boolean isAwaited() {
        return !acknowledged && failure == null && !hasArrived();
    }

    /** Why the broker did not take it; {@code null} while it is on its way and after it was taken. */
    Throwable failure() {
        return failure;
    }

    /** When the broker took or refused it. */
    long answeredAtNs() {
        return answeredAtNs;
    }

    /** The other end has stored the numbers from {@code first} to {@code last} of its epoch. */
    void confirm(long first, long last) {
        if (last < batch.first() || first > batch.last()) {
            return;
        }
        for (int i = 0; i < batch.readings.size(); i++) {
            long seq = batch.readings.get(i).seq;
            if (seq >= first && seq <= last) {
                unconfirmed.clear(i);
            }
        }
    }

    /** It will never be taken: what comes behind it goes on. */
    void setAside() {
        aside = true;
    }

    boolean isAside() {
        return aside;
    }

    /** It goes before its turn, to see whether anything gets through. */
    Delivery asWitness() {
        witness = true;
        return this;
    }

    boolean isWitness() {
        return witness;
    }

    /** Called by the connection's thread when the PUBACK is there, or when there will be none. */
    @Override
    public void accept(Object puback, Throwable why) {
        answeredAtNs = System.nanoTime();
        if (why == null) {
            acknowledged = true;
        } else {
            failure = why;
        }
        wake.run();
    }
}
