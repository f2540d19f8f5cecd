package io.slipway.replication;

/** An open way to one neighbour whose name was ascertained: a TCP connection, or topics of a broker. */
interface Way {
    /**
     * Takes a frame to be sent. Any thread; never blocks. The array is the way's from then on.
     *
     * @return {@code false} if too much waits already or the way is closed: the frame is not sent
     */
    boolean send(byte[] frame);

    /** Ends it. Any thread; returns at once; may be called twice. What opened it may open another one. */
    void close();

    /** Where it leads, for people. */
    String address();

    /** Whether this end opened it; of two that open ways to each other at once, both must keep the same one. */
    boolean isOurs();

    /** Whether its being open shows that the other end lives, so that it is to be ended where that is silent. */
    boolean isProof();

    /** How often something is sent at least, ms: the beat by which the other end knows that we live. */
    long beatMs();
}
