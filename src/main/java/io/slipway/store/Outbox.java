package io.slipway.store;

import io.slipway.reading.Epoch;
import java.util.List;

/**
 * What one destination has not acknowledged yet. Reading takes nothing away: whatever is not acknowledged is there
 * again after a restart. Any thread, but one at a time; the calls wait for the store's thread.
 *
 * <p>The cursor is the place up to which everything is acknowledged. What is acknowledged behind it is remembered as
 * a few stretches, which the cursor swallows when it comes to them, and which are not handed out again.
 */
public interface Outbox {
    /**
     * The next readings, or {@code null} where there are no more before {@code until}. Oldest first.
     *
     * @param from the place to go on from, {@code null} to begin at the cursor
     * @param until the place to stop at, {@code null} for the end of everything committed
     * @param maxReadings at most so many, 1 or more
     * @param maxBytes at most so many bytes of payload, but always one reading
     * @throws StoreException if the database cannot be read
     */
    Batch next(Position from, Position until, int maxReadings, int maxBytes) throws StoreException;

    /** The same behind a batch, {@code null} to begin at the cursor, without an end. */
    default Batch next(Batch after, int maxReadings, int maxBytes) throws StoreException {
        return next(after == null ? null : after.end(), null, maxReadings, maxBytes);
    }

    /**
     * Where to begin so that what comes from now on goes before what has waited: the end of everything committed. If
     * that would make one more stretch than are kept, it is the end of the last one instead, so that what has come
     * since then goes first. {@code null}, for the cursor, while there is no database.
     *
     * @throws StoreException if the store is closed
     */
    Position live() throws StoreException;

    /**
     * Notes that this batch has arrived, and with it everything since the place that it was looked for from. The
     * cursor moves if it was there. Durable with the store's next commit: until then a power cut makes it be sent
     * again. A batch that would make one stretch too many is not noted, and is handed out again from the cursor.
     *
     * @throws StoreException if the store is closed
     */
    void acknowledge(Batch batch) throws StoreException;

    /**
     * Notes that the destination will never take this batch: as {@link #acknowledge}, and {@code gap} says which
     * readings they were. They stay in the store until retention takes them.
     *
     * @throws StoreException if the store is closed
     */
    void setAside(Batch batch) throws StoreException;

    /**
     * Readings that the destination acknowledged, and asks for once more. Nothing moves by that.
     *
     * @param first with {@code last} the numbers that are wanted; one that the destination has not acknowledged is
     *     none of them
     * @param maxReadings at most so many, 1 or more
     * @param maxBytes at most so many bytes of payload, but always one reading
     * @throws StoreException if the database cannot be read
     */
    Again again(Epoch epoch, long first, long last, int maxReadings, int maxBytes) throws StoreException;

    /**
     * Of which lives of this gateway readings are held, the newest first.
     *
     * @param most at most so many
     * @throws StoreException if the database cannot be read
     */
    List<HeldEpoch> held(int most) throws StoreException;

    /** Readings committed and not acknowledged, as of the last commit. Does not wait. */
    long backlog();

    /** Whether there may be gaps that the destination has not been told of. Does not wait. */
    boolean hasGaps();

    /**
     * Gaps that the destination has not been told of, or that have grown since, oldest first.
     *
     * @param max at most so many
     * @throws StoreException if the database cannot be read
     */
    List<Gap> gaps(int max) throws StoreException;

    /**
     * Notes that the destination knows of this gap as it is there. Durable with the store's next commit; until then
     * a power cut makes it be told again.
     *
     * @throws StoreException if the store is closed
     */
    void told(Gap gap) throws StoreException;

    /** Has {@code wake} called after each commit, by the store's thread, which it must not hold up. */
    void onCommit(Runnable wake);
}
