package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.SilentBroker;
import java.io.File;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM in bad moments: procd waits five seconds, then it kills. */
class StopIT {
    private static final String FILTER = "config ingest\n\tlist filter 'sensors/#'\n";
    private static final int UPSTREAMS = 5;
    private static final long LIMIT_MS = 4500;

    @TempDir
    Path directory;

    private final AtomicInteger acknowledged = new AtomicInteger();

    /** Leaves that add up take too long every time, a machine that has other things to do does not. */
    @Test
    void upstreamsThatHangDoNotAddUp() throws Exception {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 3 && best >= LIMIT_MS; i++) {
            best = Math.min(best, timeToStop(Files.createDirectory(directory.resolve("life" + i))));
        }
        assertTrue(best < LIMIT_MS, best + " ms");
    }

    private long timeToStop(Path dir) throws Exception {
        StringBuilder sections = new StringBuilder(FILTER)
            .append("config store\n\toption commit_interval_ms '60000'\n");
        List<SilentBroker> brokers = new ArrayList<>();
        try (ServerSocket mote = new ServerSocket(0)) {
            for (int i = 0; i < UPSTREAMS; i++) {
                int port = Mosquitto.freePort();
                brokers.add(new SilentBroker(port));
                sections.append("config upstream 'cloud").append(i).append("'\n\toption url 'mqtt://127.0.0.1:")
                    .append(port).append("'\n");
            }
            try (GatewayProcess gateway = gateway(dir, mote, sections.toString()).start()) {
                for (SilentBroker broker : brokers) {
                    Await.until("online", 30, () -> broker.mostPublishes() > 0);
                }
                Mqtt3BlockingClient client = connect(gateway);
                publish(client, 1);
                long start = System.nanoTime();
                gateway.stop();
                long took = (System.nanoTime() - start) / 1_000_000;
                assertEquals(1, Place.store(gateway.dataDir).size());
                return took;
            }
        } finally {
            for (SilentBroker broker : brokers) {
                broker.close();
            }
        }
    }

    @Test
    void whatWasAcknowledgedToALanClientIsInTheStore() throws Exception {
        try (ServerSocket mote = new ServerSocket(0);
             GatewayProcess gateway = gateway(directory, mote, FILTER).start()) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Mqtt3BlockingClient client = connect(gateway);
                Thread thread = new Thread(() -> publish(client, Integer.MAX_VALUE), "client-" + i);
                thread.start();
                clients.add(thread);
            }
            Await.until("many readings", 30, () -> acknowledged.get() > 500);
            gateway.stop();
            for (Thread client : clients) {
                client.join();
            }
            int stored = Place.store(gateway.dataDir).size();
            assertTrue(stored >= acknowledged.get(), stored + " stored, " + acknowledged + " acknowledged");
        }
    }

    @Test
    void whatAKilledGatewayLeftInTheTemporaryDirectoryIsRemoved() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        try (ServerSocket mote = new ServerSocket(0); GatewayProcess gateway = gateway(directory, mote, "")) {
            gateway.flags(List.of("-Djava.io.tmpdir=" + temporary));
            for (int life = 0; life < 3; life++) {
                gateway.start().kill();
                for (File file : temporary.toFile().listFiles()) {
                    assertTrue(file.setLastModified(System.currentTimeMillis() - 100_000));
                }
            }
            gateway.start().stop();
            assertEquals(List.of(), List.of(temporary.toFile().list()));
        }
    }

    private static GatewayProcess gateway(Path dir, ServerSocket mote, String sections) throws Exception {
        return new GatewayProcess(dir, "tcp://127.0.0.1:" + mote.getLocalPort(), sections);
    }

    private static Mqtt3BlockingClient connect(GatewayProcess gateway) {
        Mqtt3BlockingClient client = MqttClient.builder().useMqttVersion3().serverHost("127.0.0.1")
            .serverPort(gateway.lanPort).buildBlocking();
        client.connect();
        return client;
    }

    /** Publishes one after the other, until the gateway hangs up at the latest. */
    private void publish(Mqtt3BlockingClient client, int count) {
        try {
            for (int i = 0; i < count; i++) {
                client.publishWith().topic("sensors/x").qos(MqttQos.AT_LEAST_ONCE).payload(new byte[1]).send();
                acknowledged.incrementAndGet();
                Await.pauseBriefly();
            }
        } catch (RuntimeException hungUp) {
            // The last one was not acknowledged.
        }
    }
}
