package io.slipway.gateway;

import io.slipway.cli.Running;
import io.slipway.config.Config;
import io.slipway.health.Health;
import io.slipway.store.StoreException;
import java.io.IOException;

/** Lets a sub-command run a gateway. */
final class GatewayStarter implements Running.Starter {
    @Override
    public Running start(Config config, Health health) throws IOException {
        final Gateway gateway;
        try {
            gateway = Gateway.start(config, health);
        } catch (StartException failed) {
            throw new IOException(failed.getMessage(), failed);
        }
        return new Running() {
            @Override
            public int brokerPort() {
                return gateway.brokerPort();
            }

            @Override
            public long storedReadings() throws IOException {
                try {
                    return gateway.store().readings();
                } catch (StoreException failed) {
                    throw new IOException(failed.getMessage(), failed);
                }
            }

            @Override
            public void close() {
                gateway.close();
            }
        };
    }
}
