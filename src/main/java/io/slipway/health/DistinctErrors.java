package io.slipway.health;

import io.slipway.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers what went wrong, each distinct error once with how often and when: the log of a small box is short, and
 * an error that repeats a thousand times must not push the others out. Holds at most {@value #LIMIT}; the one that
 * has been silent longest makes room. Any thread.
 */
public final class DistinctErrors {
    /** How many distinct errors are kept. */
    public static final int LIMIT = 64;

    private static final class Entry {
        private long count;
        private long first;
        private long last;
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** Takes note; returns whether this error is new, and so worth a line in the log. */
    public synchronized boolean record(String what, long now) {
        Entry entry = entries.remove(what);
        boolean isNew = entry == null;
        if (isNew) {
            entry = new Entry();
            entry.first = now;
            if (entries.size() == LIMIT) {
                entries.remove(entries.keySet().iterator().next());
            }
        }
        entry.count++;
        entry.last = now;
        entries.put(what, entry);
        return isNew;
    }

    /** How many distinct errors are remembered. */
    public synchronized int size() {
        return entries.size();
    }

    /** Writes an array of {@code {"error","count","first","last"}}, times in milliseconds since 1970. */
    public synchronized void writeTo(JsonWriter json) {
        json.array("errors");
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            json.object().field("error", entry.getKey()).field("count", entry.getValue().count)
                .field("first", entry.getValue().first).field("last", entry.getValue().last).endObject();
        }
        json.endArray();
    }
}
