package io.slipway.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is wrong with one file, gathered so that one run finds everything. Each problem is one printable line.
 * Holds at most {@value #LIMIT}; of the rest only the number is said. Used by one thread.
 */
final class Problems {
    static final int LIMIT = 100;
    /** A value may be as long as the file; a message must not. */
    private static final int LONGEST = 500;
    private static final int WHOLE_FILE = Integer.MAX_VALUE;

    private final String file;
    private final TreeMap<Integer, List<String>> byLine = new TreeMap<>();
    private int count;

    Problems(String file) {
        this.file = file;
    }

    /** @param line from 1 */
    void add(int line, String problem) {
        put(line, file + ":" + line + ": " + problem);
    }

    /** A problem that stands in no line: something is missing. */
    void addToFile(String problem) {
        put(WHOLE_FILE, file + ": " + problem);
    }

    void throwIfAny() throws ConfigException {
        if (count == 0) {
            return;
        }
        List<String> all = new ArrayList<>();
        for (Map.Entry<Integer, List<String>> line : byLine.entrySet()) {
            all.addAll(line.getValue());
        }
        if (count > LIMIT) {
            all.add(file + ": and " + (count - LIMIT) + " more problems");
        }
        throw new ConfigException(all);
    }

    private void put(int line, String problem) {
        count++;
        if (count > LIMIT) {
            return;
        }
        List<String> problems = byLine.get(line);
        if (problems == null) {
            problems = new ArrayList<>();
            byLine.put(line, problems);
        }
        problems.add(printable(problem));
    }

    private static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length() > LONGEST ? text.substring(0, LONGEST) + " ..." : text);
        for (int i = 0; i < out.length(); i++) {
            if (Character.isISOControl(out.charAt(i))) {
                out.setCharAt(i, '?');
            }
        }
        return out.toString();
    }
}
