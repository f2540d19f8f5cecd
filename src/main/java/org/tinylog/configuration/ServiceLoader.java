package org.tinylog.configuration;

import io.slipway.gateway.LogDefaults;
import io.slipway.gateway.LogProvider;
import io.slipway.gateway.StderrWriter;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import org.tinylog.provider.LoggingProvider;
import org.tinylog.writers.Writer;

/**
 * Replaces tinylog's class of this name. The original looks for service files with the class loader of its own class,
 * and there is none where the JVM's boot loader loads us, which the start on a router gains most from. Here is one of
 * each service, so there is nothing to look for: no URLs, regular expressions, readers or reflection on the way to the
 * first line of the log.
 */
public final class ServiceLoader<T> {
    private final Class<? extends T> service;

    /** @param argumentTypes what the constructor takes; of use to the original only */
    public ServiceLoader(Class<? extends T> service, Class<?>... argumentTypes) {
        this.service = service;
    }

    /** The one there is, whatever the name. */
    public T create(String name, Object... arguments) {
        return createAll(arguments).iterator().next();
    }

    /** The one there is. A service that is not known here is a mistake of ours: tinylog is of another version. */
    @SuppressWarnings("unchecked")
    public Collection<T> createAll(Object... arguments) {
        Object made;
        if (service == ConfigurationLoader.class) {
            made = new LogDefaults();
        } else if (service == LoggingProvider.class) {
            made = new LogProvider();
        } else if (service == Writer.class) {
            made = new StderrWriter((Map<String, String>) arguments[0]);
        } else {
            throw new IllegalArgumentException("tinylog asks for a service that is not here: " + service.getName());
        }
        return Collections.singletonList((T) made);
    }
}
