package io.slipway.health;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which release this is. Any thread. */
public final class Release {
    private Release() {
    }

    /** As in the build file, for example {@code 0.1.0}. */
    public static String version() {
        try (InputStream in = Release.class.getResourceAsStream("/version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException unreadable) {
            return "unknown";
        }
    }
}
