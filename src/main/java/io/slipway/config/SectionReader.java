package io.slipway.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Hands out a section's options by name and type. A wrong value is noted as a problem and the default returned in its
 * place, so that one run finds every problem of a file. After the last option {@link #finish} finds the unknown ones.
 */
final class SectionReader {
    private final String file;
    private final UciSection section;
    private final List<String> problems;
    private final Set<String> known = new HashSet<>();

    SectionReader(String file, UciSection section, List<String> problems) {
        this.file = file;
        this.section = section;
        this.problems = problems;
    }

    /** The section's name, or {@code fallback} where it has none. */
    String sectionName(String fallback) {
        return section.name == null ? fallback : section.name;
    }

    /** Text as it stands; {@code fallback} may be {@code null}. */
    String text(String option, String fallback) {
        UciSection.Entry entry = entry(option, false);
        return entry == null ? fallback : entry.values.get(0);
    }

    /** Text that must be there. */
    String required(String option, String example) {
        String value = text(option, null);
        if (value == null || value.isEmpty()) {
            problems.add(file + ":" + section.line + ": " + section + " needs option '" + option + "', for example '"
                + example + "'");
            return example;
        }
        return value;
    }

    /** A whole number within bounds. */
    int whole(String option, int fallback, int min, int max) {
        return (int) bounded(option, fallback, min, max, false);
    }

    /** A number of bytes, with {@code k} or {@code M} for 1024 and 1024² where that is shorter. */
    long bytes(String option, long fallback, long min, long max) {
        return bounded(option, fallback, min, max, true);
    }

    private long bounded(String option, long fallback, long min, long max, boolean suffixes) {
        String value = text(option, null);
        if (value == null) {
            return fallback;
        }
        String expected = "a whole number from " + min + " to " + max + (suffixes ? ", or with k or M after it" : "");
        long unit = 1;
        String digits = value;
        if (suffixes && value.length() > 1) {
            char last = value.charAt(value.length() - 1);
            unit = last == 'k' || last == 'K' ? 1024 : last == 'm' || last == 'M' ? 1024 * 1024 : 1;
            digits = unit == 1 ? value : value.substring(0, value.length() - 1);
        }
        try {
            long number = Long.parseLong(digits);
            if (number > max / unit || number * unit < min) {
                wrong(option, expected);
                return fallback;
            }
            return number * unit;
        } catch (NumberFormatException notANumber) {
            wrong(option, expected);
            return fallback;
        }
    }

    /** A truth value in any of UCI's words. */
    boolean bool(String option, boolean fallback) {
        String value = text(option, null);
        if (value == null) {
            return fallback;
        }
        if (Arrays.asList("1", "on", "true", "yes", "enabled").contains(value)) {
            return true;
        }
        if (!Arrays.asList("0", "off", "false", "no", "disabled").contains(value)) {
            wrong(option, "1 or 0");
            return fallback;
        }
        return false;
    }

    /** One of a few words, the first of which is the default. */
    String choice(String option, String... words) {
        String value = text(option, words[0]);
        if (!Arrays.asList(words).contains(value)) {
            wrong(option, "one of " + String.join(", ", words));
            return words[0];
        }
        return value;
    }

    /** All values of a list; a single {@code option} counts as a list of one, as {@code uci} tools allow. */
    List<String> list(String option) {
        UciSection.Entry entry = entry(option, true);
        return entry == null ? Collections.<String>emptyList()
            : Collections.unmodifiableList(new ArrayList<>(entry.values));
    }

    /** Notes a problem with an option that was read. */
    void wrong(String option, String expected) {
        UciSection.Entry entry = section.entries.get(option);
        problems.add(file + ":" + (entry == null ? section.line : entry.line) + ": option '" + option + "' of "
            + section + (entry == null ? " is missing" : " is " + quoted(option, entry)) + "; expected " + expected);
    }

    /** A secret stays out of the message, which may end in a log. */
    private static String quoted(String option, UciSection.Entry entry) {
        return option.contains("password") && !option.endsWith("_file") ? "wrong"
            : "'" + String.join("' '", entry.values) + "'";
    }

    /** Notes every option that nobody asked for. */
    void finish() {
        for (java.util.Map.Entry<String, UciSection.Entry> entry : section.entries.entrySet()) {
            if (!known.contains(entry.getKey())) {
                List<String> names = new ArrayList<>(known);
                Collections.sort(names);
                problems.add(file + ":" + entry.getValue().line + ": unknown option '" + entry.getKey() + "' of "
                    + section + "; expected one of " + String.join(", ", names));
            }
        }
    }

    private UciSection.Entry entry(String option, boolean listAllowed) {
        known.add(option);
        UciSection.Entry entry = section.entries.get(option);
        if (entry != null && entry.isList && !listAllowed) {
            problems.add(file + ":" + entry.line + ": '" + option + "' of " + section
                + " is a list; expected 'option " + option + "' with one value");
            return null;
        }
        return entry;
    }
}
