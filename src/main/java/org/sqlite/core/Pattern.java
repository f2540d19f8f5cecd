package org.sqlite.core;

import java.util.regex.Matcher;

/**
 * A regular expression that is compiled at its first use. The build puts it in the place of the JDK's in those classes
 * of the driver that compile some as they are loaded (pom.xml, "late"): they are for column types and generated keys,
 * which we never ask for, and the JDK's need lambdas. Any thread.
 */
public final class Pattern {
    private final String expression;
    private final int flags;

    private Pattern(String expression, int flags) {
        this.expression = expression;
        this.flags = flags;
    }

    /** Checks nothing yet. */
    public static Pattern compile(String expression) {
        return compile(expression, 0);
    }

    /** Checks nothing yet. */
    public static Pattern compile(String expression, int flags) {
        return new Pattern(expression, flags);
    }

    /** As {@link java.util.regex.Pattern#matcher}. */
    public Matcher matcher(CharSequence text) {
        return java.util.regex.Pattern.compile(expression, flags).matcher(text);
    }
}
