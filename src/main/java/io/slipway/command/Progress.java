package io.slipway.command;

/** What becomes of one command that was sent. Any thread; never waits. */
public interface Progress {
    /** It is on the line. Nothing follows for a datagram, but perhaps {@link #refused}. */
    void sent();

    /**
     * The node answered. Nothing follows.
     *
     * @param code the response code, {@code 2.05}
     * @param format the number of the payload's media type; -1 where the node said none
     */
    void answered(String code, int format, byte[] payload);

    /** It will not be, or was not, delivered; {@code kind} is for programs, {@code reason} for people. */
    void refused(String kind, String reason);

    /** There is no answer. Nothing follows. */
    void failed(String reason);

    /** It could not be sent now: it takes its turn again. Nothing follows. */
    void later();
}
