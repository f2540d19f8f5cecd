package io.slipway.gateway;

import io.slipway.config.LogConfig;
import org.tinylog.Level;

/** Sets up the log, as a sub-command or the configuration wants it. */
final class Logging {
    private static volatile LogLevels configured = LogProvider.levels();

    private Logging() { }

    /** For a program whose own output tells what goes on. */
    static void warningsOnly() {
        set(LogLevels.of(Level.WARN));
    }

    /** Sets the levels of the configuration. Any thread. */
    static void apply(LogConfig log) {
        set(LogLevels.of(log));
    }

    private static void set(LogLevels levels) {
        configured = levels;
        LogProvider.set(levels);
    }

    /** The levels that were set last by one of the methods above. */
    static LogLevels configured() {
        return configured;
    }
}
