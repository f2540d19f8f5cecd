package io.slipway.sync;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Small shared values: the latest change of each key holds, by hybrid logical clock and then by writer, and the
 * outcome depends on nothing but the changes. The engine's thread only.
 *
 * <p>A tombstone is removed in two steps: once every member's vector has passed it, what all members have then is
 * written down; once every member has passed that too, nothing older than the tombstone that a member knew can come
 * any more. What comes nevertheless, from a backup or a node nobody counted with, is stated anew under a stamp of
 * today: nodes that still have the tombstone and nodes that have not then come to the same end.
 */
public final class Dataset {
    /** So many losing changes of a key are kept. */
    public static final int HISTORY = 8;
    /** Stamps from here on (the year 3084) are refused by every node alike: the clock could not go on behind them. */
    public static final long HLC_LIMIT = 1L << 61;
    private static final int TOMBSTONES_AT_ONCE = 64;

    private final EntryTable table;
    private final StreamKey own;
    private final Observer observer;
    /** Tombstones that every member has passed, and what must be passed before they go. */
    private List<Entry> leaving;
    private Map<StreamKey, Long> toPass;

    Dataset(EntryTable table, StreamKey own, Observer observer) {
        this.table = table;
        this.own = own;
        this.observer = observer;
    }

    /** The entry that holds for a key; {@code null} where there is none or a tombstone. */
    public Entry get(String key) {
        Entry entry = table.find(key);
        return entry == null || entry.isTombstone() ? null : entry;
    }

    /** Earlier values of a key, the latest first, at most {@link #HISTORY}. */
    public List<Entry> history(String key) {
        return table.history(key);
    }

    /**
     * Changes a value. It holds here at once, and for good with the store's next commit; a clock that is behind what
     * others wrote does no harm.
     *
     * @param value {@code null} to take the key away
     * @param wallMs this node's wall clock, right or wrong
     * @throws IllegalArgumentException if the key is empty or it or the value is too long
     */
    public Entry write(String key, byte[] value, long wallMs) {
        int keyBytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (keyBytes == 0 || keyBytes > Entry.MAX_KEY) {
            throw new IllegalArgumentException("a key has 1 to " + Entry.MAX_KEY + " bytes, this one has " + keyBytes);
        }
        if (value != null && value.length > Entry.MAX_VALUE) {
            throw new IllegalArgumentException("a value has at most " + Entry.MAX_VALUE + " bytes, this one has "
                + value.length);
        }
        Entry entry = new Entry(key, value, tick(wallMs), own, 0);
        hold(entry, table.find(key));
        table.stage(entry);
        return entry;
    }

    /** A stamp above every one that was ever seen here. */
    private long tick(long wallMs) {
        long wall = Math.max(0, Math.min(wallMs, (HLC_LIMIT >> 16) - 1)) << 16;
        long hlc = Math.max(wall, table.highest() + 1);
        table.highest(hlc);
        return hlc;
    }

    /** Takes what a block of values says; the block was appended in the same transaction. */
    void apply(Block block, long wallMs) {
        List<Entry> entries = EntriesCodec.decode(block);
        if (entries == null) {
            observer.happened(SyncEvent.BAD_ENTRY, block.toString());
            return;
        }
        for (Entry entry : entries) {
            if (entry.hlc <= 0 || entry.hlc >= HLC_LIMIT) {
                observer.happened(SyncEvent.BAD_ENTRY, entry.key);
            } else {
                merge(entry, wallMs);
            }
        }
    }

    private void merge(Entry entry, long wallMs) {
        if (entry.hlc > table.highest()) {
            table.highest(entry.hlc);
        }
        Entry current = table.find(entry.key);
        if (current == null && entry.hlc <= table.floor()) {
            observer.happened(SyncEvent.RESTATED, entry.key);
            write(entry.key, entry.value, wallMs);
            keep(entry);
        } else if (current == null || entry.beats(current)) {
            hold(entry, current);
        } else if (entry.compare(current) != 0) {
            keep(entry);
        }
    }

    private void hold(Entry entry, Entry before) {
        table.put(entry);
        if (before != null) {
            keep(before);
        }
    }

    /** Puts a loser in its place in the history, which is the same on every node whatever came first. */
    private void keep(Entry loser) {
        List<Entry> history = new ArrayList<>(table.history(loser.key));
        int at = 0;
        while (at < history.size() && history.get(at).beats(loser)) {
            at++;
        }
        if (at < history.size() && history.get(at).compare(loser) == 0 || at >= HISTORY) {
            return;
        }
        history.add(at, loser);
        if (history.size() > HISTORY) {
            history.remove(HISTORY);
        }
        table.history(loser.key, history);
    }

    boolean hasTombstones() {
        return leaving != null || !table.tombstones(1).isEmpty();
    }

    /**
     * Removes tombstones that nothing can bring back.
     *
     * @param vectors for each member what it has committed of each stream of values; {@code null} while not all
     *     members are here
     */
    void collect(List<Map<StreamKey, Long>> vectors) {
        if (vectors == null) {
            return;
        }
        if (leaving == null) {
            begin(vectors);
        } else if (havePassed(vectors)) {
            for (Entry tombstone : leaving) {
                Entry current = table.find(tombstone.key);
                if (current != null && current.compare(tombstone) == 0) {
                    table.remove(tombstone.key);
                    table.floor(Math.max(table.floor(), tombstone.hlc));
                    observer.happened(SyncEvent.COLLECTED, tombstone.key);
                }
            }
            leaving = null;
            toPass = null;
        }
    }

    private void begin(List<Map<StreamKey, Long>> vectors) {
        List<Entry> passed = new ArrayList<>();
        for (Entry tombstone : table.tombstones(TOMBSTONES_AT_ONCE)) {
            boolean all = tombstone.number > 0;
            for (Map<StreamKey, Long> vector : vectors) {
                Long contig = vector.get(tombstone.stream);
                all &= contig != null && contig >= tombstone.number;
            }
            if (all) {
                passed.add(tombstone);
            }
        }
        if (!passed.isEmpty()) {
            leaving = passed;
            toPass = new HashMap<>();
            for (Map<StreamKey, Long> vector : vectors) {
                for (Map.Entry<StreamKey, Long> one : vector.entrySet()) {
                    Long known = toPass.get(one.getKey());
                    toPass.put(one.getKey(), known == null ? one.getValue() : Math.max(known, one.getValue()));
                }
            }
        }
    }

    private boolean havePassed(List<Map<StreamKey, Long>> vectors) {
        for (Map<StreamKey, Long> vector : vectors) {
            for (Map.Entry<StreamKey, Long> one : toPass.entrySet()) {
                Long contig = vector.get(one.getKey());
                if (contig == null || contig < one.getValue()) {
                    return false;
                }
            }
        }
        return true;
    }
}
