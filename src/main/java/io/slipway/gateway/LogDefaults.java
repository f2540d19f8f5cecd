package io.slipway.gateway;

import java.util.Properties;
import org.tinylog.configuration.ConfigurationLoader;

/**
 * How tinylog logs what {@link LogProvider} lets through. In code and not in
 * {@code tinylog.properties}, to find and parse which costs classes at the start. tinylog makes the one instance.
 */
public final class LogDefaults implements ConfigurationLoader {
    @Override
    public Properties load() {
        Properties defaults = new Properties();
        // One line an event on standard error, without a time: syslog and procd put their own before it.
        defaults.setProperty("writer", StderrWriter.class.getName());
        // Nothing is buffered, and the last lines of a shutdown are worth having.
        defaults.setProperty("autoshutdown", "false");
        // What is wanted is for LogProvider to say.
        defaults.setProperty("level", "trace");
        return defaults;
    }
}
