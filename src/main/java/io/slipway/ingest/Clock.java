package io.slipway.ingest;

/** What time it is, and how much that is worth. Any thread. */
public interface Clock {
    /** Milliseconds since 1970 by the machine's clock, which may stand in the past and may jump. */
    long wall();

    /**
     * Whether this time can be believed.
     *
     * @param wall what {@link #wall} said: asked about now, the clock could have been set in between
     */
    boolean isTrusted(long wall);

    /** Milliseconds since the start; never jumps. */
    long mono();
}
