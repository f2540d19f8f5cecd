package io.slipway.config;

import java.nio.file.Path;

/** {@code config watchdog}: what becomes of a gateway of which a part hangs. Immutable. */
public final class WatchdogConfig {
    /** Default: on. */
    public final boolean enabled;
    /** Seconds for which a thread may be at work on one thing, 10 to 3600. Default 120. */
    public final int limitS;
    /** The same of threads that may have to wait for the disk, 30 to 86400. Default 900. */
    public final int diskLimitS;
    /** A hardware watchdog to feed; {@code null} for none. */
    public final Path device;

    WatchdogConfig(SectionReader in) {
        enabled = in.bool("enabled", true);
        limitS = in.whole("limit_s", 120, 10, 3600);
        diskLimitS = in.whole("disk_limit_s", 900, 30, 86_400);
        device = in.path("device", null);
        in.finish();
    }
}
