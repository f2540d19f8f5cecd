package io.slipway.store;

import java.io.Closeable;

/**
 * Everything that a store holds, oldest first, in slices that are small enough for a small machine. Reading it takes
 * nothing away and changes nothing. One thread at a time.
 */
public interface History extends Closeable {
    /**
     * The next slice.
     *
     * @param after where the slice before said to go on, {@link Position#START} for the first
     * @param range what is wanted; a slice may hold more, and no run where it had to look at many that are not wanted
     * @throws StoreException if it cannot be read; the message is for people
     */
    Slice next(Position after, TimeRange range) throws StoreException;

    /** How much there is, and what it costs. */
    Extent extent() throws StoreException;

    @Override
    void close();
}
