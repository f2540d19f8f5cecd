package io.slipway.health;

/** A figure that rises and falls, read when somebody asks. Called by any thread; must not block. */
public interface Gauge {
    /** The figure now. */
    long value();
}
