package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.ingest.Rfc3339;
import io.slipway.ingest.SystemClock;
import java.nio.file.Files;

/** Whether the clock is set. */
final class ClockCheck {
    private ClockCheck() {
    }

    static void look(Config config, Findings findings) {
        long now = System.currentTimeMillis();
        String shown = Rfc3339.format(now);
        if (new SystemClock(config.gateway.clockFile).isTrusted(now)) {
            findings.good("clock", shown);
        } else if (config.gateway.clockFile != null && !Files.exists(config.gateway.clockFile)) {
            findings.unwise("clock", "shows " + shown + ", but " + config.gateway.clockFile + " is not there: nobody"
                + " has set it", "see that NTP runs and reaches its servers; readings get their time when it is set");
        } else {
            findings.unwise("clock", "shows " + shown + ", before this program was made", "set it: see that NTP runs;"
                + " readings get their time when it is set, but TLS fails until then");
        }
    }
}
