package io.slipway.ingest;

/** What time it is, and how much that is worth. Any thread. */
public interface Clock {
    /** Milliseconds since 1970 by the machine's clock, which may stand in the past and may jump. */
    long wall();

    /** Whether {@link #wall} can be believed. */
    boolean isTrusted();

    /** Milliseconds since the start; never jumps. */
    long mono();
}
