package io.slipway.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which release this is. */
final class Version {
    private Version() {
    }

    /** As in the build file, for example {@code 0.1.0}. */
    static String text() {
        try (InputStream in = Version.class.getResourceAsStream("/version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException unreadable) {
            return "unknown";
        }
    }
}
