package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.testing.Await;
import io.slipway.testing.MqttGate;
import io.slipway.testing.Mosquitto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fault of line, broker and gateway in any order, for a while; then everything has arrived. */
class UpstreamChaosIT {
    private static final long FAULTS_NS = 18_000_000_000L;
    private static final int[] REFUSALS = {0x80, 0x83, 0x87, 0x97};
    private static final String POISON = "poison";

    private final long seed = Long.getLong("slipway.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final TreeSet<String> poisoned = new TreeSet<>();
    @TempDir
    private Path dir;
    private Mosquitto broker;
    private Cloud cloud;
    private MqttGate gate;
    private Site site;
    private volatile int refusePercent;

    @ParameterizedTest
    @ValueSource(strings = {"in_order", "live_first"})
    void everythingArrives(String order) throws Exception {
        System.out.println("seed " + seed);
        broker = new Mosquitto(dir, "allow_anonymous true", "max_queued_messages 0", "max_topic_alias 0").start();
        cloud = Cloud.at(broker.port());
        try (MqttGate opened = new MqttGate(broker.port(), seed);
             Site started = new Site(dir, opened.port(), "order '" + order + "'", "keep_alive_s '5'",
                 "connect_timeout_s '1'", "batch_readings '20'", "batch_age_ms '50'").open()) {
            gate = opened;
            site = started;
            gate.judge(this::judge);
            site.start();
            long end = System.nanoTime() + FAULTS_NS;
            while (System.nanoTime() - end < 0) {
                site.append(below(200));
                fault();
                pause(below(500));
            }
            heal();
            site.append(10);
            TreeSet<String> wanted = new TreeSet<>(site.appended);
            wanted.removeAll(poisoned);
            site.awaitDrained(60);
            TreeSet<String> missing = new TreeSet<>(wanted);
            try {
                Await.until("everything to arrive, seed " + seed, 30, () -> {
                    missing.removeAll(cloud.identities());
                    return missing.isEmpty();
                });
            } finally {
                System.out.println(missing.size() + " missing: " + missing);
            }
            assertEquals(wanted, new TreeSet<>(cloud.identities()), "seed " + seed);
            System.out.println(wanted.size() + " readings, " + cloud.identities().size() + " arrivals, "
                + site.count(Counter.UPSTREAM_CONNECTED) + " connections, "
                + site.count(Counter.UPSTREAM_BATCHES_FAILED) + " batches failed, "
                + site.count(Counter.UPSTREAM_READINGS_SET_ASIDE) + " readings set aside");
            assertTrue(site.count(Counter.UPSTREAM_CONNECTED) > 1, "seed " + seed);
        } finally {
            cloud.close();
            broker.close();
        }
    }

    private int judge(String topic, byte[] packet) {
        if (!topic.endsWith("/batch")) {
            return 0;
        }
        if (new String(packet, StandardCharsets.ISO_8859_1).contains(POISON)) {
            return 0x99;
        }
        synchronized (random) {
            return random.nextInt(100) < refusePercent ? REFUSALS[random.nextInt(REFUSALS.length)] : 0;
        }
    }

    private int below(int bound) {
        synchronized (random) {
            return random.nextInt(bound);
        }
    }

    private void fault() throws Exception {
        switch (below(11)) {
            case 0:
                gate.delayAcks(below(300));
                break;
            case 1:
                gate.dropAcks(below(5));
                break;
            case 2:
                gate.duplicateAcks(below(10));
                break;
            case 3:
                gate.bytesPerSecond(5000 + below(50_000));
                break;
            case 4:
                refusePercent = below(30);
                break;
            case 5:
                gate.cut();
                break;
            case 6:
                gate.deaf(true);
                pause(below(1500));
                gate.deaf(false);
                break;
            case 7:
                // Its sessions are gone with it.
                broker.kill();
                gate.open(false);
                gate.cut();
                broker.start();
                cloud = cloud.again(broker.port());
                // Not before: the broker takes a batch that nobody subscribes to, and throws it away.
                gate.open(true);
                break;
            case 8:
                site.stop();
                site.open().start();
                break;
            case 9:
                poisoned.add(site.append(1, POISON));
                break;
            default:
                heal();
                break;
        }
    }

    private void heal() {
        gate.delayAcks(0);
        gate.dropAcks(0);
        gate.duplicateAcks(0);
        gate.bytesPerSecond(0);
        gate.deaf(false);
        refusePercent = 0;
    }

    private static void pause(int ms) {
        long end = System.nanoTime() + ms * 1_000_000L;
        while (System.nanoTime() - end < 0) {
            Await.pauseBriefly();
        }
    }
}
