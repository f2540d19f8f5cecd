package io.slipway.replication;

/** Hears what became of a change. Called by the replication's thread; must not block. */
public interface Reply {
    /** @param refusal why it was not made, for people; {@code null} once it is durable */
    void done(String refusal);
}
