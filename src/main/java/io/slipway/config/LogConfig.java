package io.slipway.config;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code config log}: what is said on standard error. Immutable. */
public final class LogConfig {
    private static final String[] LEVELS = {"info", "trace", "debug", "warn", "error", "off"};

    /** {@code trace}, {@code debug}, {@code info}, {@code warn}, {@code error} or {@code off}. Default info. */
    public final String level;
    /** Other levels for single packages or classes, from {@code list package 'io.slipway.mesh=debug'}. */
    public final Map<String, String> packages;

    LogConfig(SectionReader in) {
        level = in.choice("level", LEVELS);
        Map<String, String> levels = new LinkedHashMap<>();
        for (String entry : in.list("package")) {
            int equals = entry.indexOf('=');
            if (equals < 1 || !Arrays.asList(LEVELS).contains(entry.substring(equals + 1))) {
                in.wrong("package", "package=level, for example io.slipway.mesh=debug");
            } else {
                levels.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        packages = Collections.unmodifiableMap(levels);
        in.finish();
    }
}
