package io.slipway.replication;

/** The wall clock of the machine, right or wrong. Any thread. */
public interface WallClock {
    /** Milliseconds since 1970. */
    long wallMs();

    /** Whether that is to be trusted. */
    boolean isTrusted();
}
