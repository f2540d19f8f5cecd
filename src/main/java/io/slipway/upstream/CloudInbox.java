package io.slipway.upstream;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * What the other end has said and the sender has not looked at: receipts, and requests for what is missing there. What
 * is dropped comes again: a receipt with the next batch, a request when its time comes.
 */
final class CloudInbox {
    private static final int RECEIPTS = 64;
    private static final int REQUESTS = 256;

    private final ArrayBlockingQueue<Receipt> receipts = new ArrayBlockingQueue<>(RECEIPTS);
    private final ArrayBlockingQueue<Missing> requests = new ArrayBlockingQueue<>(REQUESTS);
    private final String gateway;
    private final Health health;

    CloudInbox(String gateway, Health health) {
        this.gateway = gateway;
        this.health = health;
    }

    /** Takes a receipt; a message that is none is counted and dropped. Any thread; does not wait. */
    void receipt(byte[] message) {
        health.count(Counter.UPSTREAM_RECEIPTS);
        Receipt receipt = Receipt.parse(message, gateway);
        if (receipt == null || !receipts.offer(receipt)) {
            health.count(Counter.UPSTREAM_RECEIPTS_BAD);
        }
    }

    /** Takes a request; a message that is none is counted and dropped. Any thread; does not wait. */
    void missing(byte[] message) {
        health.count(Counter.UPSTREAM_ASKED);
        List<Missing> ranges = Missing.parse(message, gateway);
        boolean taken = ranges != null;
        for (int i = 0; taken && i < ranges.size(); i++) {
            // One that waits is worth two: who asks again has not got the answer yet.
            taken = requests.contains(ranges.get(i)) || requests.offer(ranges.get(i));
        }
        if (!taken) {
            health.count(Counter.UPSTREAM_ASKED_BAD);
        }
    }

    /** The oldest receipt; {@code null} where there is none. */
    Receipt pollReceipt() {
        return receipts.poll();
    }

    /** The oldest request; {@code null} where there is none. */
    Missing pollMissing() {
        return requests.poll();
    }
}
