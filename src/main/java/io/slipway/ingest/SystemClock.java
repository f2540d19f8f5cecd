package io.slipway.ingest;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine's clocks. Boxes without a battery-backed clock boot in 1970, or at the time of the newest file in
 * {@code /etc}, which is wrong by hours or months. A time before this program existed cannot be right; whether a later
 * one is, only the NTP daemon knows, and it can say so by a file.
 */
public final class SystemClock implements Clock {
    /** 2026-11-01T00:00:00Z: no gateway that runs this program lives before it. */
    private static final long EARLIEST = 1_793_491_200_000L;
    /** Between two looks for the file: a look is a call of the system. */
    private static final long LOOK_NS = 1_000_000_000L;

    private final long startNs = System.nanoTime();
    private final Path file;
    /** Whether the file was there: it counts for the rest of this life. */
    private volatile boolean set;
    private volatile long lookNs = startNs - LOOK_NS;

    /** @param file once it is there, the clock has been set; {@code null} where its time alone decides */
    public SystemClock(Path file) {
        this.file = file;
        this.set = file == null;
    }

    @Override
    public long wall() {
        return System.currentTimeMillis();
    }

    @Override
    public boolean isTrusted(long wall) {
        return wall >= EARLIEST && isSet();
    }

    private boolean isSet() {
        long now = System.nanoTime();
        if (!set && now - lookNs >= LOOK_NS) {
            lookNs = now;
            set = Files.exists(file);
        }
        return set;
    }

    @Override
    public long mono() {
        return (System.nanoTime() - startNs) / 1_000_000;
    }
}
