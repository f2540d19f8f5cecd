package io.slipway.sync;

/**
 * Carries frames to neighbours. It may lose, repeat, delay and reorder them, but not change them; who the neighbour
 * is must be ascertained before its link is given to {@link Replica#linkUp}. A link is a number that the owner chose.
 */
public interface Carrier {
    /**
     * Takes a frame to be sent. Called by the engine's thread; must neither block nor call the core back. Nothing is
     * durable or delivered when it returns. The array is the carrier's from then on.
     *
     * @return {@code false} if the link's bounded queue is full or the link is down: the frame is not sent, and the
     *     core sends what it stood for later
     */
    boolean send(int link, byte[] frame);
}
