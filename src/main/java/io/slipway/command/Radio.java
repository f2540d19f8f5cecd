package io.slipway.command;

import io.slipway.reading.Eui64;

/** One mesh, as commands see it. Called by the commands' thread: nothing here may wait. */
public interface Radio {
    /** Whether the node was heard there, in this life of the gateway or an earlier one. Any thread. */
    boolean knows(Eui64 node);

    /** Nanoseconds since the node was heard there; {@link Long#MAX_VALUE} where it was not yet in this life. */
    long silenceNs(Eui64 node);

    /** Whether what is sent now has a chance to reach a node. */
    boolean isUp();

    /** Why a command can never go there, for people; {@code null} where it can. */
    String objection(Command command);

    /** Sends a command, once; what becomes of it comes to {@code progress}, perhaps before this returns. */
    void send(Command command, Progress progress);

    /** Forgets a node; false where it is not known. Any thread. */
    boolean forget(Eui64 node);
}
