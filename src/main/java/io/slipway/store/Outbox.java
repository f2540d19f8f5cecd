package io.slipway.store;

/**
 * What one destination has not acknowledged yet, oldest first. Reading takes nothing away: whatever is not
 * acknowledged is there again after a restart. Any thread, but one at a time; the calls wait for the store's thread.
 */
public interface Outbox {
    /**
     * The next readings, or {@code null} where everything committed has been handed out.
     *
     * @param after the batch to go on from, {@code null} to begin at the cursor, that is, after the last acknowledged
     * @param maxReadings at most so many, 1 or more
     * @param maxBytes at most so many bytes of payload, but always one reading
     * @throws StoreException if the database cannot be read
     */
    Batch next(Batch after, int maxReadings, int maxBytes) throws StoreException;

    /**
     * Moves the cursor behind this batch, and thereby behind everything before it; so only in the order in which the
     * batches were handed out. Durable with the store's next commit: until then a power cut makes it be sent again.
     *
     * @throws StoreException if the store is closed
     */
    void acknowledge(Batch batch) throws StoreException;

    /** Readings committed and not acknowledged, as of the last commit. Does not wait. */
    long backlog();

    /** Has {@code wake} called after each commit, by the store's thread, which it must not hold up. */
    void onCommit(Runnable wake);
}
