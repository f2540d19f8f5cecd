package io.slipway.gateway;

import io.slipway.config.LogConfig;
import java.util.Map;
import java.util.TreeMap;
import org.tinylog.Level;

/** Which level counts for which class: one for all, others for packages or classes. Immutable; any thread. */
final class LogLevels {
    /** What these say at level info is of use only to somebody who works on them. */
    private static final String[] LIBRARIES = {"io.netty", "io.moquette", "com.hivemq"};
    /** In the order of the levels. */
    private static final String[] NAMES = {"trace", "debug", "info", "warn", "error", "off"};

    private final Level all;
    private final Map<String, Level> packages;
    private final Level lowest;

    private LogLevels(Level all, Map<String, Level> packages) {
        this.all = all;
        this.packages = packages;
        Level least = all;
        for (Level level : packages.values()) {
            least = level.ordinal() < least.ordinal() ? level : least;
        }
        this.lowest = least;
    }

    /** A level for everything; the libraries say warnings at most. */
    static LogLevels of(Level level) {
        Map<String, Level> packages = new TreeMap<>();
        for (String library : LIBRARIES) {
            packages.put(library, level.ordinal() < Level.WARN.ordinal() ? Level.WARN : level);
        }
        return new LogLevels(level, packages);
    }

    /** Those of the configuration. */
    static LogLevels of(LogConfig config) {
        LogLevels levels = of(level(config.level));
        for (Map.Entry<String, String> entry : config.packages.entrySet()) {
            levels.packages.put(entry.getKey(), level(entry.getValue()));
        }
        return new LogLevels(levels.all, levels.packages);
    }

    /** The same with another level for a package or class. */
    LogLevels with(String name, Level level) {
        Map<String, Level> changed = new TreeMap<>(packages);
        changed.put(name, level);
        return new LogLevels(all, changed);
    }

    /** A level by its name in lower case; {@code null} where there is none. */
    static Level level(String name) {
        for (Level level : Level.values()) {
            if (name(level).equals(name)) {
                return level;
            }
        }
        return null;
    }

    /** The name of a level in lower case. */
    static String name(Level level) {
        return NAMES[level.ordinal()];
    }

    /** Whether some class may say something of this level. */
    boolean mayAllow(Level level) {
        return level.ordinal() >= lowest.ordinal();
    }

    /** The level of a class: its own, that of the innermost package that has one, or else that of all. */
    Level of(String className) {
        String name = className;
        while (!name.isEmpty()) {
            Level level = packages.get(name);
            if (level != null) {
                return level;
            }
            name = name.substring(0, Math.max(name.lastIndexOf('.'), 0));
        }
        return all;
    }

    /** The level of all, then {@code package=level} for those that have their own; a line each. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name(all)).append('\n');
        for (Map.Entry<String, Level> entry : packages.entrySet()) {
            text.append(entry.getKey()).append('=').append(name(entry.getValue())).append('\n');
        }
        return text.toString();
    }
}
