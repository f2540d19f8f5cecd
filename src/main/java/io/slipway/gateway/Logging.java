package io.slipway.gateway;

import io.slipway.config.LogConfig;
import java.util.Map;
import org.tinylog.configuration.Configuration;

/** Sets up the log. tinylog reads its configuration once, at the first line that is logged. */
final class Logging {
    /** What these say at level info is of use only to somebody who works on them. */
    static final String[] LIBRARIES = {"io.netty", "io.moquette", "com.hivemq"};

    private Logging() { }

    /** For a program whose own output tells what goes on. Called once, before anything is logged. */
    static void warningsOnly() {
        Configuration.set("level", "warn");
    }

    /**
     * Sets the levels. Called once, by the main thread, before anything is logged.
     *
     * @throws UnsupportedOperationException if something has been logged before
     */
    static void apply(LogConfig log) {
        Configuration.set("level", log.level);
        boolean quieterThanWarn = log.level.equals("error") || log.level.equals("off");
        for (String library : LIBRARIES) {
            Configuration.set("level@" + library, quieterThanWarn ? log.level : "warn");
        }
        for (Map.Entry<String, String> entry : log.packages.entrySet()) {
            Configuration.set("level@" + entry.getKey(), entry.getValue());
        }
    }
}
