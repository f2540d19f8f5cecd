package io.slipway.gateway;

import io.slipway.broker.LanBroker;
import io.slipway.config.MeshConfig;
import io.slipway.health.Health;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.MeshListener;
import io.slipway.mesh.wired.MqttInSlip;
import io.slipway.reading.Topics;

/** Puts MQTT in SLIP between a line and the LAN broker. Loaded only where it is configured. */
final class WiredMqtt {
    private WiredMqtt() {
    }

    /** Before the start of the mesh and of the broker. */
    static void add(MeshConfig config, Mesh mesh, Topics topics, LanBroker broker, MeshListener listener,
                    Health health) {
        final MqttInSlip mqtt = new MqttInSlip(config.name, mesh, topics.root(), config.downlinkBytes,
            new BrokerLan(broker, listener, "mqtt/"), health);
        mesh.add(mqtt);
        broker.add(new LanBroker.Tap() {
            @Override
            public void message(String topic, byte[] payload, int qos) {
                mqtt.message(topic, payload, qos);
            }
        });
    }
}
