package io.slipway.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of numbers as ranges that neither touch nor overlap. One thread. */
final class Ranges {
    private final TreeMap<Long, Long> lastByFirst = new TreeMap<>();

    /** Adds a range, both ends included. */
    void add(long first, long last) {
        long from = first;
        long to = last;
        Map.Entry<Long, Long> near = lastByFirst.floorEntry(last + 1);
        while (near != null && near.getValue() >= from - 1) {
            from = Math.min(from, near.getKey());
            to = Math.max(to, near.getValue());
            lastByFirst.remove(near.getKey());
            near = lastByFirst.floorEntry(to + 1);
        }
        lastByFirst.put(from, to);
    }

    /** The highest number; 0 where there is none. */
    long highest() {
        return lastByFirst.isEmpty() ? 0 : lastByFirst.lastEntry().getValue();
    }

    /** What is missing between two numbers, themselves included: pairs of first and last, ascending. */
    List<long[]> missing(long first, long last) {
        List<long[]> missing = new ArrayList<>();
        long from = first;
        for (Map.Entry<Long, Long> range : lastByFirst.entrySet()) {
            if (range.getKey() > last) {
                break;
            }
            if (range.getKey() > from) {
                missing.add(new long[] {from, range.getKey() - 1});
            }
            from = Math.max(from, range.getValue() + 1);
        }
        if (from <= last) {
            missing.add(new long[] {from, last});
        }
        return missing;
    }

    /** Adds all of another set. */
    void addAll(Ranges other) {
        for (Map.Entry<Long, Long> range : other.lastByFirst.entrySet()) {
            add(range.getKey(), range.getValue());
        }
    }
}
