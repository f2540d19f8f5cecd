package io.slipway.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One {@code config TYPE 'NAME'} of a UCI file, with the line on which each thing stands. */
final class UciSection {
    /** The values of an option (one, the last that was set) or of a list (all, in order). */
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

    void option(String option, String value, int at) {
        Entry entry = new Entry(false, at);
        entry.values.add(value);
        entries.put(option, entry);
    }

    void list(String option, String value, int at) {
        Entry entry = entries.get(option);
        if (entry == null || !entry.isList) {
            entry = new Entry(true, at);
            entries.put(option, entry);
        }
        entry.values.add(value);
    }

    @Override
    public String toString() {
        return name == null ? "config " + type : "config " + type + " '" + name + "'";
    }
}
