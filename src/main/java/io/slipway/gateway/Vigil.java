package io.slipway.gateway;

import io.slipway.config.Config;
import io.slipway.health.Health;
import org.tinylog.Logger;

/**
 * Watches over one process that runs a gateway: keeps why it ended, and ends it where a part hangs, for procd or
 * systemd to start it anew.
 */
final class Vigil implements Watchdog.Alarm {
    /** The exit status of a gateway that the watchdog ended. */
    static final int STUCK = 3;
    /** For an orderly end in spite of what hangs. */
    private static final long PATIENCE_MS = 10_000;

    private final LastStop lastStop;
    /** {@code null} where it is switched off. */
    private final Watchdog watchdog;
    private volatile boolean stuck;

    private Vigil(Config config, Health health) {
        lastStop = LastStop.begin(config.gateway.dataDir, health);
        watchdog = config.watchdog.enabled ? new Watchdog(config.watchdog, health, this) : null;
    }

    /** Begins when the gateway runs. */
    static Vigil begin(Config config, Health health) {
        Vigil vigil = new Vigil(config, health);
        if (vigil.watchdog != null) {
            vigil.watchdog.start();
        }
        return vigil;
    }

    LastStop lastStop() {
        return lastStop;
    }

    @Override
    public void stuck(String thread) {
        stuck = true;
        Logger.error("The watchdog ends the gateway because of the thread {}", thread);
        Thread end = new Thread("watchdog-end") {
            @Override
            public void run() {
                // On a thread that may hang as well: the disk may be what all of them wait for.
                lastStop.because("watchdog");
                System.exit(STUCK);
            }
        };
        end.setDaemon(true);
        end.start();
        try {
            end.join(PATIENCE_MS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(STUCK);
    }

    /** The gateway begins to stop: from now on threads may end. */
    void ending() {
        if (watchdog != null && !stuck) {
            watchdog.stop();
        }
    }

    /** The gateway has stopped in order, for this reason. */
    void ended(String why) {
        if (!stuck) {
            lastStop.because(why);
        }
    }
}
