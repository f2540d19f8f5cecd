package io.slipway.upstream;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.util.concurrent.ArrayBlockingQueue;

/** Receipts that have come and that the sender has not looked at. What is dropped comes again with the next batch. */
final class ReceiptQueue {
    private static final int BOUND = 64;

    private final ArrayBlockingQueue<Receipt> queue = new ArrayBlockingQueue<>(BOUND);
    private final String gateway;
    private final Health health;

    ReceiptQueue(String gateway, Health health) {
        this.gateway = gateway;
        this.health = health;
    }

    /** Takes a message; one that is no receipt is counted and dropped. Any thread; does not wait. */
    void offer(byte[] message) {
        health.count(Counter.UPSTREAM_RECEIPTS);
        Receipt receipt = Receipt.parse(message, gateway);
        if (receipt == null || !queue.offer(receipt)) {
            health.count(Counter.UPSTREAM_RECEIPTS_BAD);
        }
    }

    /** The oldest; {@code null} where there is none. */
    Receipt poll() {
        return queue.poll();
    }
}
