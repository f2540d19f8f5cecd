package io.slipway.upstream;

import io.slipway.testing.MqttGate;
import io.slipway.testing.Mosquitto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that reaches its broker through a gate, where the test decides what becomes of each packet. */
abstract class ThroughAGate {
    static final String BATCH = "slipway/gw-01/batch";
    static final String QUICK = "batch_age_ms '0'";

    final long seed = System.nanoTime();
    @TempDir
    private Path dir;

    /** Runs a gateway through a gate to a mosquitto, and says what arrived. */
    interface Run {
        void with(MqttGate gate, Gateway gateway, Cloud cloud) throws Exception;
    }

    void run(List<String> broker, List<String> options, Run run) throws Exception {
        System.out.println("seed " + seed);
        // With an alias, a PUBLISH that the gate keeps back would take the topic of those after it with it.
        List<String> lines = new ArrayList<>(List.of("allow_anonymous true", "max_topic_alias 0"));
        lines.addAll(broker);
        try (Mosquitto mosquitto = new Mosquitto(dir, lines.toArray(new String[0])).start();
             Cloud cloud = Cloud.at(mosquitto.port());
             MqttGate gate = new MqttGate(mosquitto.port(), seed);
             Gateway gateway = Gateway.to(gate.port(), options.toArray(new String[0]))) {
            run.with(gate, gateway, cloud);
        }
    }

    /** Counts one more cut, and has the gate make it. */
    static int cut(AtomicInteger cuts) {
        cuts.incrementAndGet();
        return MqttGate.CUT;
    }

    /** After two cuts, each over batches, the third connection has to show first that it works, and does not. */
    static MqttGate.Publishes thirdStateUnanswered(AtomicInteger states) {
        return (topic, packet) -> topic.equals(BATCH) ? states.get() < 3 ? MqttGate.CUT : 0
            : topic.endsWith("/state") && states.incrementAndGet() == 3 ? MqttGate.SWALLOW : 0;
    }
}
