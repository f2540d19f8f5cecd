package io.slipway.link;

/**
 * What goes on on a link. All methods are called by the link's one reader thread, in order, and must not block for
 * long: while they do, nothing is read, and what the device's buffer cannot hold is lost. They should not throw; if
 * one does, the link notes it as an error, closes, and opens again after a while.
 */
public interface LinkListener {
    /** Bytes may be written from now on. */
    void opened();

    /**
     * Bytes came.
     *
     * @param buffer holds them from index 0; belongs to the link again when this returns
     * @param length how many, at least 1
     */
    void received(byte[] buffer, int length);

    /**
     * Nothing came for about a second; called about once a second as long as that lasts, also while the link is
     * closed, so that it can serve as the tick of a clock. Late by some seconds while an opening takes its time.
     */
    void idle();

    /** The link was lost or is being closed. Comes once after each {@link #opened()}, never without it. */
    void closed();
}
