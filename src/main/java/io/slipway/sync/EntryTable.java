package io.slipway.sync;

import java.util.List;

/**
 * Where {@link Dataset} keeps its values. Called by the engine's thread only. Every change belongs to the open
 * transaction of the {@link BlockStore}, is seen by later calls at once, and is gone if that transaction fails.
 */
public interface EntryTable {
    /** The entry that holds for a key, tombstones included; {@code null} for none. */
    Entry find(String key);

    /** Makes it the one that holds for its key. */
    void put(Entry entry);

    /** Forgets a key and its history. */
    void remove(String key);

    /** What lost against the entry that holds, the latest first. */
    List<Entry> history(String key);

    /** Replaces the history of a key. */
    void history(String key, List<Entry> latestFirst);

    /** Tombstones that are sealed, at most so many. */
    List<Entry> tombstones(int most);

    /**
     * Takes a change that this node made: it goes into the next block of this life's stream of values, with this very
     * transaction. From then on {@link #find} and {@link #tombstones} give it with that block's number.
     */
    void stage(Entry entry);

    /** The highest stamp ever given or seen; 0 at the start. */
    long highest();

    /** Notes it. */
    void highest(long hlc);

    /** The highest stamp of a tombstone that was removed; 0 for none. */
    long floor();

    /** Notes it. */
    void floor(long hlc);
}
