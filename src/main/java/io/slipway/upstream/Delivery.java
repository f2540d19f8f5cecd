package io.slipway.upstream;

import io.slipway.store.Batch;
import java.util.function.BiConsumer;

/** One batch on its way. The connection's thread reports its end here; the sender looks at it. */
final class Delivery implements BiConsumer<Object, Throwable> {
    final Batch batch;
    private final Runnable wake;
    private volatile boolean acknowledged;
    private volatile Throwable failure;

    /** @param wake the sender, who looks after each change */
    Delivery(Batch batch, Runnable wake) {
        this.batch = batch;
        this.wake = wake;
    }

    /** Whether the broker has taken it over. */
    boolean isAcknowledged() {
        return acknowledged;
    }

    /** Why the broker did not take it; {@code null} while it is on its way and after it was acknowledged. */
    Throwable failure() {
        return failure;
    }

    /** Called by the connection's thread when the PUBACK is there, or when there will be none. */
    @Override
    public void accept(Object puback, Throwable why) {
        if (why == null) {
            acknowledged = true;
        } else {
            failure = why;
        }
        wake.run();
    }
}
