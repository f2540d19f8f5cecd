package io.slipway.gateway;

import io.slipway.broker.LanBroker;
import io.slipway.config.Config;
import io.slipway.config.MeshConfig;
import io.slipway.config.MqttSnConfig;
import io.slipway.health.Health;
import io.slipway.ingest.Ingest;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.MeshListener;
import io.slipway.mesh.NodeRecord;
import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The meshes of a gateway with the services on them, and where goes what they hear: readings to ingest, availability to
 * the broker, nodes to the memory, signs of life to the commands. Put together by the thread that wires the gateway,
 * complete before {@link #start}; called by the meshes' threads from then on.
 */
final class Meshes {
    private static final byte[] ONLINE = "online".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OFFLINE = "offline".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};
    private static final int AT_LEAST_ONCE = 1;

    private final Config config;
    private final Topics topics;
    private final LanBroker broker;
    private final Ingest ingest;
    private final Health health;
    private final LastValues lasts = new LastValues();
    private final List<Mesh> meshes = new ArrayList<>();
    /** The one of a mesh has the mesh's place in the list. */
    private final List<CoapService> coapServices = new ArrayList<>();
    private NodeMemory memory;
    private CommandService commands;
    /** {@code null} where nothing is decoded and nothing announced. */
    private DecodedValues values;

    Meshes(Config config, Topics topics, LanBroker broker, Ingest ingest, Health health) {
        this.config = config;
        this.topics = topics;
        this.broker = broker;
        this.ingest = ingest;
        this.health = health;
        for (MeshConfig mesh : config.meshes) {
            add(mesh);
        }
    }

    private void add(MeshConfig meshConfig) {
        FromMesh sink = new FromMesh();
        Mesh mesh = new Mesh(meshConfig, sink, health);
        sink.mesh = mesh;
        CoapService coap = new CoapService(meshConfig, config.coap, config.lwm2m, mesh, sink, health);
        mesh.add(coap);
        for (MqttSnConfig mqttSn : config.mqttSn) {
            if (mqttSn.isAbout(meshConfig.name)) {
                mesh.add(new MqttSnService(meshConfig, mqttSn, mesh, topics, broker, sink, health));
            }
        }
        if (meshConfig.mqttInSlip) {
            WiredMqtt.add(meshConfig, mesh, topics, broker, sink, health);
        }
        meshes.add(mesh);
        coapServices.add(coap);
    }

    void rememberedBy(NodeMemory nodeMemory) {
        memory = nodeMemory;
    }

    void heardBy(CommandService commandService) {
        commands = commandService;
    }

    void announcedBy(DecodedValues decodedValues) {
        values = decodedValues;
    }

    /** Every mesh, in the order of the configuration. */
    List<Mesh> all() {
        return Collections.unmodifiableList(meshes);
    }

    /** The CoAP service of each mesh, in the same order. */
    List<CoapService> coapServices() {
        return Collections.unmodifiableList(coapServices);
    }

    /** What the nodes said last. */
    LastValues lasts() {
        return lasts;
    }

    void start() {
        for (int i = 0; i < meshes.size(); i++) {
            meshes.get(i).start();
            coapServices.get(i).start();
        }
    }

    /** What comes from a mesh. */
    private final class FromMesh implements MeshListener {
        /** Set before anything comes from it. */
        private Mesh mesh;

        @Override
        public void uplink(Eui64 node, String source, int contentFormat, byte[] payload) {
            ingest.accept(node, source, contentFormat, payload);
            lasts.said(node, source, payload);
        }

        @Override
        public void availability(Eui64 node, boolean online) {
            broker.publish(topics.nodeState(node), online ? ONLINE : OFFLINE, AT_LEAST_ONCE, true);
        }

        /** A node is in one mesh: the one that it left would send its commands nowhere, and call it offline. */
        @Override
        public void appeared(Eui64 node) {
            for (Mesh other : meshes) {
                if (other != mesh) {
                    other.left(node);
                }
            }
        }

        @Override
        public void forgotten(Eui64 node) {
            // An empty payload ends the retaining, which would else say "online" for ever.
            broker.publish(topics.nodeState(node), NOTHING, AT_LEAST_ONCE, true);
            if (values != null) {
                values.forgotten(node);
            }
            memory.forget(node);
            lasts.forget(node);
        }

        @Override
        public void heard(Eui64 node) {
            commands.heard(node);
        }

        @Override
        public void changed(List<NodeRecord> records) {
            memory.keep(records);
        }
    }
}
