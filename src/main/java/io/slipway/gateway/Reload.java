package io.slipway.gateway;

import io.slipway.broker.LanBroker;
import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import java.io.IOException;
import java.nio.file.Paths;
import java.util.List;
import org.tinylog.Logger;

/**
 * Reads the configuration and the files that it names once more, and takes in what can change while the gateway runs;
 * the rest is named. A file that is wrong changes nothing. Any thread.
 */
final class Reload {
    private final Config running;
    private final LanBroker broker;
    private final WebService web;

    /**
     * @param running what the gateway was started with
     * @param web {@code null} where it is not configured
     */
    Reload(Config running, LanBroker broker, WebService web) {
        this.running = running;
        this.broker = broker;
        this.web = web;
    }

    /**
     * Does it, and logs what came of it.
     *
     * @return lines for people: the first says "Reloaded.", each other what needs a restart
     * @throws IOException if a file is wrong, with file and line; nothing has changed then
     */
    synchronized String now() throws IOException {
        try {
            Config fresh = Config.load(Paths.get(running.file));
            LanBroker.Change change = broker.prepare(fresh.broker);
            Runnable webChange = web == null ? null : web.prepare();
            List<String> others = running.needsRestart(fresh);
            change.apply();
            if (webChange != null) {
                webChange.run();
            }
            StringBuilder told = new StringBuilder("Reloaded.");
            for (String other : others) {
                told.append("\nNeeds a restart: ").append(other);
            }
            Logger.info("{}", told.toString().replace("\n", " "));
            return told.toString();
        } catch (ConfigException wrong) {
            throw refused(wrong);
        } catch (IOException wrong) {
            throw refused(wrong);
        }
    }

    private static IOException refused(Exception wrong) {
        Logger.warn("Not reloaded, nothing has changed: {}", wrong.getMessage());
        return new IOException(wrong.getMessage(), wrong);
    }
}
