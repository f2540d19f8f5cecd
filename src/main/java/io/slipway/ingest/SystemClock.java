package io.slipway.ingest;

/**
 * The machine's clocks. Boxes without a battery-backed clock boot in 1970 or at the time of the last file in
 * {@code /etc}; a time before this program existed cannot be right.
 */
public final class SystemClock implements Clock {
    /** 2026-11-01T00:00:00Z: no gateway that runs this program lives before it. */
    private static final long EARLIEST = 1_793_491_200_000L;

    private final long startNs = System.nanoTime();

    @Override
    public long wall() {
        return System.currentTimeMillis();
    }

    @Override
    public boolean isTrusted(long wall) {
        return wall >= EARLIEST;
    }

    @Override
    public long mono() {
        return (System.nanoTime() - startNs) / 1_000_000;
    }
}
