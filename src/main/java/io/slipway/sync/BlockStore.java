package io.slipway.sync;

import java.util.List;

/**
 * What the core needs of a store. Called by the engine's thread only. What is appended belongs to the store's open
 * transaction: it need not be durable when the call returns, and the core neither acknowledges it nor passes it on
 * before {@link Replica#committed} says so. If the transaction fails, the owner calls {@link Replica#rolledBack}.
 * Reading gives what is committed; it may block for one read of the disk. No method throws: a disk that fails shows
 * itself as {@link #REFUSED} or {@code null}, and the core asks again later.
 */
public interface BlockStore {
    /** Instead of a ticket: there is no room, or the disk is not well; nothing was appended. */
    long REFUSED = -1;

    /** Every stream of which anything is known, as committed. Called once, by the constructor of the core. */
    List<StreamState> streams();

    /** The block as committed; {@code null} where it is not held or cannot be read. */
    Block read(StreamKey key, long number);

    /** The committed gap that this block lies in, or {@code null}. */
    BlockGap gap(StreamKey key, long number);

    /** The hash of a committed block that is held or is the last of a gap; {@code null} where it is not known. */
    byte[] hash(StreamKey key, long number);

    /** How many records blocks 1 to {@code number} had, which is held or the last of a gap; those in gaps included. */
    long total(StreamKey key, long number);

    /** The first block held with a record at or after this time (ms since 1970); {@code contig + 1} for none. */
    long since(StreamKey key, long ms);

    /**
     * Puts a block behind the last one of its stream, in the open transaction, together with the values that
     * {@link Dataset} writes to its table before the next call. Blocks come in order and without holes; the core has
     * checked the chain.
     *
     * @return a ticket, higher than those before, for {@link Replica#committed}; or {@link #REFUSED}
     */
    long append(Block block);

    /** Puts a gap behind the last block of its stream; otherwise as {@link #append(Block)}. */
    long append(BlockGap gap);

    /**
     * Puts a block in the place of one that the stream has, which may be missing or damaged, in the open transaction.
     * What the stream says of its end changes with it where it is the last; the block before is sound or in a gap.
     *
     * @return a ticket, as for {@link #append(Block)}
     */
    long replace(Block block);

    /** Puts a gap of one block in its place; otherwise as {@link #replace(Block)}. */
    long replace(BlockGap gap);

    /** Notes in the open transaction that no more will be written to a stream. May be called again. */
    void close(StreamKey key);

    /** Removes in the open transaction what is left of a stream: its row, its gaps, its marks. */
    void forget(StreamKey key);

    /** Notes in the open transaction up to where a required sink has acknowledged; also less than before. */
    void mark(String sink, StreamKey key, long contig);

    /** The noted mark of a sink as committed, 0 for none. */
    long marked(String sink, StreamKey key);
}
