package io.slipway.gateway;

import io.slipway.health.Release;

/** Which release this is. */
final class Version {
    private Version() {
    }

    /** As in the build file, for example {@code 0.1.0}. */
    static String text() {
        return Release.version();
    }
}
