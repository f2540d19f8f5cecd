package io.slipway.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.tinylog.Level;
import org.tinylog.core.LogEntry;
import org.tinylog.core.LogEntryValue;
import org.tinylog.writers.Writer;

/**
 * Writes the log to standard error for syslog, which makes an event of every line and adds the time: one line an
 * event, {@code level: Class: message: exception: its cause}, and after an unchecked exception the innermost frames.
 * Line ends and other control characters in a message become spaces, so that nobody on the network can forge an
 * event. A stack trace follows, on lines of its own, only where the class's level is debug or trace. UTF-8 under any
 * locale. tinylog makes the one instance; any thread.
 */
public final class StderrWriter implements Writer {
    /** More causes than this are a loop, or nothing that anybody reads. */
    private static final int MOST_CAUSES = 8;
    private static final int FRAMES_IN_LINE = 4;

    /** @param properties what tinylog hands to every writer; there is nothing to set here */
    public StderrWriter(Map<String, String> properties) {
        // This constructor is the only one that tinylog calls.
    }

    @Override
    public Collection<LogEntryValue> getRequiredLogEntryValues() {
        return Arrays.asList(LogEntryValue.LEVEL, LogEntryValue.CLASS, LogEntryValue.MESSAGE, LogEntryValue.EXCEPTION);
    }

    @Override
    public void write(LogEntry entry) {
        String className = entry.getClassName();
        StringBuilder out = new StringBuilder(160);
        out.append(LogLevels.name(entry.getLevel())).append(": ")
            .append(className, className.lastIndexOf('.') + 1, className.length());
        if (entry.getMessage() != null) {
            appendInLine(out.append(": "), entry.getMessage());
        }
        Throwable thrown = entry.getException();
        appendChain(out, thrown);
        out.append('\n');
        if (thrown != null && isDebugged(className)) {
            appendTrace(out, thrown);
        }
        byte[] bytes = out.toString().getBytes(StandardCharsets.UTF_8);
        // In one piece: lines of two threads must not mix.
        System.err.write(bytes, 0, bytes.length);
        System.err.flush();
    }

    @Override
    public void flush() {
        System.err.flush();
    }

    /** Standard error stays open: the last words of a dying process go there. */
    @Override
    public void close() {
        flush();
    }

    private static boolean isDebugged(String className) {
        return LogProvider.levels().of(className).ordinal() <= Level.DEBUG.ordinal();
    }

    private static void appendChain(StringBuilder out, Throwable thrown) {
        Throwable innermost = null;
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            appendInLine(out.append(": "), cause.toString());
            innermost = cause;
            cause = cause.getCause();
        }
        if (innermost instanceof RuntimeException || innermost instanceof Error) {
            // A mistake in the program: whoever reports it needs the place, and has only the log.
            appendPlace(out, innermost.getStackTrace());
        }
    }

    private static void appendPlace(StringBuilder out, StackTraceElement[] frames) {
        for (int i = 0; i < frames.length && i < FRAMES_IN_LINE; i++) {
            out.append(i == 0 ? " at " : " < ").append(frames[i]);
        }
    }

    private static void appendTrace(StringBuilder out, Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (i > 0) {
                appendInLine(out.append("  caused by "), cause.toString());
                out.append('\n');
            }
            for (StackTraceElement frame : cause.getStackTrace()) {
                out.append("    at ").append(frame).append('\n');
            }
            cause = cause.getCause();
        }
    }

    private static void appendInLine(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c);
        }
    }
}
