package io.slipway.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One {@code config TYPE 'NAME'} of a UCI file, with the line on which each thing stands. */
final class UciSection {
    /** The value of an option (one, the last that was set) or those of a list (all, in order). */
    static final class Entry {
        final boolean isList;
        final int line;
        final List<String> values = new ArrayList<>();

        Entry(boolean isList, int line) {
            this.isList = isList;
            this.line = line;
        }
    }

    final String type;
    /** {@code null} for an anonymous section. */
    final String name;
    final int line;
    final Map<String, Entry> entries = new LinkedHashMap<>();

    UciSection(String type, String name, int line) {
        this.type = type;
        this.name = name;
        this.line = line;
    }

    /** Sets an option. As in libuci, an empty value sets nothing, and a later one replaces whatever was there. */
    void option(String option, String value, int at) {
        if (!value.isEmpty()) {
            Entry entry = new Entry(false, at);
            entry.values.add(value);
            entries.put(option, entry);
        }
    }

    /** Adds to a list. As in libuci, an option of that name becomes the list's first value. */
    void list(String option, String value, int at) {
        Entry entry = entries.get(option);
        if (entry == null || !entry.isList) {
            Entry list = new Entry(true, entry == null ? at : entry.line);
            if (entry != null) {
                list.values.addAll(entry.values);
            }
            entries.put(option, list);
            entry = list;
        }
        entry.values.add(value);
    }

    @Override
    public String toString() {
        return name == null ? "config " + type : "config " + type + " '" + name + "'";
    }
}
