package io.slipway.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Hands out a section's options by name and type. A wrong value is noted as a problem and the default returned in its
 * place, so that one run finds every problem of a file. After the last option {@link #finish} finds the unknown ones.
 */
class SectionReader {
    private final UciSection section;
    private final Problems problems;
    private final Set<String> known = new TreeSet<>();

    SectionReader(UciSection section, Problems problems) {
        this.section = section;
        this.problems = problems;
    }

    /** The section's name, or {@code fallback} where it has none. */
    String sectionName(String fallback) {
        return section.name == null ? fallback : section.name;
    }

    /** Whether the file sets this option. */
    final boolean has(String option) {
        return section.entries.containsKey(option);
    }

    /** Text as it stands; {@code fallback} may be {@code null}. */
    String text(String option, String fallback) {
        return value(option, fallback);
    }

    /** Text that must be there: the caller takes the empty text, which no option can be set to, as {@link #wrong}. */
    String required(String option) {
        return value(option, "");
    }

    /** A file or directory; {@code fallback} may be {@code null}. */
    Path path(String option, String fallback) {
        String value = value(option, fallback);
        try {
            return value == null ? null : Paths.get(value);
        } catch (InvalidPathException notHere) {
            // Under the locale of OpenWrt, C, Java knows no file whose name is not ASCII.
            wrong(option, "a path that this system can open: " + notHere.getReason());
            return fallback == null ? null : Paths.get(fallback);
        }
    }

    /** A whole number within bounds. */
    int whole(String option, int fallback, int min, int max) {
        String value = value(option, null);
        long number = value == null ? fallback : WholeNumber.parse(value);
        if (number < min || number > max) {
            wrong(option, "a whole number from " + min + " to " + max);
            return fallback;
        }
        return (int) number;
    }

    /** A number of bytes, with {@code k}, {@code M} or {@code G} for 1024, 1024² or 1024³ where that is shorter. */
    long bytes(String option, long fallback, long min, long max) {
        String value = value(option, null);
        if (value == null) {
            return fallback;
        }
        int shift = 10 * (1 + "kMG".indexOf(value.charAt(value.length() - 1)));
        long number = WholeNumber.parse(shift == 0 ? value : value.substring(0, value.length() - 1));
        if (number < 0 || number > max >> shift || number << shift < min) {
            wrong(option, "a number of bytes from " + min + " to " + max + ", or with k, M or G after it");
            return fallback;
        }
        return number << shift;
    }

    /** A truth value in any of UCI's words. */
    boolean bool(String option, boolean fallback) {
        String value = value(option, null);
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
        String value = value(option, words[0]);
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

    /** Notes a problem with an option, where it stands or, if the file does not set it, with its section. */
    final void wrong(String option, String expected) {
        UciSection.Entry entry = section.entries.get(option);
        problems.add(entry == null ? section.line : entry.line, "option '" + option + "' of " + section
            + (entry == null ? " is missing" : " is " + quoted(entry)) + "; expected " + expected);
    }

    /** Notes every option that nobody asked for. */
    final void finish() {
        for (Map.Entry<String, UciSection.Entry> entry : section.entries.entrySet()) {
            if (!known.contains(entry.getKey())) {
                problems.add(entry.getValue().line, "unknown option '" + entry.getKey() + "' of " + section
                    + NearestName.hint(entry.getKey(), known));
            }
        }
    }

    /** A URL may hold a user's password before the @; that stays out of the message, which may end in a log. */
    private static String quoted(UciSection.Entry entry) {
        String values = String.join("' '", entry.values);
        return values.indexOf('@') >= 0 ? "not shown, since it may hold a password" : "'" + values + "'";
    }

    private String value(String option, String fallback) {
        UciSection.Entry entry = entry(option, false);
        return entry == null ? fallback : entry.values.get(0);
    }

    private UciSection.Entry entry(String option, boolean listAllowed) {
        known.add(option);
        UciSection.Entry entry = section.entries.get(option);
        if (entry == null) {
            return null;
        }
        if (entry.isList && !listAllowed) {
            problems.add(entry.line, "'" + option + "' of " + section + " is a list; expected 'option " + option
                + "' with one value");
            return null;
        }
        for (String value : entry.values) {
            if (hasControl(value)) {
                problems.add(entry.line, "option '" + option + "' of " + section
                    + " has a line end or another control character in it; is a quote missing?");
                return null;
            }
        }
        return entry;
    }

    private static boolean hasControl(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                return true;
            }
        }
        return false;
    }
}
