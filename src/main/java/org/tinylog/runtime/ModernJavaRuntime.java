package org.tinylog.runtime;

import java.util.Locale;

/**
 * Replaces tinylog's class of this name, which is what tinylog knows of a JVM from Java 9 on. The original asks for
 * the start time and the process id, which no line of our log holds, through the management beans, and derives from
 * {@code SecurityManager}: some 350 classes and the first lambdas, which together are a quarter of the start on a JVM
 * that only interprets. Any thread.
 */
final class ModernJavaRuntime implements RuntimeDialect {
    private static final Timestamp LOADED = new LegacyTimestamp();

    @Override
    public boolean isAndroid() {
        return false;
    }

    @Override
    public String getDefaultWriter() {
        return "console";
    }

    /** Not known. */
    @Override
    public long getProcessId() {
        return -1;
    }

    /** When the log was set up, which is soon after the start. */
    @Override
    public Timestamp getStartTime() {
        return LOADED;
    }

    @Override
    public String getCallerClassName(int depth) {
        StackTraceElement caller = getCallerStackTraceElement(depth);
        return caller == null ? null : caller.getClassName();
    }

    @Override
    public String getCallerClassName(String loggerClassName) {
        StackTraceElement caller = getCallerStackTraceElement(loggerClassName);
        return caller == null ? null : caller.getClassName();
    }

    /** @param depth 0 for this class, 1 for who called it, and so on */
    @Override
    public StackTraceElement getCallerStackTraceElement(int depth) {
        // Through a method of this class or directly: the place in the trace differs by one.
        StackTraceElement[] trace = new Throwable().getStackTrace();
        int first = 0;
        while (first + 1 < trace.length && isOwn(trace[first + 1])) {
            first++;
        }
        return first + depth < trace.length ? trace[first + depth] : null;
    }

    private static boolean isOwn(StackTraceElement frame) {
        return frame.getClassName().equals(ModernJavaRuntime.class.getName());
    }

    @Override
    public StackTraceElement getCallerStackTraceElement(String loggerClassName) {
        boolean seen = false;
        for (StackTraceElement frame : new Throwable().getStackTrace()) {
            boolean logger = frame.getClassName().equals(loggerClassName);
            if (seen && !logger) {
                return frame;
            }
            seen |= logger;
        }
        return null;
    }

    @Override
    public Timestamp createTimestamp() {
        return new LegacyTimestamp();
    }

    @Override
    public TimestampFormatter createTimestampFormatter(String pattern, Locale locale) {
        return new LegacyTimestampFormatter(pattern, locale);
    }
}
