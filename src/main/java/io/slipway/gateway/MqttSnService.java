package io.slipway.gateway;

import io.slipway.broker.LanBroker;
import io.slipway.config.MeshConfig;
import io.slipway.config.MqttSnConfig;
import io.slipway.health.Health;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.MeshListener;
import io.slipway.mesh.Protocol;
import io.slipway.mesh.Route;
import io.slipway.mesh.UdpService;
import io.slipway.mesh.mqttsn.MqttSn;
import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;

/**
 * MQTT-SN of one mesh, between the nodes and the LAN broker. There is one where the configuration has a section for it,
 * and only then are its classes loaded.
 */
final class MqttSnService implements UdpService {
    private final int port;
    private final MqttSn mqttSn;

    MqttSnService(MeshConfig mesh, MqttSnConfig config, Mesh ofMesh, Topics topics, final LanBroker broker,
                  MeshListener listener, Health health) {
        this.port = config.port;
        this.mqttSn = new MqttSn(mesh.name, ofMesh, config, topics.root(), mesh.downlinkBytes,
            new BrokerLan(broker, listener, "mqttsn/"), health);
        broker.add(new LanBroker.Tap() {
            @Override
            public void message(String topic, byte[] payload, int qos) {
                mqttSn.message(topic, payload, qos);
            }
        });
    }

    @Override
    public Protocol protocol() {
        return Protocol.MQTT_SN;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public boolean serves(int hostPort) {
        return hostPort == port;
    }

    @Override
    public void received(Eui64 node, Route back, byte[] payload) {
        mqttSn.received(node, back, payload);
    }

    @Override
    public void cameOnline(Eui64 node) {
        // A client that was away says so itself.
    }

    @Override
    public void stop() {
        mqttSn.stop();
    }
}
