package io.slipway.sync.sim;

import io.slipway.sync.Entry;
import io.slipway.sync.EntryTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The values of a {@link SimStore}: seen at once, durable with its commit. */
public final class SimTable implements EntryTable {
    /** What is durable. */
    public static final class Content {
        final Map<String, Entry> entries = new LinkedHashMap<>();
        final Map<String, List<Entry>> histories = new LinkedHashMap<>();
        long highest;
        long floor;

        Content copy() {
            Content copy = new Content();
            copy.entries.putAll(entries);
            copy.histories.putAll(histories);
            copy.highest = highest;
            copy.floor = floor;
            return copy;
        }
    }

    private final Content durable;
    private Content open;
    private final Set<String> touched = new HashSet<>();
    private final List<Entry> staged = new ArrayList<>();

    /** Begins with what is durable. */
    public SimTable(Content durable) {
        this.durable = durable;
        this.open = durable.copy();
    }

    boolean isDirty() {
        return !touched.isEmpty() || !staged.isEmpty();
    }

    /** What waits for a block. */
    public List<Entry> staged() {
        return staged;
    }

    /** What was staged stands in this block. */
    public void sealed(long number) {
        for (Entry entry : staged) {
            Entry current = open.entries.get(entry.key);
            Entry sealed = new Entry(entry.key, entry.value, entry.hlc, entry.stream, number);
            if (current == entry) {
                put(sealed);
            }
        }
        staged.clear();
    }

    void commit() {
        move(open, durable);
    }

    void rollback() {
        move(durable, open);
        staged.clear();
    }

    private void move(Content from, Content to) {
        for (String key : touched) {
            if (from.entries.containsKey(key)) {
                to.entries.put(key, from.entries.get(key));
            } else {
                to.entries.remove(key);
            }
            if (from.histories.containsKey(key)) {
                to.histories.put(key, from.histories.get(key));
            } else {
                to.histories.remove(key);
            }
        }
        touched.clear();
        to.highest = from.highest;
        to.floor = from.floor;
    }

    @Override
    public Entry find(String key) {
        return open.entries.get(key);
    }

    @Override
    public void put(Entry entry) {
        touched.add(entry.key);
        open.entries.put(entry.key, entry);
    }

    @Override
    public void remove(String key) {
        touched.add(key);
        open.entries.remove(key);
        open.histories.remove(key);
    }

    @Override
    public List<Entry> history(String key) {
        return open.histories.getOrDefault(key, List.of());
    }

    @Override
    public void history(String key, List<Entry> latestFirst) {
        touched.add(key);
        open.histories.put(key, latestFirst);
    }

    @Override
    public List<Entry> tombstones(int most) {
        List<Entry> found = new ArrayList<>();
        for (Entry entry : open.entries.values()) {
            if (found.size() < most && entry.isTombstone() && entry.number > 0) {
                found.add(entry);
            }
        }
        return found;
    }

    @Override
    public void stage(Entry entry) {
        staged.add(entry);
    }

    @Override
    public long highest() {
        return open.highest;
    }

    @Override
    public void highest(long hlc) {
        open.highest = hlc;
    }

    @Override
    public long floor() {
        return open.floor;
    }

    @Override
    public void floor(long hlc) {
        open.floor = hlc;
    }
}
