package io.slipway.command;

import io.slipway.reading.Epoch;

/** The time of this life of the gateway. Any thread. */
public interface LifeClock {
    /** This life. */
    Epoch epoch();

    /** Milliseconds since its start, by the monotonic clock. */
    long mono();

    /** Milliseconds since 1970, by the wall clock. */
    long wall();

    /** Whether the wall clock can be trusted now. */
    boolean isTrusted();
}
