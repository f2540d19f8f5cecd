package io.slipway.upstream;

import java.util.function.BiConsumer;

/** One publish of its own, beside the batches of the window. The connection's thread reports its end here. */
final class Publication implements BiConsumer<Object, Throwable> {
    private static final long PATIENCE_NS = 30_000_000_000L;

    private final Runnable wake;
    private final long sentAtNs;
    private volatile boolean acknowledged;
    private volatile Throwable failure;

    Publication(Runnable wake, long sentAtNs) {
        this.wake = wake;
        this.sentAtNs = sentAtNs;
    }

    @Override
    public void accept(Object puback, Throwable why) {
        acknowledged = why == null;
        failure = why;
        wake.run();
    }

    /** Whether the broker has it. */
    boolean isAcknowledged() {
        return acknowledged;
    }

    /** Why the broker will never have it; {@code null} where that is not so. */
    Throwable failure() {
        return failure;
    }

    /** Whether the broker has it, will never have it, or has not answered for half a minute. */
    boolean hasEnded(long nowNs) {
        return acknowledged || failure != null || nowNs - sentAtNs > PATIENCE_NS;
    }
}
