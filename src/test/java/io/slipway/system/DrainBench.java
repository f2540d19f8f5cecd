package io.slipway.system;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.slipway.cli.EmulatedMote;
import io.slipway.config.Config;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.store.Store;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast the finished jar gets rid of a backlog, how late new readings are meanwhile, and in how much memory. No
 * test: it asserts nothing, and nothing runs it but {@code mvn verify -Dit.test=DrainBench -Dtest=ArchitectureTest}.
 */
class DrainBench {
    private static final List<String> FLAGS = List.of("-Xms4m", "-Xmn2m", "-Xmx16m", "-Xss256k", "-XX:+UseSerialGC",
        "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=8m", "-XX:CICompilerCount=1",
        "-Dio.netty.eventLoopThreads=1", "-Dio.netty.allocator.type=unpooled", "-Dio.netty.noPreferDirect=true",
        "-Drx2.computation-threads=1", "-Drx2.purge-enabled=false");

    @TempDir
    private Path dir;
    private final AtomicLong arrived = new AtomicLong();
    private volatile long firstNs;
    private volatile long lastNs;
    private volatile long firstCount;
    private final Map<Long, Long> arrivedAtNs = Collections.synchronizedMap(new HashMap<>());

    @Test
    void figures() throws Exception {
        for (int backlog : new int[] {100_000, 1_000_000}) {
            for (String order : new String[] {"in_order", "live_first"}) {
                drain(backlog, order);
            }
        }
    }

    private void drain(int backlog, String order) throws Exception {
        Path place = Files.createDirectory(dir.resolve(order + backlog));
        arrived.set(0);
        arrivedAtNs.clear();
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { });
             Mosquitto cloud = new Mosquitto(place, "allow_anonymous true", "max_queued_messages 0").start();
             GatewayProcess gateway = new GatewayProcess(place, "tcp://127.0.0.1:" + mote.port(),
                 "config ingest\n\tlist filter 'sensors/#'\nconfig store\n\toption max_bytes '1G'\n"
                     + "config upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:" + cloud.port() + "'\n"
                     + "\toption batch_age_ms '0'\n\toption order '" + order + "'\n").flags(FLAGS)) {
            fill(gateway.dataDir, backlog);
            Mqtt5AsyncClient there = subscriber(cloud.port());
            gateway.start();
            List<Long> latencies = new ArrayList<>();
            String memory = "";
            try (Place lan = Place.lan(gateway.lanPort)) {
                for (long seq = 1; arrived.get() < backlog; seq++) {
                    long sent = System.nanoTime();
                    lan.publish("sensors/t", Long.toString(seq));
                    memory = gateway.memory();
                    if (order.equals("live_first")) {
                        long awaited = seq;
                        Await.until("a new reading", 60, () -> arrivedAtNs.containsKey(awaited));
                        if (arrived.get() < backlog) {
                            latencies.add((arrivedAtNs.get(seq) - sent) / 1_000_000);
                        }
                    } else {
                        Await.pauseBriefly();
                    }
                }
            }
            long ns = Math.max(1, lastNs - firstNs);
            Collections.sort(latencies);
            System.out.println(order + ", " + backlog + " readings: "
                + (arrived.get() - firstCount) * 1_000_000_000L / ns + " a second, "
                + "gateway's CPU " + gateway.cpuMs() + " ms; " + memory
                + (latencies.isEmpty() ? ""
                    : latencies.size() + " new readings, ms: median " + latencies.get(latencies.size() / 2) + ", 90 % "
                        + latencies.get(latencies.size() * 9 / 10) + ", worst "
                        + latencies.get(latencies.size() - 1)));
            there.disconnect().join();
        }
    }

    private static void fill(Path dataDir, int count) throws Exception {
        Config config = Config.parse("bench", "config gateway\n option id 'gw-01'\nconfig mesh\n"
            + " option link 'file:/dev/null'\nconfig store\n option queue_readings '1000000'\n"
            + " option queue_bytes '256M'\n option max_bytes '1G'\n");
        try (Store store = Store.open(config.store, dataDir, "gw-01", new Health())) {
            for (int seq = 1; seq <= count; seq++) {
                store.append(new Reading("gw-01", store.epoch(), seq, 1_790_000_000_000L + 50L * seq, true, 50L * seq,
                    Eui64.of(0x0212_7402_0000_0001L + seq % 50), "udp/5678",
                    ("21." + seq % 100).getBytes(StandardCharsets.US_ASCII)));
            }
            store.flush();
        }
    }

    private Mqtt5AsyncClient subscriber(int port) throws Exception {
        Mqtt5AsyncClient client = MqttClient.builder().useMqttVersion5().serverHost("127.0.0.1").serverPort(port)
            .buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::arrived);
        client.connect().get(20, TimeUnit.SECONDS);
        client.subscribeWith().topicFilter("slipway/+/batch").qos(MqttQos.AT_MOST_ONCE).send()
            .get(20, TimeUnit.SECONDS);
        return client;
    }

    private void arrived(Mqtt5Publish message) {
        Map<String, String> properties = new HashMap<>();
        message.getUserProperties().asList().forEach(
            property -> properties.put(property.getName().toString(), property.getValue().toString()));
        if (properties.get("epoch").startsWith("1-")) {
            long count = Long.parseLong(properties.get("count"));
            if (arrived.get() == 0) {
                firstNs = System.nanoTime();
                firstCount = count;
            }
            lastNs = System.nanoTime();
            arrived.addAndGet(count);
            return;
        }
        long now = System.nanoTime();
        for (long seq = Long.parseLong(properties.get("first")); seq <= Long.parseLong(properties.get("last")); seq++) {
            arrivedAtNs.put(seq, now);
        }
    }
}
