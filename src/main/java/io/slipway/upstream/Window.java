package io.slipway.upstream;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.store.Batch;
import io.slipway.store.Outbox;
import io.slipway.store.StoreException;
import java.util.ArrayDeque;

/**
 * The batches that have been handed to the broker and lie behind the cursor, oldest first. Acknowledgements come in
 * any order; the cursor moves only over those that have nothing open before them. Sender thread only.
 */
final class Window {
    private final int size;
    private final Outbox outbox;
    private final Health health;
    private final ArrayDeque<Delivery> deliveries = new ArrayDeque<>();
    private int readings;

    Window(int size, Outbox outbox, Health health) {
        this.size = size;
        this.outbox = outbox;
        this.health = health;
    }

    boolean hasRoom() {
        return deliveries.size() < size;
    }

    boolean isEmpty() {
        return deliveries.isEmpty();
    }

    /** The newest batch handed out; {@code null} where the next one begins at the cursor. */
    Batch last() {
        return deliveries.isEmpty() ? null : deliveries.getLast().batch;
    }

    /** How many readings are in it. */
    int readings() {
        return readings;
    }

    void add(Delivery delivery) {
        deliveries.add(delivery);
        readings += delivery.batch.readings.size();
    }

    /**
     * Moves the cursor as far as it may go.
     *
     * @return how many batches it moved over
     */
    int settle() throws StoreException {
        int moved = 0;
        while (!deliveries.isEmpty() && deliveries.getFirst().isAcknowledged()) {
            Batch batch = deliveries.removeFirst().batch;
            readings -= batch.readings.size();
            outbox.acknowledge(batch);
            health.count(Counter.UPSTREAM_BATCHES_ACKED);
            health.count(Counter.UPSTREAM_READINGS_ACKED, batch.readings.size());
            moved++;
        }
        return moved;
    }

    /** The oldest delivery that failed; {@code null} where none did. */
    Delivery firstFailed() {
        for (Delivery delivery : deliveries) {
            if (delivery.failure() != null) {
                return delivery;
            }
        }
        return null;
    }

    /** Whether nothing lies between the cursor and this delivery. */
    boolean isFirst(Delivery delivery) {
        return deliveries.peekFirst() == delivery;
    }

    /** Whether anything has neither been acknowledged nor failed. */
    boolean isAwaiting() {
        for (Delivery delivery : deliveries) {
            if (!delivery.isAcknowledged() && delivery.failure() == null) {
                return true;
            }
        }
        return false;
    }

    /** Forgets everything: it is all still behind the cursor and will be handed out again. */
    void clear() {
        for (Delivery delivery : deliveries) {
            if (!delivery.isAcknowledged()) {
                health.count(Counter.UPSTREAM_BATCHES_FAILED);
            }
        }
        deliveries.clear();
        readings = 0;
    }
}
