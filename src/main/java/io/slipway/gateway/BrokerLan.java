package io.slipway.gateway;

import io.slipway.broker.LanBroker;
import io.slipway.mesh.Lan;
import io.slipway.mesh.MeshListener;
import io.slipway.reading.Eui64;

/** The LAN broker as protocols of the mesh see it: what their nodes publish is a reading, and stands on the LAN. */
final class BrokerLan implements Lan {
    private final LanBroker broker;
    private final MeshListener listener;
    private final String source;

    /** @param source what stands before the topic in the source of a reading, such as {@code mqttsn/} */
    BrokerLan(LanBroker broker, MeshListener listener, String source) {
        this.broker = broker;
        this.listener = listener;
        this.source = source;
    }

    @Override
    public void published(Eui64 node, String topic, byte[] payload, int qos, boolean retain) {
        listener.uplink(node, source + topic, MeshListener.NO_FORMAT, payload);
        broker.publish(topic, payload, qos, retain);
    }

    @Override
    public void retained(String filter, final Receiver receiver) {
        broker.retained(filter, new LanBroker.Tap() {
            @Override
            public void message(String topic, byte[] payload, int qos) {
                receiver.message(topic, payload, qos);
            }
        });
    }
}
