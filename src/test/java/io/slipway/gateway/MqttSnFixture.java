package io.slipway.gateway;

import io.slipway.broker.LanBroker;
import io.slipway.config.Config;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Mesh;
import io.slipway.reading.Topics;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A mesh with MQTT-SN and a LAN broker, on a TCP link to an emulated mote. */
final class MqttSnFixture implements AutoCloseable {
    static final int PATIENCE_S = 60;

    final Health health = new Health();
    /** {@code NODE SOURCE PAYLOAD}. */
    final List<String> readings = Collections.synchronizedList(new ArrayList<>());
    final LanBroker broker;
    final Mesh mesh;

    /** @param options of the mesh, then those of the section {@code mqttsn} */
    MqttSnFixture(int port, String options, String sectionOptions) throws Exception {
        this("tcp://127.0.0.1:" + port, options, sectionOptions);
    }

    MqttSnFixture(String link, String options, String sectionOptions) throws Exception {
        Config config = Config.parse("test", "config gateway\n\toption id gw-01\nconfig broker\n"
            + "\toption listen 127.0.0.1:0\nconfig mesh mesh0\n\toption link '" + link
            + "'\n\toption frame_gap_ms 10\n" + options + "config mqttsn\n" + sectionOptions);
        broker = new LanBroker(config.broker, config.gateway, new Topics("gw-01"),
            (client, topic, payload) -> { }, health);
        Uplinks listener = (node, source, format, payload) ->
            readings.add(node + " " + source + " " + new String(payload, StandardCharsets.UTF_8));
        mesh = new Mesh(config.meshes.get(0), listener, health);
        mesh.add(new MqttSnService(config.meshes.get(0), config.mqttSn.get(0), mesh, new Topics("gw-01"), broker,
            listener, health));
        broker.start();
        mesh.start();
    }

    long count(Counter counter) {
        return health.value(counter);
    }

    void awaitReading(String reading) {
        Await.until("the reading " + reading, PATIENCE_S, () -> readings.contains(reading));
    }

    @Override
    public void close() {
        mesh.close();
        broker.close();
    }
}
