package io.slipway.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A configuration that cannot be used. Each problem is one line: file, line, option, what would be right. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ArrayList<String> problems;

    ConfigException(List<String> problems) {
        super(String.join("\n", problems), null, false, false);
        this.problems = new ArrayList<>(problems);
    }

    /** At least one line, in the order of the file. */
    public List<String> problems() {
        return Collections.unmodifiableList(problems);
    }
}
