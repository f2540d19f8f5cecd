package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.health.Health;
import java.io.Closeable;
import java.io.IOException;

/** A gateway that a sub-command runs without knowing how it is put together. */
public interface Running extends Closeable {
    /** The LAN broker's port. */
    int brokerPort();

    /**
     * How many readings the database holds, as of the last commit.
     *
     * @throws IOException if it cannot be asked
     */
    long storedReadings() throws IOException;

    /** Stops it: nothing new comes in, what came is committed. */
    @Override
    void close();

    /** Starts gateways. */
    interface Starter {
        /**
         * Starts one.
         *
         * @throws IOException if it cannot start; the message is for people
         */
        Running start(Config config, Health health) throws IOException;
    }
}
