package io.slipway.gateway;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.health.Health;
import java.io.IOException;
import java.nio.file.Path;
import org.tinylog.Logger;

/**
 * The gateways of one process, one after the other: usually one; another where a configuration from afar is tried or
 * given up. Started by the main thread, started anew by that of the remote configuration, closed by the JVM's hook.
 */
final class GatewayRun implements RemoteConfig.Restart {
    private static final int FAILED = 1;

    private final Path file;
    private Gateway gateway;
    /** {@code null} where there is no gateway. */
    private Vigil vigil;
    private boolean closed;

    GatewayRun(Path file) {
        this.file = file;
    }

    /**
     * Starts the gateway. A configuration that is on trial and cannot be started gives way to the one before it.
     *
     * @throws ConfigException if the configuration is wrong
     * @throws StartException if the gateway cannot start with it
     */
    synchronized void start() throws ConfigException, StartException {
        ConfigTrial trial = ConfigTrial.isOpen(file) ? ConfigTrial.of(file) : null;
        try {
            if (trial != null) {
                trial.starting();
            }
            try {
                startOnce();
            } catch (ConfigException | StartException wrong) {
                if (trial == null || trial.phase() != ConfigTrial.Phase.TRYING) {
                    throw wrong;
                }
                Logger.warn("The configuration on trial cannot be started; the one before it is back");
                trial.goBack(wrong.getMessage());
                startOnce();
            }
        } catch (IOException failed) {
            throw new StartException("the configuration on trial: " + failed.getMessage(), failed);
        }
    }

    private void startOnce() throws ConfigException, StartException {
        Config config = Config.load(file);
        Logging.apply(config.log);
        Health health = new Health();
        LastResort lastResort = new LastResort(health);
        Thread.setDefaultUncaughtExceptionHandler(lastResort);
        gateway = Gateway.start(config, health, file, this);
        vigil = Vigil.begin(config, health);
        lastResort.tells(vigil.lastStop());
    }

    @Override
    public synchronized void restart() {
        if (closed) {
            return;
        }
        end("configuration");
        try {
            start();
        } catch (ConfigException | StartException failed) {
            Logger.error("The gateway cannot be started anew: {}", failed.getMessage());
            // The hook would wait for this object's lock.
            closed = true;
            new Thread("end") {
                @Override
                public void run() {
                    System.exit(FAILED);
                }
            }.start();
        }
    }

    /** Closes the gateway there is; no other will be started. */
    synchronized void close() {
        closed = true;
        if (gateway != null) {
            end("signal");
        }
    }

    private void end(String why) {
        vigil.ending();
        gateway.close();
        vigil.ended(why);
        gateway = null;
        vigil = null;
    }

    /** Has the gateway that runs now read its configuration anew. Any thread. */
    synchronized void reload() {
        if (gateway != null) {
            gateway.reload();
        }
    }
}
