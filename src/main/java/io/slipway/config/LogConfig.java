package io.slipway.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code config log}: what is said on standard error. Immutable. */
public final class LogConfig {
    /** {@code trace}, {@code debug}, {@code info}, {@code warn}, {@code error} or {@code off}. Default info. */
    public final String level;
    /** Other levels for single packages, from {@code list package 'io.slipway.mesh=debug'}. */
    public final Map<String, String> packages;

    LogConfig(SectionReader in) {
        level = in.choice("level", "info", "trace", "debug", "warn", "error", "off");
        Map<String, String> levels = new LinkedHashMap<>();
        for (String entry : in.list("package")) {
            int equals = entry.indexOf('=');
            if (equals < 1 || !entry.substring(equals + 1).matches("trace|debug|info|warn|error|off")) {
                in.wrong("package", "package=level, for example io.slipway.mesh=debug");
            } else {
                levels.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        packages = Collections.unmodifiableMap(levels);
        in.finish();
    }
}
