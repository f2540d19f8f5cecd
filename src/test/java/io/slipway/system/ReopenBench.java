package io.slipway.system;

import io.slipway.config.Config;
import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.store.Store;
import io.slipway.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long the gateway takes to come up after a {@code kill -9} with a store of 64 MB that is full and unsent. No test,
 * so nothing runs it but {@code mvn verify -Dit.test=ReopenBench -Dtest=ArchitectureTest}.
 */
class ReopenBench {
    private static final int STARTS = 5;
    /** Random digits, which makes four million readings. */
    private static final int PAYLOAD = 20;

    @TempDir
    Path directory;

    @Test
    void afterACrashWithAFullStore() throws Exception {
        try (NumberedMote mote = new NumberedMote(new Random(1));
             GatewayProcess empty = gateway("empty", mote); GatewayProcess full = gateway("full", mote)) {
            System.out.println("an empty store: " + starts(empty, mote));
            fill(full.dataDir);
            System.out.println("a store of " + (Files.size(full.dataDir.resolve(Store.FILE_NAME)) >> 20) + " MB: "
                + starts(full, mote));
        }
    }

    private GatewayProcess gateway(String name, NumberedMote mote) throws Exception {
        return new GatewayProcess(Files.createDirectory(directory.resolve(name)), "tcp://127.0.0.1:" + mote.port(),
            "config upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:1'\n");
    }

    private static void fill(Path dataDir) throws Exception {
        StoreConfig config = Config.parse("bench", "config gateway\n option id 'gw-01'\nconfig mesh\n"
            + " option link 'file:/dev/null'\nconfig store\n option commit_readings '512'\n"
            + " option queue_readings '1000000'\n option queue_bytes '256M'\n").store;
        Health health = new Health();
        Random random = new Random(2);
        try (Store store = Store.open(config, dataDir, "gw-01", health)) {
            long seq = 0;
            while (health.value(Counter.STORE_EXPIRED) == 0) {
                for (int i = 0; i < 50_000; i++) {
                    byte[] digits = new byte[PAYLOAD];
                    for (int j = 0; j < PAYLOAD; j++) {
                        digits[j] = (byte) ('0' + random.nextInt(10));
                    }
                    store.append(new Reading("gw-01", store.epoch(), ++seq, seq, true, seq, Eui64.of(seq % 50),
                        "udp/5678", digits));
                }
                long last = seq;
                Await.until("the commits", 600, () -> health.value(Counter.STORE_COMMITTED) >= last);
            }
            System.out.println(seq + " readings");
        }
    }

    /**
     * From the launch to the first answer, in milliseconds, in ascending order, each after a kill under load; and the
     * least of a processor's time that a start took, which says more on a machine that has other work.
     */
    private static String starts(GatewayProcess gateway, NumberedMote mote) throws Exception {
        List<Long> ms = new ArrayList<>();
        long cpuMs = Long.MAX_VALUE;
        mote.rate(500);
        for (int i = 0; i <= STARTS; i++) {
            gateway.launch();
            try (Witness witness = new Witness(gateway, Place.empty())) {
                Await.until("an answer", 60, () -> witness.firstAnswerMs() >= 0);
                if (i > 0) {
                    cpuMs = Math.min(cpuMs, gateway.cpuMs());
                }
                Await.until("some commits", 60, () -> witness.counter("store_committed") > 500);
                gateway.kill();
                // The first one was no crash.
                if (i > 0) {
                    ms.add(witness.firstAnswerMs());
                }
            }
        }
        mote.rate(0);
        Collections.sort(ms);
        return ms + " ms, " + cpuMs + " ms of a processor";
    }
}
