package io.slipway.replication;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two real gateways with files of their own, neither configured for the other nor started yet. */
abstract class GatewayPair {
    @TempDir
    Path directory;
    SyncGateway one;
    SyncGateway two;

    @BeforeEach
    final void makeGateways() throws Exception {
        one = new SyncGateway(directory, "gw-01");
        two = new SyncGateway(directory, "gw-02");
    }

    @AfterEach
    final void closeGateways() throws Exception {
        one.close();
        two.close();
    }
}
