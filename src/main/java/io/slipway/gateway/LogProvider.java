package io.slipway.gateway;

import org.tinylog.Level;
import org.tinylog.core.TinylogLoggingProvider;
import org.tinylog.format.MessageFormatter;
import org.tinylog.provider.ContextProvider;
import org.tinylog.provider.LoggingProvider;
import org.tinylog.runtime.RuntimeProvider;

/**
 * Decides what is logged, by levels that can change while the program runs; tinylog's own are fixed with the first
 * line. What is let through goes to tinylog, which is set to write everything. tinylog makes the one instance, and is
 * told that every level may be wanted, since it remembers the answer for ever; so what is not wanted must cost no more
 * than to read a field. Any thread.
 */
public final class LogProvider implements LoggingProvider {
    private static volatile LogLevels levels = LogLevels.of(Level.INFO);

    private final LoggingProvider tinylog = new TinylogLoggingProvider();

    /** The levels that count now. */
    static LogLevels levels() {
        return levels;
    }

    /** Sets the levels for everything that is logged from now on. */
    static void set(LogLevels wanted) {
        levels = wanted;
    }

    @Override
    public ContextProvider getContextProvider() {
        return tinylog.getContextProvider();
    }

    @Override
    public Level getMinimumLevel() {
        return Level.TRACE;
    }

    @Override
    public Level getMinimumLevel(String tag) {
        return Level.TRACE;
    }

    @Override
    public boolean isEnabled(int depth, String tag, Level level) {
        LogLevels now = levels;
        return now.mayAllow(level) && allows(now, RuntimeProvider.getCallerClassName(depth + 1), level);
    }

    @Override
    public boolean isEnabled(String loggerClassName, String tag, Level level) {
        LogLevels now = levels;
        return now.mayAllow(level) && allows(now, RuntimeProvider.getCallerClassName(loggerClassName), level);
    }

    private static boolean allows(LogLevels now, String className, Level level) {
        return level.ordinal() >= now.of(className == null ? "" : className).ordinal();
    }

    @Override
    public void log(int depth, String tag, Level level, Throwable exception, MessageFormatter formatter, Object obj,
                    Object... arguments) {
        LogLevels now = levels;
        if (now.mayAllow(level) && allows(now, RuntimeProvider.getCallerClassName(depth + 1), level)) {
            tinylog.log(depth + 1, tag, level, exception, formatter, obj, arguments);
        }
    }

    @Override
    public void log(String loggerClassName, String tag, Level level, Throwable exception, MessageFormatter formatter,
                    Object obj, Object... arguments) {
        LogLevels now = levels;
        if (now.mayAllow(level) && allows(now, RuntimeProvider.getCallerClassName(loggerClassName), level)) {
            tinylog.log(loggerClassName, tag, level, exception, formatter, obj, arguments);
        }
    }

    @Override
    public void shutdown() throws InterruptedException {
        tinylog.shutdown();
    }
}
